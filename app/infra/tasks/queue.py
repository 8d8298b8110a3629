"""Enqueueing, in the transaction of the caller."""

import json
from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra.db import require_writable
from app.infra.tasks.kinds import Payload

_PUT_ALL = text(
    "SELECT count(tasks.put(:name, payload, NULL, NULL)) FROM jsonb_array_elements(CAST(:payloads AS jsonb)) payload"
)
_PUT = text("SELECT tasks.put(:name, CAST(:payload AS jsonb), :key, CAST(:run_at AS timestamptz))")


def enqueue(
    session: Session, name: str, payload: Payload, *, key: str | None = None, run_at: datetime | None = None
) -> int | None:
    """Store a task that is done once this transaction is committed, not before `run_at`; returns its id.

    A key that another task has, finished or not, makes no task: then the result is None.
    """
    _check(session, name)
    values = {"name": name, "payload": json.dumps(payload, allow_nan=False), "key": key, "run_at": run_at}
    made: int | None = session.scalar(_PUT, values)
    return made


def enqueue_many(session: Session, name: str, payloads: Sequence[Payload]) -> None:
    """Store a task for each payload, without keys, by one statement."""
    _check(session, name)
    if payloads:
        session.execute(_PUT_ALL, {"name": name, "payloads": json.dumps(list(payloads), allow_nan=False)})


def _check(session: Session, name: str) -> None:
    if name not in current_app.extensions["task_kinds"]:
        raise ValueError(f"{name} is no kind of task that a domain declares")
    require_writable(session)
