"""Failures have a task enqueued, one a minute, by which admins hear of them; its own failure has none."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.infra import job_runs
from app.infra.failures import TELL, tell_at
from app.infra.scheduler import Hourly, Job, run_job
from app.infra.tasks import TaskKind
from tests.infra.tasks.conftest import Queue
from tests.infra.tasks.test_worker import SHORT, failing

pytestmark = pytest.mark.long

FAILS = TaskKind(failing, tries=1)
LATER = TaskKind(failing, tries=2, first_pause=timedelta(hours=1))
ITSELF = TaskKind(failing, tries=1, tells_failure=False)


def telling(queue: Queue) -> list[Mapping[str, Any]]:
    """Tasks that tell of failures."""
    found = text("SELECT scheduled_at AS run_at, now() AS at FROM tasks.procrastinate_jobs WHERE task_name = :name")
    return list(queue.outside.execute(found, {"name": TELL}).mappings())


def test_failures_of_a_minute_are_told_by_one_task(queue: Queue) -> None:
    queue.declare(fails=FAILS, twice=TaskKind(failing, tries=2, first_pause=SHORT))
    with queue.worked():
        for task in [queue.put("fails") for _ in range(3)] + [queue.put("twice")]:
            queue.until(task, "failed")
    found = telling(queue)
    assert 1 <= len(found) <= 2, "they may have failed on both sides of a full minute"
    for task in found:
        assert timedelta(seconds=5) < task["run_at"] - task["at"] <= timedelta(seconds=70)


def test_neither_a_task_that_is_tried_again_nor_what_tells_of_failures_is_told(queue: Queue) -> None:
    queue.declare(later=LATER, itself=ITSELF)
    with queue.worked():
        queue.until(queue.put("itself"), "failed")
        task = queue.put("later")
        queue.until(task, "todo")
        queue.until(queue.put("itself"), "failed")
    assert telling(queue) == []


def test_a_job_that_fails_is_told(queue: Queue) -> None:
    def run(*_given: object) -> Mapping[str, object]:
        raise ConnectionError("no luck")

    with queue.app.app_context(), pytest.raises(ConnectionError):
        run_job(Job("unlucky", "Fails", run, Hourly(minute=5)), slot=None)
    assert len(telling(queue)) == 1
    [run_of] = queue.outside.execute(text("SELECT outcome FROM job_runs WHERE job = 'unlucky'")).scalars()
    assert run_of == job_runs.Outcome.FAILED


@pytest.mark.parametrize("second", [0, 30, 59])
def test_the_task_runs_after_the_failure_is_recorded_and_within_70_seconds(second: int) -> None:
    at = datetime(2026, 6, 15, 12, 0, second, 999_999, tzinfo=UTC)
    key, run_at = tell_at(at)
    assert (key, run_at) == (f"{TELL}-2026-06-15T12:01", datetime(2026, 6, 15, 12, 1, 10, tzinfo=UTC))
