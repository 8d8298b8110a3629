"""Whether this machine's clock agrees with the database's: with a wrong one, jobs would book on the wrong day."""

import logging
import threading
from datetime import datetime, timedelta

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.infra import clock
from app.kernel.errors import Unavailable

log = logging.getLogger(__name__)

LIMIT = timedelta(minutes=1)
_DATABASES = text("SELECT clock_timestamp()")


class ClockSkew(Unavailable):
    """The clocks are too far apart for anything that depends on the day."""

    code = "clock_skew"


def measure(where: Session | Connection) -> timedelta:
    """How far the machine's clock is ahead of the database's (negative: behind), less the time of asking."""
    before = clock.machine()
    there: datetime = where.execute(_DATABASES).scalar_one()
    after = clock.machine()
    if there < before:
        return before - there
    return min(after - there, timedelta(0))


def check(session: Session) -> None:
    """Raise where the clocks are more than a minute apart."""
    skew = measure(session)
    if abs(skew) > LIMIT:
        raise ClockSkew(_described(skew))


class ClockWatch:
    """Logs when the clocks begin or cease to disagree, not at each look."""

    def __init__(self) -> None:
        self._agreed = True
        self._lock = threading.Lock()

    def agrees(self, where: Session | Connection) -> bool:
        """Whether the clocks agree now."""
        skew = measure(where)
        agreed = abs(skew) <= LIMIT
        with self._lock:
            changed, self._agreed = agreed != self._agreed, agreed
        if changed and agreed:
            log.warning("the clocks agree again: scheduled jobs run")
        elif changed:
            log.error(_described(skew))
        return agreed


def _described(skew: timedelta) -> str:
    seconds = round(abs(skew).total_seconds())
    where = "ahead of" if skew > timedelta(0) else "behind"
    return f"This machine's clock is {seconds} s {where} the database's: no job runs until both are right."
