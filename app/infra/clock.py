"""The clock: the only module that reads the time. Other modules get it from here or as an argument."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_offset = timedelta(0)


def machine_time() -> datetime:
    """Time of the machine, even while `frozen`: for times that other systems compare with their own."""
    return datetime.now(UTC) + _offset


_source: Callable[[], datetime] = machine_time


def now() -> datetime:
    """The current time, in UTC."""
    return _source()


def today(zone: ZoneInfo) -> date:
    """Today in that time zone, whatever the zone of the host."""
    return now().astimezone(zone).date()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stop the clock at `at`, for tests and checks as of an earlier time; all threads read it, so one stops it."""
    global _source  # noqa: PLW0603 - the process has one clock
    before = _source
    _source = stopped = lambda: at.astimezone(UTC)
    try:
        yield
    finally:
        crossed = _source is not stopped
        _source = machine_time if crossed else before
    if crossed:
        raise RuntimeError("The clock was stopped by two threads in turn; stop it once, around both.")


@contextmanager
def shifted(error: timedelta) -> Iterator[None]:
    """Make the clock of the machine wrong by `error`, for tests."""
    global _offset  # noqa: PLW0603 - the process has one clock
    before = _offset
    _offset = error
    try:
        yield
    finally:
        _offset = before
