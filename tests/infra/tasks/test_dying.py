"""Worker processes that are stopped, suspended and killed: others do their tasks."""

import os
import signal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text

from tests.infra.tasks import working
from tests.infra.tasks.conftest import Queue, another_worker, stopwatch
from tests.support import until

pytestmark = pytest.mark.long

_EFFECTS = text("SELECT runs, effects FROM tasks.selftests WHERE batch = :batch")


def sleep_for(queue: Queue, seconds: float, *, batch: UUID | None = None, key: str | None = None) -> int:
    """A task that takes so long."""
    payload = {"batch": str(batch or uuid4()), "number": 1, "seconds": seconds}
    return queue.put("sleep", payload, key=key)


def test_no_end_of_the_process_waits_for_a_task(queue: Queue, outside: Connection, tmp_path: Path) -> None:
    """The threads of an executor would: Python joins them when it ends."""
    queue.declare(**working.KINDS)
    with another_worker(str(queue.app.config["DATABASE_URL"]), tmp_path / "log") as process:
        task_id = sleep_for(queue, 60)
        queue.until(task_id, "doing")
        process.terminate()
        assert stopwatch(lambda: process.wait(20)) < 8
    assert process.returncode == 0
    assert queue.state(task_id) == "todo"


def test_a_killed_workers_task_is_done_beside_another_of_the_same_key(
    queue: Queue, outside: Connection, tmp_path: Path
) -> None:
    queue.declare(**working.KINDS)
    batch, sibling = uuid4(), uuid4()
    with another_worker(str(queue.app.config["DATABASE_URL"]), tmp_path / "log") as process:
        first = sleep_for(queue, 1.5, batch=batch, key="k")
        queue.until(first, "doing")
        assert sleep_for(queue, 0, key="k") == -1, "a key is used once, while its task runs too"
        waiting = sleep_for(queue, 0, batch=sibling)
        until(lambda: outside.execute(_EFFECTS, {"batch": batch}).all() == [(1, 0)])
        process.kill()
    with queue.worked():
        row = queue.until(first, "succeeded", 10)
        queue.until(waiting, "succeeded")
    assert (row["tries"], row["error"]) == (2, "Its worker ended while it ran.")
    assert outside.execute(_EFFECTS, {"batch": batch}).all() == [(2, 1)]
    assert outside.execute(_EFFECTS, {"batch": sibling}).all() in ([(1, 1)], [(2, 1)])


def test_a_stopped_worker_process_blocks_no_other(queue: Queue, outside: Connection, tmp_path: Path) -> None:
    queue.declare(**working.KINDS)
    with another_worker(str(queue.app.config["DATABASE_URL"]), tmp_path / "log") as process:
        batch = uuid4()
        held = sleep_for(queue, 1, batch=batch)
        # Not in a transaction, whose locks are released after 15 s (`idle_in_transaction_session_timeout`).
        until(lambda: outside.execute(_EFFECTS, {"batch": batch}).all() == [(1, 0)])
        os.kill(process.pid, signal.SIGSTOP)
        with queue.worked():
            queue.until(sleep_for(queue, 0), "succeeded")
            queue.until(held, "succeeded", 10)
        os.kill(process.pid, signal.SIGCONT)
