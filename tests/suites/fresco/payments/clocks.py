"""A clock frozen at noon of a day in Bogotá."""

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

from app.infra import clock


def on(day: date) -> AbstractContextManager[None]:
    """Freeze the time at noon of that day."""
    return clock.frozen(datetime(day.year, day.month, day.day, 17, tzinfo=UTC))
