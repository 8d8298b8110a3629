"""States of tasks, and which may be tried again or cancelled."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class TaskState(StrEnum):
    """State of a task."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


STATUS = {
    TaskState.WAITING: "todo",
    TaskState.RUNNING: "doing",
    TaskState.DONE: "succeeded",
    TaskState.FAILED: "failed",
    TaskState.CANCELLED: "cancelled",
}
"""States as procrastinate stores them. It has three more, for running tasks that are aborted; here none is."""

RETRYABLE = (TaskState.FAILED, TaskState.CANCELLED)
CANCELLABLE = (TaskState.WAITING,)

KEPT: Mapping[TaskState, timedelta] = {
    TaskState.DONE: timedelta(days=30),
    TaskState.FAILED: timedelta(days=90),
    TaskState.CANCELLED: timedelta(days=90),
}
"""Time for which finished tasks are kept after they were due, and their keys with them."""
SELFTESTS_KEPT = timedelta(days=1)
