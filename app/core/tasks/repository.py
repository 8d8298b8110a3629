"""Queries on tasks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.tasks.models import ERRORS, KEYS, SELFTESTS, TASKS, SelftestRecord, TaskRecord
from app.core.tasks.rules import STATUS, TaskState
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.paging import fetch_page, page_values, paged
from app.infra.queries.repository import Filter, equal
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, Part

_STATE = case({status: state.value for state, status in STATUS.items()}, value=TASKS.c.status)


@dataclass(frozen=True, slots=True)
class TaskFilter(Filter):
    """Criteria of tasks."""

    state: TaskState | None = None
    name: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        status = None if self.state is None else STATUS[self.state]
        # Each kind has a queue of its own, and those have an index.
        return equal((TASKS.c.status, status), (TASKS.c.queue_name, self.name))


class TaskRepository:
    """Tasks, newest first."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, task_id: int) -> TaskRecord:
        """The task, or NotFound."""
        found = _by_id(task_id=task_id).first(self.session, TaskRecord)
        if found is None:
            raise NotFound(f"Task {task_id} does not exist.")
        return found

    def page(self, criteria: TaskFilter, request: PageRequest) -> Page[TaskRecord]:
        """One page of the matching tasks, and their total number."""
        total = _count(criteria).scalar(self.session, int) or 0
        query = _page(criteria, request.part, **page_values(request))
        return Page(fetch_page(query, self.session, TaskRecord, request), total, request)

    def failed_since(self, since: datetime) -> list[TaskRecord]:
        """Tasks that failed and were due since then, oldest first."""
        return _failed(since=since).all(self.session, TaskRecord)

    def retry(self, task_id: int, states: Iterable[TaskState], run_at: datetime) -> bool:
        """Let a task in one of these states wait again, with all its tries; returns whether it was."""
        values = {"status": STATUS[TaskState.WAITING], "attempts": 0, "scheduled_at": run_at}
        return self._change(task_id, states, values)

    def cancel(self, task_id: int, states: Iterable[TaskState]) -> bool:
        """Cancel a task in one of these states; returns whether it was."""
        return self._change(task_id, states, {"status": STATUS[TaskState.CANCELLED]})

    def purge(self, state: TaskState, before: datetime) -> int:
        """Remove the tasks in this state that were due before, with their keys and errors; returns their number."""
        gone = delete(TASKS).where(TASKS.c.status == STATUS[state], TASKS.c.scheduled_at < before)
        return len(self.session.execute(gone.returning(TASKS.c.id)).all())

    def count_keys_without_task(self) -> int:
        """Number of keys that block a task although none has them."""
        return self.session.scalar(select(func.count()).select_from(KEYS).where(KEYS.c.job_id.is_(None))) or 0

    def _change(self, task_id: int, states: Iterable[TaskState], values: Mapping[str, object]) -> bool:
        statuses = [STATUS[state] for state in states]
        changed = update(TASKS).where(TASKS.c.id == task_id, TASKS.c.status.in_(statuses)).values(values)
        return self.session.execute(changed.returning(TASKS.c.id)).first() is not None


def _tasks() -> Select[Any]:
    columns = (TASKS.c.id, TASKS.c.queue_name, _STATE, TASKS.c.attempts, ERRORS.c.error, TASKS.c.scheduled_at)
    return select(*columns).select_from(TASKS.outerjoin(ERRORS, ERRORS.c.job_id == TASKS.c.id))


@cached_query
def _by_id() -> Select[Any]:
    return _tasks().where(TASKS.c.id == parameter("task_id", int))


@cached_query
def _failed() -> Select[Any]:
    failed = TASKS.c.status == STATUS[TaskState.FAILED]
    return _tasks().where(failed, TASKS.c.scheduled_at >= parameter("since", datetime)).order_by(TASKS.c.id)


@cached_query
def _count(criteria: TaskFilter) -> Select[Any]:
    return select(func.count()).select_from(TASKS).where(*criteria.conditions())


@cached_query
def _page(criteria: TaskFilter, part: Part) -> Select[Any]:
    rows = _tasks().where(*criteria.conditions()).order_by(TASKS.c.id.desc())
    return rows if part is Part.WHOLE else paged(rows)


class SelftestRepository:
    """Effects of harmless tasks."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def begin(self, batch: UUID, number: int, started_at: datetime) -> None:
        """Count a run of this task."""
        values = {"batch": batch, "number": number, "runs": 1, "effects": 0, "started_at": started_at}
        counted = insert(SELFTESTS).values(values)
        again = {"runs": SELFTESTS.c.runs + 1}
        self.session.execute(counted.on_conflict_do_update(index_elements=["batch", "number"], set_=again))

    def finish(self, batch: UUID, number: int) -> None:
        """Count the effect, unless an earlier run did."""
        mine = and_(SELFTESTS.c.batch == batch, SELFTESTS.c.number == number, SELFTESTS.c.effects == 0)
        self.session.execute(update(SELFTESTS).where(mine).values(effects=SELFTESTS.c.effects + 1))

    def counts(self, batch: UUID) -> SelftestRecord:
        """Numbers of tasks of the batch that ran, and that had their effect."""
        one = literal(1)
        counts = [
            func.count(one).filter(condition)
            for condition in (
                SELFTESTS.c.runs > 0,
                SELFTESTS.c.runs > 1,
                SELFTESTS.c.effects > 0,
                SELFTESTS.c.effects > 1,
            )
        ]
        row = self.session.execute(select(*counts).where(SELFTESTS.c.batch == batch)).one()
        return SelftestRecord(ran=row[0], ran_again=row[1], done=row[2], done_twice=row[3])

    def purge(self, *, batch: UUID | None = None, before: datetime | None = None) -> int:
        """Remove the effects of a batch, or of all that began before a time."""
        conditions = [SELFTESTS.c.batch == batch] if batch else []
        conditions += [SELFTESTS.c.started_at < before] if before else []
        return len(self.session.execute(delete(SELFTESTS).where(or_(*conditions)).returning(SELFTESTS.c.number)).all())
