"""One log line per event: readable in development, one JSON object in production. No secrets, no personal data."""

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""The request, job run or command that the current work belongs to."""

_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request_id"}


class WithRequestId(logging.Filter):
    """Puts the current request's id on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class _Discreet(logging.Formatter):
    """PostgreSQL's errors quote the row they refuse, password hash included: that part of a trace is left out."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - overridden
        trace = super().formatException(ei)
        for detail in _details(ei[1]):
            trace = trace.replace(detail, "(left out)")
        return trace


def _details(error: BaseException | None) -> Iterator[str]:
    """What PostgreSQL quotes, in this error and in those that led to it."""
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


class JsonFormatter(_Discreet):
    """A record as one JSON object on one line, so that no input can forge a second line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {key: value for key, value in vars(record).items() if key not in _ORDINARY}
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
        # A lone surrogate, an integer beyond 64 bits: what orjson refuses must not cost the line.
        return json.dumps(line, default=str).encode()


class ReadableFormatter(_Discreet):
    """For people at a terminal."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s [%(request_id)s] %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        extra = {key: value for key, value in vars(record).items() if key not in _ORDINARY}
        details = " ".join(f"{key}={value}" for key, value in extra.items())
        return f"{super().format(record)} {details}".rstrip()


def configure(*, json_lines: bool, level: str) -> None:
    """Send everything to standard error, once, whatever was configured before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if json_lines else ReadableFormatter())
    handler.addFilter(WithRequestId())
    program = logging.getLogger("app")
    program.handlers[:] = [handler]
    program.setLevel(level)
    program.propagate = False
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
