"""How long the program waits for a database that says nothing: its machine is gone, or it was stopped.

PostgreSQL ends statements by itself, but only while it runs; and who hangs answers nobody, /api/health/live neither.
psycopg2 asks `_wait` at every wait, and closes the connection when it raises.
"""

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, has_request_context
from psycopg2 import OperationalError
from psycopg2.extensions import POLL_OK, POLL_READ, STATUS_SETUP, connection, set_wait_callback

CONNECT_SECONDS = 3
PING_SECONDS = 2
_NOT_YET_OPEN = (STATUS_SETUP, 20)
"""The second, while it connects, has no public name in psycopg2; libpq heeds no `connect_timeout` meanwhile."""
_LATE_SECONDS = 0.25
GRACE_SECONDS = 1  # so that PostgreSQL's own refusal, which says why, comes first


def install() -> None:
    """For every connection of the process."""
    if hasattr(select, "poll"):  # not on Windows, where no server runs
        set_wait_callback(_wait)


_asking = threading.local()


@contextmanager
def whether_alive() -> Iterator[None]:
    """What this thread asks inside is only whether a connection lives, which may not take long."""
    before = getattr(_asking, "whether_alive", False)
    _asking.whether_alive = True
    try:
        yield
    finally:
        _asking.whether_alive = before


def _wait(line: connection) -> None:
    since = None
    while (state := line.poll()) != POLL_OK:
        watched = select.poll()
        watched.register(line.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        # Nearly every answer comes at once, and costs no more than this: how long to wait is asked of who is late.
        while not watched.poll(_LATE_SECONDS * 1000):
            seconds = _patience(line)
            since = since or time.monotonic() - _LATE_SECONDS
            if seconds is not None and time.monotonic() >= since + seconds:
                raise OperationalError(f"the database has said nothing for {seconds} s")


def _patience(line: connection) -> float | None:
    """Jobs and commands may take their time; a request has the time that its statement has."""
    if line.status in _NOT_YET_OPEN:
        return CONNECT_SECONDS
    if not has_request_context():
        return None
    if getattr(_asking, "whether_alive", False):
        return PING_SECONDS
    limit: int | None = current_app.config.get("STATEMENT_TIMEOUT_MS")  # another application may have none
    return None if limit is None else limit / 1000 + GRACE_SECONDS
