"""Difference between the clocks of this machine and the database; with a wrong one jobs would book on wrong days."""

import logging
import threading
from datetime import datetime, timedelta

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.infra import clock
from app.kernel.errors import Unavailable

log = logging.getLogger(__name__)

LIMIT = timedelta(minutes=1)
_DATABASE_TIME = text("SELECT clock_timestamp()")


class ClockSkew(Unavailable):
    """The clocks differ too much for work that depends on the day."""

    code = "clock_skew"


def measure(connection: Session | Connection) -> timedelta:
    """Time by which the machine's clock is ahead of the database's (negative: behind), less the round trip."""
    before = clock.machine_time()
    database_time: datetime = connection.execute(_DATABASE_TIME).scalar_one()
    after = clock.machine_time()
    if database_time < before:
        return before - database_time
    return min(after - database_time, timedelta(0))


def check(session: Session) -> None:
    """Raise if the clocks differ by more than a minute."""
    skew = measure(session)
    if abs(skew) > LIMIT:
        raise ClockSkew(_message(skew))


class ClockWatch:
    """Logs when the clocks start or cease to disagree, not at each check."""

    def __init__(self) -> None:
        self._agreed = True
        self._lock = threading.Lock()

    def agrees(self, connection: Session | Connection) -> bool:
        """Whether the clocks agree now."""
        skew = measure(connection)
        agreed = abs(skew) <= LIMIT
        with self._lock:
            changed, self._agreed = agreed != self._agreed, agreed
        if changed and agreed:
            log.warning("the clocks agree again: scheduled jobs run")
        elif changed:
            log.error(_message(skew))
        return agreed


def _message(skew: timedelta) -> str:
    seconds = round(abs(skew).total_seconds())
    where = "ahead of" if skew > timedelta(0) else "behind"
    return f"This machine's clock is {seconds} s {where} the database's: no job runs until they agree."
