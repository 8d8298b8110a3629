"""How long the program waits for a database that says nothing: its machine is gone, or it was stopped.

PostgreSQL ends statements by itself, but only while it runs; and who hangs answers nobody, /api/health/live neither.
libpq waits for ever, but does so in C, without Python's lock, which costs least. So it is left to, and one thread
looks after all connections of the process: it shuts down the socket of whichever has waited for too long.
"""

import math
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial, wraps
from operator import attrgetter
from select import POLLIN, poll
from typing import Any
from weakref import WeakSet

from flask import has_request_context
from psycopg2 import Error, OperationalError
from psycopg2.extensions import connection, cursor

CONNECT_SECONDS = 3
PING_SECONDS = 2
GRACE_SECONDS = 1  # so that PostgreSQL's own refusal, which says why, comes first
_LOOK_EVERY = 0.25


def limits(statement_seconds: float | None = None) -> dict[str, Any]:
    """What a connection is opened with so that nothing waits for ever: opening it, nor a statement of a request."""
    return {"connect_timeout": CONNECT_SECONDS, "connection_factory": partial(Line, statement_seconds)}


class _Asking(threading.local):
    whether_alive = False


_asking = _Asking()


@contextmanager
def whether_alive() -> Iterator[None]:
    """What this thread asks inside is only whether a connection lives, which may not take long."""
    before = _asking.whether_alive
    _asking.whether_alive = True
    try:
        yield
    finally:
        _asking.whether_alive = before


def _in_time(ask: Callable[..., Any], line_of: Callable[[Any], "Line"]) -> Callable[..., Any]:
    """What psycopg2 asks the server by, which ends in an error where no answer comes in time."""

    @wraps(ask)
    def asked(self: Any, *given: Any) -> Any:
        line = line_of(self)
        patience = line.patience()
        line.until = time.monotonic() + patience
        try:
            return ask(self, *given)
        except Error as error:
            if not line.given_up:
                raise
            raise OperationalError(f"the database has said nothing for {patience} s") from error
        finally:
            line.until = None

    return asked


class Line(connection):
    """A connection of which the process knows until when it may wait."""

    def __init__(self, statement_seconds: float | None, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.until: float | None = None
        """While it waits: till what time it may."""
        self.given_up = False
        self._longest = math.inf if statement_seconds is None else statement_seconds + GRACE_SECONDS
        self._socket = os.fstat(self.fileno()).st_ino
        _watcher.look_after(self)

    commit = _in_time(connection.commit, lambda line: line)
    rollback = _in_time(connection.rollback, lambda line: line)

    def patience(self) -> float:
        """Jobs and commands may take their time; a request has the time that its statement has."""
        if not has_request_context():
            return math.inf
        return PING_SECONDS if _asking.whether_alive else self._longest

    def cursor(  # type: ignore[override]  # psycopg2 takes more forms of it than anybody asks with
        self, name: Any = None, cursor_factory: Any = None, **options: Any
    ) -> Any:
        """One with a name lies on the server, and asks it for each piece."""
        return super().cursor(name, cursor_factory or (_Cursor if name is None else _OnServer), **options)

    def look(self, now: float) -> None:
        """Break off what has taken too long."""
        until = self.until  # read once: the answer may come meanwhile
        if until is not None and until <= now:
            self.given_up = True
            self.break_off()

    def interrupt(self, now: float) -> None:
        """Have PostgreSQL end what is waited for; should it say nothing to that either, break it off soon."""
        if self.until is not None:
            self.until = now + PING_SECONDS
            threading.Thread(target=self._cancel, daemon=True).start()  # which may hang as well

    def _cancel(self) -> None:
        with suppress(Error):
            self.cancel()

    def break_off(self) -> None:
        """Who waits for it finds that it is closed."""
        with suppress(Error, OSError), socket.socket(fileno=os.dup(self.fileno())) as same:
            # libpq may have closed it meanwhile, and its number be another's by now.
            if os.fstat(same.fileno()).st_ino == self._socket:
                same.shutdown(socket.SHUT_RDWR)


_of_cursor = attrgetter("connection")


class _Cursor(cursor):
    execute = _in_time(cursor.execute, _of_cursor)
    executemany = _in_time(cursor.executemany, _of_cursor)


class _OnServer(_Cursor):
    fetchone = _in_time(cursor.fetchone, _of_cursor)
    fetchmany = _in_time(cursor.fetchmany, _of_cursor)
    fetchall = _in_time(cursor.fetchall, _of_cursor)
    close = _in_time(cursor.close, _of_cursor)


class _Watcher:
    """Looks after all lines of this process, in a thread of its own."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Without a line; a process that was forked has only those that it opens itself."""
        self.lines: WeakSet[Line] = WeakSet()
        self.lock = threading.Lock()
        self.watches = False
        self.signals: int | None = None
        """Where signals can be read, if they can."""

    def look_after(self, line: Line) -> None:
        """From now on."""
        with self.lock:
            self.lines.add(line)
            if not self.watches:
                self.watches = True
                self.signals = _told_of_signals()
                threading.Thread(target=self._watch, name="waiting", daemon=True).start()

    def _watch(self) -> None:
        watched = poll()
        if self.signals is not None:
            watched.register(self.signals, POLLIN)
        while True:
            came = bool(watched.poll(_LOOK_EVERY * 1000))
            self._look(interrupted=came and signal.SIGINT in os.read(self.signals or 0, 64))

    def _look(self, *, interrupted: bool) -> None:
        with self.lock:
            lines = list(self.lines)
        now = time.monotonic()
        for line in lines:
            if interrupted:
                line.interrupt(now)
            line.look(now)


def _told_of_signals() -> int | None:
    """What can be read where a signal came: the main thread learns of Ctrl-C only once libpq returns."""
    if threading.current_thread() is not threading.main_thread():
        return None
    ours, pythons = os.pipe()
    os.set_blocking(pythons, False)
    before = signal.set_wakeup_fd(pythons, warn_on_full_buffer=False)
    if before == -1:
        return ours
    signal.set_wakeup_fd(before)  # a server has its own use of it, and does not ask from its main thread
    os.close(ours)
    os.close(pythons)
    return None


_watcher = _Watcher()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_watcher.begin)
