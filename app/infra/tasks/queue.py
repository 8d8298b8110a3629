"""Enqueueing, in the transaction of the caller."""

import json
from datetime import datetime

from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra.db import require_writable
from app.infra.tasks.kinds import Payload

_PUT = text("SELECT tasks.put(:name, CAST(:payload AS jsonb), :key, CAST(:run_at AS timestamptz))")


def enqueue(
    session: Session, name: str, payload: Payload, *, key: str | None = None, run_at: datetime | None = None
) -> int | None:
    """Store a task that is done once this transaction is committed, not before `run_at`; returns its id.

    A key that another task has, finished or not, makes no task: then the result is None.
    """
    if name not in current_app.extensions["task_kinds"]:
        raise ValueError(f"{name} is no kind of task that a domain declares")
    require_writable(session)
    values = {"name": name, "payload": json.dumps(payload, allow_nan=False), "key": key, "run_at": run_at}
    made: int | None = session.scalar(_PUT, values)
    return made
