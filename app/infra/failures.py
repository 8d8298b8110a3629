"""Telling of failed work soon: a task of its own asks the domains what failed, some seconds later."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from app.infra.tasks import enqueue

TELL = "tell-failures"
"""The kind of task that tells of failures."""
_SETTLED = timedelta(seconds=10)
"""Time in which a task that failed is recorded as failed."""


def tell_at(now: datetime) -> tuple[str, datetime]:
    """Key and time of the task that tells of a failure now: one a minute, however much fails."""
    minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return f"{TELL}-{minute:%Y-%m-%dT%H:%M}", minute + _SETTLED


def tell_soon(session: Session, now: datetime) -> None:
    """Enqueue the task, in the transaction that records the failure."""
    if TELL in current_app.extensions["task_kinds"]:
        key, at = tell_at(now)
        enqueue(session, TELL, {}, key=key, run_at=at)
