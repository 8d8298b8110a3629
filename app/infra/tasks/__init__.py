"""Tasks: work that must not hold a request, or must be tried again; done at least once by a worker."""

from app.infra.tasks.kinds import Begin, Payload, PermanentFailure, TaskKind
from app.infra.tasks.queue import enqueue, enqueue_many
from app.infra.tasks.worker import TaskWorker, init_app, of_current_app

__all__ = [
    "Begin",
    "Payload",
    "PermanentFailure",
    "TaskKind",
    "TaskWorker",
    "enqueue",
    "enqueue_many",
    "init_app",
    "of_current_app",
]
