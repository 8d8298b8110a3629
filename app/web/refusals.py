"""Recording failed logins and refused requests (401, 403), at a bounded rate."""

import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from http import HTTPStatus

from flask import Flask, current_app, g, request

from app.infra import clock, logs
from app.kernel.addresses import limiting_key
from app.kernel.refusals import Refusal, RefusalKind

log = logging.getLogger(__name__)

Record = Callable[[Sequence[Refusal]], None]
"""Stores refusals in a transaction of its own."""

MOST_ROWS = 60
"""Rows per minute for one address (IPv6: its /64) in this process; further refusals are only counted."""
MOST_SOURCES = 200
"""Addresses per minute with rows of their own; further ones share the rows of one."""
PAUSE_SECONDS = 10
"""Seconds without storing after a failure: an unavailable database must not make refusals slow."""
_OTHERS = ""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def init_app(app: Flask, record: Record) -> None:
    """Attach the recorder."""
    app.extensions["refusals"] = Recorder(record)


def name_tried(name: str) -> None:
    """Set the user name of this login attempt; its refusal is a failed login."""
    g.name_tried = name


def note(status: int, code: str) -> None:
    """Record that this request is refused, if it is for who asks; its own connection was given back already."""
    kind = _kind(status)
    if kind is None:
        return
    tried, identity = g.get("name_tried"), g.get("identity")
    recorder: Recorder = current_app.extensions["refusals"]
    recorder.add(
        Refusal(
            at=clock.now(),
            kind=kind,
            status=status,
            code=code,
            username=None if tried is None else _plain(tried, 200),
            user_id=identity.user_id if identity else None,
            address=address(),
            user_agent=user_agent(),
            method=_plain(request.method, 20),
            path=_plain(request.path, 500),
            request_id=logs.request_id.get(),
        )
    )


def _kind(status: int) -> RefusalKind | None:
    is_login = g.get("name_tried") is not None
    if status == HTTPStatus.UNAUTHORIZED:
        return RefusalKind.LOGIN_FAILED if is_login else RefusalKind.UNAUTHENTICATED
    if status == HTTPStatus.TOO_MANY_REQUESTS and is_login:
        return RefusalKind.TOO_MANY_TRIES
    return RefusalKind.FORBIDDEN if status == HTTPStatus.FORBIDDEN else None


def address() -> str:
    """Address of the client, as it is stored."""
    return _plain(request.remote_addr or "unknown", 64)


def user_agent() -> str:
    """User agent of the client, as it is stored."""
    return _plain(request.headers.get("User-Agent", ""), 300)


def _plain(text: str, longest: int) -> str:
    """The text without control characters, cut to its longest length."""
    return _CONTROL.sub("", text)[:longest]


class Recorder:
    """Stores refusals, a limited number per minute and address; further ones are counted for a later row."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._lock = threading.Lock()
        self._minute = 0
        self._rows: Counter[str] = Counter()
        self._held: dict[str, Refusal] = {}
        self._paused_until = 0.0

    def add(self, refusal: Refusal) -> None:
        """Store or count the refusal; never raises, so that it does not affect the response."""
        due = self._due(refusal)
        if not due:
            return
        try:
            self._record(due)
        except Exception:
            log.exception("refusals could not be recorded")
            with self._lock:
                self._paused_until = time.monotonic() + PAUSE_SECONDS
                for one in due:
                    self._hold(one)

    def _due(self, refusal: Refusal) -> list[Refusal]:
        with self._lock:
            now = time.monotonic()
            if now < self._paused_until:
                self._hold(refusal)
                return []
            due = self._held_before(int(now // 60))
            source = self._source(refusal.address)
            if self._rows[source] >= MOST_ROWS:
                self._hold(refusal)
                return due
            self._rows[source] += 1
            return [*due, refusal]

    def _held_before(self, minute: int) -> list[Refusal]:
        """Take the refusals that were only counted in earlier minutes."""
        if minute == self._minute:
            return []
        held = list(self._held.values())
        self._minute = minute
        self._rows.clear()
        self._held.clear()
        return held

    def _hold(self, refusal: Refusal) -> None:
        source = self._source(refusal.address)
        before = self._held[source].times if source in self._held else 0
        self._held[source] = replace(refusal, times=before + refusal.times)

    def _source(self, address: str) -> str:
        source = limiting_key(address)
        is_known = source in self._rows or source in self._held
        return source if is_known or len(self._rows) + len(self._held) < MOST_SOURCES else _OTHERS
