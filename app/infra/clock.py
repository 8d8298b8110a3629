"""The one place that reads the clock. Everybody else is told what day it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_error = timedelta(0)


def machine() -> datetime:
    """This instant by the machine's own clock, which `frozen` does not move: for what others compare with theirs."""
    return datetime.now(UTC) + _error


_source: Callable[[], datetime] = machine


def now() -> datetime:
    """This instant, in UTC."""
    return _source()


def today(zone: ZoneInfo) -> date:
    """Today in that time zone, whatever the host's."""
    return now().astimezone(zone).date()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """For tests and rehearsals: the clock stands at `at`."""
    global _source  # noqa: PLW0603 - one clock for the whole process is the point
    before = _source
    _source = lambda: at.astimezone(UTC)  # noqa: E731 - a clock that stands still
    try:
        yield
    finally:
        _source = before


@contextmanager
def wrong_by(error: timedelta) -> Iterator[None]:
    """For tests: the machine's own clock is ahead by so much, as after a flat battery."""
    global _error  # noqa: PLW0603 - one clock for the whole process is the point
    before = _error
    _error = error
    try:
        yield
    finally:
        _error = before
