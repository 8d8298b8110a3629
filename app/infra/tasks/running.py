"""One run of a task, in a thread of a worker."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from app.infra import logs, origins
from app.infra.context import Context, make_context
from app.infra.db import transaction
from app.infra.origins import Origin
from app.infra.tasks.kinds import Payload, TaskKind

log = logging.getLogger(__name__)

_LONGEST_ERROR = 2000


class InterruptedTooOften(Exception):
    """The workers that ran the task ended each time before it did."""


@dataclass(frozen=True, slots=True)
class Run:
    """A task that a worker has taken."""

    id: int
    name: str
    earlier_tries: int
    payload: Payload


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs tasks of these kinds in the application."""

    app: Flask
    kinds: Mapping[str, TaskKind]
    interruptions: int = 10
    """Runs beyond a kind's tries that may end with their worker, before the task counts as what ends it."""

    def run(self, run: Run) -> None:
        """Run the task; whatever goes wrong is logged, and raised."""
        kind = self.kinds[run.name]
        request = f"task:{run.name}:{run.id}"
        logs.request_id.set(request)
        try:
            self._check_interruptions(run, kind)
            with self.app.app_context(), origins.acting(Origin.of(run.name, kind.run.__module__)):
                kind.run(_Transactions(request).begin, run.payload)
        except Exception:
            log.exception("task failed", extra={"task": run.name, "task_id": run.id, "tries": run.earlier_tries + 1})
            raise
        log.info("task done", extra={"task": run.name, "task_id": run.id})

    def _check_interruptions(self, run: Run, kind: TaskKind) -> None:
        if run.earlier_tries >= kind.tries + self.interruptions:
            raise InterruptedTooOften("Its worker ended too often while it ran.")


class _Transactions:
    """Transactions of one run, one after the other."""

    def __init__(self, request_id: str) -> None:
        self._request_id = request_id
        self._open = False

    @contextmanager
    def begin(self) -> Iterator[Context]:
        """Begin a transaction; its connection is free for others after the block."""
        if self._open:
            raise RuntimeError("A transaction of this task is open already.")
        self._open = True
        try:
            with transaction(request_id=self._request_id) as session:
                yield make_context(session)
        finally:
            self._open = False


def in_daemon_thread(work: Callable[[], None], name: str) -> "Future[None]":
    """Do it in a thread that no end of the process waits for, unlike those of an executor."""
    future: Future[None] = Future()

    def do() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - whoever waits for the future gets it
            future.set_exception(error)
        else:
            future.set_result(None)

    threading.Thread(target=do, name=name, daemon=True).start()
    return future


def describe(error: BaseException) -> str:
    """The error as it is shown to admins: no rows that PostgreSQL quotes, and nothing that it can't store."""
    written = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    for detail in logs.postgresql_details(error):
        written = written.replace(detail, "(left out)")
    return written[:_LONGEST_ERROR].replace("\0", "").encode(errors="replace").decode()
