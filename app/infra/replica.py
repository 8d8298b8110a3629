"""Reports from a streaming replica, whenever it has all that was committed by the time they were asked for.

How far the primary's log has come is asked at each report, and the replica has to have come as far: so whoever
writes and then opens a report finds it there, through whichever process or machine, and nothing need be remembered.
A replica that is behind or away costs a report a short wait at most; the primary answers then.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from flask import Flask, current_app
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.infra import clock, prepared, waiting

log = logging.getLogger(__name__)

BIND = "replica"
PATIENCE = 0.1
"""Seconds a report waits for a replica that kept up so far."""
AGAIN = 10.0
"""Seconds for which a process leaves a replica alone that failed it."""
_LOOK_EVERY = 0.003
_TIMED_OUT = "57014"

# Flushed, not written: whoever was told of a commit waited for that, and no more than that is sent to a replica.
_SOURCE = "SELECT pg_current_wal_flush_lsn()::text, (pg_control_system()).system_identifier"
_COPY = """
    SELECT pg_is_in_recovery() AND (pg_control_system()).system_identifier = %(system)s,
           coalesce(pg_last_wal_replay_lsn() >= %(position)s::pg_lsn, false),
           pg_last_xact_replay_timestamp()
"""


class RoutedSession(FlaskSession):
    """Flask-SQLAlchemy's session, which reads elsewhere once it is told to."""

    def get_bind(
        self,
        mapper: Any | None = None,
        clause: Any | None = None,
        bind: Engine | Connection | None = None,
        **options: Any,
    ) -> Engine | Connection:
        """The replica's engine, or whichever it would be."""
        return super().get_bind(mapper=mapper, clause=clause, bind=bind or self.info.get(_READS_FROM), **options)


_READS_FROM = "reads_from"


@dataclass(frozen=True, slots=True)
class State:
    """How the replica does."""

    status: str
    lag_seconds: float | None
    """0 if it has all, else how old the newest is that it has; None if nobody knows."""


USED, BEHIND, AWAY = "used", "behind", "away"
_AWAY = State(AWAY, None)


class _Position(NamedTuple):
    """Of which server a copy has to be, and how far it has to have come."""

    position: str
    system: int


class _Found(NamedTuple):
    standby: bool
    complete: bool
    newest: datetime | None


class Replica:
    """The one replica of this application, as a process sees it."""

    def __init__(self, engine: Engine, *, pooled: bool) -> None:
        self.engine: Final = engine
        self._looking = engine if pooled else engine.execution_options(isolation_level="AUTOCOMMIT")
        self._away_until: float | None = None
        self._keeps_up = True

    def turn(self, session: Session, begin: Callable[[Session], None]) -> None:
        """Begin anew, where all that is committed now can be read: here if it has come as far, else on the primary."""
        position = _position(session) if self._may_be_asked() else None
        session.rollback()
        if position and self._state(position, PATIENCE if self._keeps_up else 0).status == USED:
            session.info[_READS_FROM] = self.engine
        try:
            begin(session)
        except SQLAlchemyError as error:
            session.rollback()
            if not self.left(session, error):
                raise
            begin(session)

    def state(self, session: Session) -> State:
        """How it does now, seen from the primary."""
        return self._state(_position(session), PATIENCE) if self._may_be_asked() else _AWAY

    def left(self, session: Session, error: SQLAlchemyError) -> bool:
        """Whether the failed work was the replica's, and is to be done again on the primary.

        It cancels what stands in the way of replaying, it may be shut down, or break. But what took too long there
        would take too long again.
        """
        if session.info.get(_READS_FROM) is not self.engine:
            return False
        if isinstance(error, DBAPIError) and getattr(error.orig, "pgcode", None) == _TIMED_OUT:
            return False
        del session.info[_READS_FROM]
        log.info("the replica broke a report off, the primary makes it: %s", type(error).__name__)
        return True

    def _state(self, position: _Position, patience: float) -> State:
        try:
            with waiting.whether_alive(), self._looking.connect() as connection:
                found = _wait(connection, position, patience)
        except SQLAlchemyError as error:
            self._failed(type(error).__name__)
            return _AWAY
        if not found.standby:
            self._failed("it is no standby of this primary")
            return _AWAY
        if self._away_until is not None:
            self._away_until = None
            log.info("the replica is back: reports are read from it")
        self._keeps_up = found.complete
        return State(USED, 0.0) if found.complete else State(BEHIND, _age(found.newest))

    def _may_be_asked(self) -> bool:
        """Once in a while one request finds out whether it is back, and the others don't wait for that."""
        if self._away_until is None:
            return True
        if time.monotonic() < self._away_until:
            return False
        self._away_until = time.monotonic() + AGAIN
        return True

    def _failed(self, why: str) -> None:
        if self._away_until is None:
            log.warning("the replica is away, reports are read from the primary: %s", why)
        self._away_until = time.monotonic() + AGAIN


def _age(newest: datetime | None) -> float | None:
    return None if newest is None else round(max((clock.machine() - newest).total_seconds(), 0.0), 3)


def _position(session: Session) -> _Position:
    return _Position(*prepared.run(session, _SOURCE)[0])


def _wait(connection: Connection, position: _Position, patience: float) -> _Found:
    """How far the replica is, once it has come so far or patience ends."""
    deadline = time.monotonic() + patience
    while True:
        found = _Found(*prepared.on(connection, _COPY, position._asdict())[0])
        if found.complete or not found.standby or time.monotonic() >= deadline:
            return found
        time.sleep(_LOOK_EVERY)


def init_app(app: Flask, engine: Engine | None, *, pooled: bool) -> None:
    """Read reports from this engine's server; None if there is none."""
    app.extensions["replica"] = None if engine is None else Replica(engine, pooled=pooled)


def of_current_app() -> Replica | None:
    """The replica of the running application, if it has one."""
    found: Replica | None = current_app.extensions["replica"]
    return found
