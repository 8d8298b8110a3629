"""One leader among the workers of all machines: it holds an advisory lock on a connection of its own.

When the leader dies, PostgreSQL releases the lock and another worker leads.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.infra.db import network_limits
from app.infra.locks import lock_key

log = logging.getLogger(__name__)

_END_WHEN_SILENT = text(  # PostgreSQL before 14 does not know the setting
    "SELECT set_config(name, :milliseconds, false) FROM pg_settings WHERE name = 'idle_session_timeout'"
)


@dataclass(frozen=True, slots=True)
class Post:
    """Place of a leader: the database, the lock, and how often the leader checks that it still leads."""

    url: str
    """Not through a pooler: the lock is bound to its connection."""
    lock: str | None
    """Name of the lock; without one, every worker leads while it has a connection."""
    poll_seconds: float
    application_name: str
    silent_seconds: float | None = None
    """Time after which PostgreSQL ends the connection of a leader that is suspended, so that another leads."""


class Candidate:
    """Thread of a worker that tries to lead."""

    def __init__(self, post: Post, *, lead: Callable[[Connection], None], stand_down: Callable[[], None]) -> None:
        """`lead` is called at each look while this worker leads, and must use the connection, so that it raises when
        that is lost; `stand_down` is called whenever this worker may no longer lead, leading or not.
        """
        self._post = post
        self._lead = lead
        self._stand_down = stand_down
        self._stop = threading.Event()
        self._may_lead: Callable[[], bool] = lambda: True
        self._thread: threading.Thread | None = None

    def start(self, may_lead: Callable[[], bool]) -> None:
        """Start the thread, which tries to lead as long as `may_lead()`. To be called in a worker, after the fork."""
        self._may_lead = may_lead
        name = self._post.application_name.removeprefix("control-fresco-")
        self._thread = threading.Thread(target=self._lead_repeatedly, name=name, daemon=True)
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Let the thread end, and wait for nothing."""
        self._stop.set()

    def stop(self) -> None:
        """Stop leading and release the lock."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _lead_repeatedly(self) -> None:
        engine = create_engine(
            self._post.url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={**network_limits(), "application_name": self._post.application_name},
        )
        while self._can_lead():
            try:
                with engine.connect() as connection:
                    self._lead_while_possible(connection)
            except DBAPIError as error:
                log.warning("%s lost its database: %s", self._post.application_name, type(error).__name__)
            finally:
                self._stand_down()
            self._stop.wait(self._post.poll_seconds)
        engine.dispose()

    def _lead_while_possible(self, connection: Connection) -> None:
        if self._post.silent_seconds is not None:
            connection.execute(_END_WHEN_SILENT, {"milliseconds": str(round(self._post.silent_seconds * 1000))})
        held = self._post.lock is None
        while self._can_lead():
            held = held or self._try_lock(connection)
            if held and self._can_lead():
                self._lead(connection)
            self._stop.wait(self._post.poll_seconds)

    def _try_lock(self, connection: Connection) -> bool:
        return bool(connection.scalar(select(func.pg_try_advisory_lock(lock_key(self._post.lock or "")))))

    def _can_lead(self) -> bool:
        """Whether this worker may lead: one that is stopping must not."""
        return not self._stop.is_set() and self._may_lead()
