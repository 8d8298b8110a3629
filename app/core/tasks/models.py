"""Tables of tasks. procrastinate's migration makes them in a schema of their own, so they are none of `Base`."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, DateTime, Integer, String, Text, Uuid, column, table

from app.core.tasks.rules import TaskState

SCHEMA = "tasks"

TASKS = table(
    "procrastinate_jobs",
    column("id", BigInteger),
    column("queue_name", String),
    column("status", String),
    column("attempts", Integer),
    column("scheduled_at", DateTime(timezone=True)),
    schema=SCHEMA,
)
ERRORS = table("errors", column("job_id", BigInteger), column("error", Text), schema=SCHEMA)
KEYS = table("keys", column("key", Text), column("job_id", BigInteger), schema=SCHEMA)
SELFTESTS = table(
    "selftests",
    column("batch", Uuid),
    column("number", Integer),
    column("runs", Integer),
    column("effects", Integer),
    column("started_at", DateTime(timezone=True)),
    schema=SCHEMA,
)
"""Effects of the tasks of `flask tasks selftest`."""


class TaskRecord(NamedTuple):
    """A task, without its payload."""

    id: int
    name: str
    state: TaskState
    tries: int
    last_error: str | None
    run_at: datetime


class SelftestRecord(NamedTuple):
    """Effects of one batch of harmless tasks."""

    ran: int
    ran_again: int
    done: int
    done_twice: int
