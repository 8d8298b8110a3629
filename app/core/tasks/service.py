"""Services of tasks."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.core.tasks.models import SelftestRecord, TaskRecord
from app.core.tasks.repository import SelftestRepository, TaskFilter, TaskRepository
from app.core.tasks.rules import CANCELLABLE, KEPT, RETRYABLE, SELFTESTS_KEPT, TaskState
from app.infra.context import Context
from app.infra.tasks import enqueue
from app.kernel.errors import Conflict
from app.kernel.paging import Page, PageRequest

SELFTEST = "selftest"
"""The kind of harmless tasks."""


class TaskService:
    """Lists, retries and cancels tasks."""

    def __init__(self, context: Context) -> None:
        self.clock = context.clock
        self.tasks = TaskRepository(context.session)
        self.selftests = SelftestRepository(context.session)

    def page(
        self, request: PageRequest, *, state: TaskState | None = None, name: str | None = None
    ) -> Page[TaskRecord]:
        """One page of tasks, newest first."""
        return self.tasks.page(TaskFilter(state, name), request)

    def failed_since(self, since: datetime) -> list[TaskRecord]:
        """Tasks that failed and were due since then, oldest first."""
        return self.tasks.failed_since(since)

    def retry(self, task_id: int) -> TaskRecord:
        """Retry a failed or cancelled task, with its full number of attempts."""
        if self.tasks.retry(task_id, RETRYABLE, self.clock.now()):
            return self.tasks.get(task_id)
        state = self.tasks.get(task_id).state
        raise Conflict(f"Only a failed or cancelled task can be tried again; this one is {state}.", code="task_state")

    def cancel(self, task_id: int) -> TaskRecord:
        """Cancel a waiting task."""
        if self.tasks.cancel(task_id, CANCELLABLE):
            return self.tasks.get(task_id)
        state = self.tasks.get(task_id).state
        raise Conflict(f"Only a waiting task can be cancelled; this one is {state}.", code="task_state")

    def purge(self) -> Mapping[str, int]:
        """Remove finished tasks and effects of selftests that are no longer kept; returns their numbers."""
        now = self.clock.now()
        gone = sum(self.tasks.purge(state, now - kept) for state, kept in KEPT.items())
        return {"tasks": gone, "selftests": self.selftests.purge(before=now - SELFTESTS_KEPT)}

    def violations(self) -> list[str]:
        """Messages about inconsistent data of tasks."""
        keys = self.tasks.count_keys_without_task()
        return [f"{keys} keys of tasks block tasks although none has them"] if keys else []


class SelftestService:
    """Batches of harmless tasks, whose effects are counted."""

    def __init__(self, context: Context) -> None:
        self.clock = context.clock
        self.session = context.session
        self.selftests = SelftestRepository(context.session)

    def enqueue(self, batch: UUID, count: int) -> None:
        """Enqueue a batch of harmless tasks."""
        for number in range(count):
            enqueue(self.session, SELFTEST, {"batch": str(batch), "number": number})

    def begin(self, batch: UUID, number: int) -> None:
        """Count a run of a task."""
        self.selftests.begin(batch, number, self.clock.now())

    def finish(self, batch: UUID, number: int) -> None:
        """Count the effect of a task, once however often it ran."""
        self.selftests.finish(batch, number)

    def counts(self, batch: UUID) -> SelftestRecord:
        """Numbers of tasks of the batch that ran, and that had their effect."""
        return self.selftests.counts(batch)

    def purge(self, batch: UUID) -> None:
        """Remove the effects of a batch."""
        self.selftests.purge(batch=batch)
