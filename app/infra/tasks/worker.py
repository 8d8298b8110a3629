"""A worker of tasks: one among the server's processes, and as many more as `flask tasks work` is started."""

import logging
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flask import Flask, current_app
from sqlalchemy import Connection

from app.infra import clock_skew
from app.infra.leading import Candidate, Post
from app.infra.tasks.kinds import TaskKind, check_names
from app.infra.tasks.running import Runner

if TYPE_CHECKING:
    from app.infra.tasks.engine import Engine

log = logging.getLogger(__name__)

_LOCK = "tasks"
POLL_SECONDS = 2.0
_SILENT_SECONDS = 10.0


class TaskWorker:
    """Runs tasks while this process leads, or always if it does so alone (`flask tasks work`)."""

    def __init__(self, app: Flask, kinds: Mapping[str, TaskKind], *, alone: bool = False) -> None:
        self._app = app
        self._runner = Runner(app, kinds)
        self._engine: Engine | None = None
        self._clocks = clock_skew.ClockWatch()
        post = Post(
            app.config["DIRECT_DATABASE_URI"],
            None if alone else _LOCK,
            POLL_SECONDS,
            "control-fresco-tasks-leader",
            silent_seconds=_SILENT_SECONDS,
        )
        self._candidate = Candidate(post, lead=self._check_and_work, stand_down=self._stop_working)

    def start(self, may_lead: Callable[[], bool] = lambda: True) -> None:
        """Start the thread that tries to lead, as long as `may_lead()`. To be called in a worker, after the fork."""
        self._candidate.start(may_lead)

    def beside(self) -> "TaskWorker":
        """A worker that works beside all others, whoever leads."""
        return TaskWorker(self._app, self._runner.kinds, alone=True)

    def ask_to_stop(self) -> None:
        """Take no more tasks, and wait for nothing."""
        self._candidate.ask_to_stop()

    def stop(self) -> None:
        """Take no more tasks, and wait a moment for those that run."""
        self._candidate.stop()

    def _check_and_work(self, connection: Connection) -> None:
        """Work while the clock is right; raises if the connection, and with it the lock, is lost."""
        if not self._clocks.agrees(connection):
            self._stop_working()
        elif self._engine is None or not self._engine.is_running:
            self._engine = self._new_engine()
            self._engine.start()
            log.info("this worker does the tasks", extra={"pid": os.getpid()})

    def _stop_working(self) -> None:
        if self._engine is not None:
            self._engine.stop()
            self._engine = None

    def _new_engine(self) -> "Engine":
        from app.infra.tasks.engine import Engine  # 13 MB and 0.1 s, which only the process that leads should pay

        url, concurrency = self._app.config["DIRECT_DATABASE_URI"], self._app.config["TASKS_CONCURRENCY"]
        return Engine(url, self._runner, concurrency)


def init_app(app: Flask, kinds: Mapping[str, TaskKind]) -> None:
    """Create the worker of the application; no task runs before `start`."""
    check_names(kinds)
    app.extensions["task_kinds"] = kinds
    app.extensions["task_worker"] = TaskWorker(app, kinds)


def of_current_app() -> TaskWorker:
    """The worker of tasks of this process."""
    worker: TaskWorker = current_app.extensions["task_worker"]
    return worker
