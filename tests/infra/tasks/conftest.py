"""Workers of tasks in this process and in others, over a database of the module's own."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra.db import db, transaction
from app.infra.tasks import Begin, Payload, TaskKind, TaskWorker, enqueue, worker
from tests import conftest, preloaded
from tests.infra.tasks import working
from tests.support import until


@dataclass
class Notes:
    """Runs of tasks in this process: what they were given, in order."""

    runs: list[Any] = field(default_factory=list)
    held: threading.Event = field(default_factory=threading.Event)
    """Set when a handler that waits may go on."""


@pytest.fixture
def notes() -> Iterator[Notes]:
    made = Notes()
    yield made
    made.held.set()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead worker is found after 1.5 s instead of 10, and one that ended starts again after 0.2 s instead of 2."""
    from app.infra.tasks import engine

    monkeypatch.setattr(engine, "HEARTBEAT_SECONDS", working.HEARTBEAT_SECONDS)
    monkeypatch.setattr(engine, "DEAD_AFTER_SECONDS", working.DEAD_AFTER_SECONDS)
    monkeypatch.setattr(worker, "POLL_SECONDS", 0.2)


@pytest.fixture
def application(server_database: str, logs_as_before: None) -> Iterator[Flask]:
    """The program over the module's database, where no task is left from before."""
    with create_engine(server_database, poolclass=NullPool).begin() as connection:
        connection.execute(text("DELETE FROM tasks.procrastinate_jobs"))
        connection.execute(text("DELETE FROM tasks.selftests"))
    made = create_app(conftest.testing_config(server_database))
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def outside(server_database: str) -> Iterator[Connection]:
    """The owner, looking on."""
    with create_engine(server_database, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        yield connection


@dataclass
class Queue:
    """Tasks of some kinds, and what became of them."""

    app: Flask
    outside: Connection

    def declare(self, **kinds: TaskKind) -> None:
        """Let the program know these kinds beside its own."""
        self.app.extensions["task_kinds"] = {**self.app.extensions["task_kinds"], **kinds}

    def put(self, name: str, payload: Payload | None = None, *, key: str | None = None, run_at: Any = None) -> int:
        """Enqueue one in a transaction of its own; -1 where its key was used."""
        with self.app.app_context(), transaction(request_id="test") as session:
            made = enqueue(session, name, payload or {}, key=key, run_at=run_at)
        return -1 if made is None else made

    def row(self, task_id: int) -> Mapping[str, Any]:
        found = text(
            "SELECT status::text AS state, attempts AS tries, error, scheduled_at AS run_at, args"
            " FROM tasks.procrastinate_jobs LEFT JOIN tasks.errors ON job_id = id WHERE id = :id"
        )
        return self.outside.execute(found, {"id": task_id}).mappings().one()

    def state(self, task_id: int) -> str:
        return str(self.row(task_id)["state"])

    def until(self, task_id: int, state: str, seconds: float = 20) -> Mapping[str, Any]:
        """Wait for the task to be in that state; the task then."""
        until(lambda: self.state(task_id) == state, seconds)
        return self.row(task_id)

    @contextmanager
    def worked(self) -> Iterator[TaskWorker]:
        """A worker in this process does them meanwhile."""
        made = TaskWorker(self.app, self.app.extensions["task_kinds"], alone=True)
        made.start()
        try:
            yield made
        finally:
            made.stop()

    def database_now(self) -> datetime:
        return self.outside.execute(text("SELECT clock_timestamp()")).scalar_one()


@pytest.fixture
def queue(application: Flask, outside: Connection) -> Queue:
    return Queue(application, outside)


@contextmanager
def another_worker(url: str, log: Path) -> Iterator[preloaded.Program]:
    """A worker in a process of its own, killed at the end."""
    with Path(os.devnull).open("rb") as nothing, log.open("ab") as output:
        files = nothing, output, output
        process = preloaded.start("tests.infra.tasks.working", url, env=os.environ, files=files)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def noting(notes: Notes) -> Callable[[Begin, Payload], None]:
    """A handler that notes what it is given."""

    def run(_begin: Begin, payload: Payload) -> None:
        notes.runs.append(dict(payload))

    return run


def stopwatch(act: Callable[[], object]) -> float:
    """Seconds that it takes."""
    began = time.monotonic()
    act()
    return time.monotonic() - began
