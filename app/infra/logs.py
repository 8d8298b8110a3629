"""Logs: text in development, one JSON object per line in production; no secrets, no personal data."""

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""Id of the current request, job run or command."""

_STANDARD_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request_id"}


class WithRequestId(logging.Filter):
    """Adds the id of the current request to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class _RedactingFormatter(logging.Formatter):
    """Removes the details of PostgreSQL's errors from tracebacks: they quote rows, password hashes included."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - overridden
        trace = super().formatException(ei)
        for detail in postgresql_details(ei[1]):
            trace = trace.replace(detail, "(left out)")
        return trace


def postgresql_details(error: BaseException | None) -> Iterator[str]:
    """DETAIL of the PostgreSQL errors in this chain of exceptions."""
    pending, seen = [error], set()
    while pending:
        error = pending.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        detail = getattr(getattr(error, "diag", None), "message_detail", None)
        if detail:
            yield str(detail)
        pending += [error.__cause__, error.__context__]


class JsonFormatter(_RedactingFormatter):
    """A record as one JSON object on one line, so that no input can forge a second line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {key: value for key, value in vars(record).items() if key not in _STANDARD_ATTRIBUTES}
        line |= {
            "at": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "-"),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return _json(line).decode()


def _json(line: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(line, default=str, option=orjson.OPT_UTC_Z)
    except TypeError:
        # orjson refuses lone surrogates and integers beyond 64 bits.
        return json.dumps(line, default=str).encode()


class ReadableFormatter(_RedactingFormatter):
    """A record as text for a terminal."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s [%(request_id)s] %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        extra = {key: value for key, value in vars(record).items() if key not in _STANDARD_ATTRIBUTES}
        details = " ".join(f"{key}={value}" for key, value in extra.items())
        return f"{super().format(record)} {details}".rstrip()


def configure(*, json_lines: bool, level: str) -> None:
    """Send the logs to standard error, in place of earlier handlers."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if json_lines else ReadableFormatter())
    handler.addFilter(WithRequestId())
    program = logging.getLogger("app")
    program.handlers[:] = [handler]
    program.setLevel(level)
    program.propagate = False
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
