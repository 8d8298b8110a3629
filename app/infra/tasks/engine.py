"""procrastinate's worker on an event loop in a daemon thread. Only a worker that leads loads this module.

procrastinate takes tasks and records how they end. Beyond it, here: pauses, the last error, time limits, threads that
no end of the process waits for, and tasks that were left behind by a worker that died.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any, LiteralString

import procrastinate
from procrastinate.jobs import Job
from psycopg import AsyncConnection
from sqlalchemy import make_url

from app.infra import clock
from app.infra.db import APP_ROLE, network_limits
from app.infra.failures import TELL, tell_at
from app.infra.tasks.kinds import PermanentFailure, TaskKind
from app.infra.tasks.running import Run, Runner, describe, in_daemon_thread

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
DEAD_AFTER_SECONDS = 10.0
"""A worker without a heartbeat for so long is dead: its tasks are tried again."""
GRACE_SECONDS = 3.0
"""Time that running tasks have to end when the worker is stopped."""
_STOP_SECONDS = 6.0
_POLL_SECONDS = 1.0
"""Precision of pauses and of `run_at`; new tasks are announced by NOTIFY."""
_CONNECTIONS = 2

_NOTE_ERROR = "SELECT note_error(%(task_id)s, %(error)s)"
_TELL = "SELECT put(%(name)s, '{}'::jsonb, %(key)s, %(at)s)"
_RESCUE = "SELECT rescue(make_interval(secs => %(seconds)s))"
_MAY_BECOME = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s AND pg_has_role(current_user, oid, %s))"
_ROLES_WITH_SET = 160_000


class _WithoutPayloads(logging.Filter):
    """Drops procrastinate's lines about single tasks, which quote their payloads; `Runner` logs its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING and not hasattr(record, "job")


for _name in ("procrastinate.worker", "procrastinate.worker.worker"):
    logging.getLogger(_name).addFilter(_WithoutPayloads())


class Engine:
    """One run of the worker. It ends by itself when the database is away; whoever started it starts another then."""

    def __init__(self, url: str, runner: Runner, concurrency: int) -> None:
        self._runner = runner
        self._concurrency = concurrency
        self._connector = _Connector(
            self._end_after,
            conninfo=make_url(url).set(drivername="postgresql").render_as_string(hide_password=False),
            kwargs={
                **network_limits(),
                "application_name": "control-fresco-tasks",
                # procrastinate names its tables without a schema.
                "options": "-c search_path=tasks,pg_temp -c timezone=UTC -c statement_timeout=10000",
            },
            configure=_become_app_role,
            min_size=1,
            max_size=_CONNECTIONS,
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._main: asyncio.Task[None] | None = None
        self._stop_requested = False
        self._failure: Exception | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="tasks-engine", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it has neither ended nor failed."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Let running tasks end for a moment; what does not is tried again, by whichever worker is next."""
        with self._lock:
            self._stop_requested = True
            if self._loop is not None and self._main is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._main.cancel)
        self._thread.join(_STOP_SECONDS)

    def _work(self) -> None:
        try:
            asyncio.run(self._run())
        except asyncio.CancelledError:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it was, the worker is started again
            self._failure = error
        if self._failure is not None:
            log.warning("the worker of tasks ended: %s", describe(self._failure))

    def _end_after(self, failure: Exception) -> None:
        """End this worker: a task whose end was not recorded would count as running for as long as it lives."""
        self._failure = failure
        if self._main is not None:
            self._main.cancel()

    async def _run(self) -> None:
        with self._lock:
            self._loop, self._main = asyncio.get_running_loop(), asyncio.current_task()
            if self._stop_requested:
                return
        app = procrastinate.App(connector=self._connector)
        for name, kind in self._runner.kinds.items():
            self._declare(app, name, kind)
        async with app.open_async():
            parts = [
                asyncio.create_task(self._take_tasks(app)),
                asyncio.create_task(self._rescue_repeatedly()),
            ]
            try:
                await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for part in parts:
                    part.cancel()
                ends = await asyncio.gather(*parts, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end

    async def _take_tasks(self, app: procrastinate.App) -> None:
        await app.run_worker_async(
            # A queue for each kind, so that a program that does not know a kind leaves its tasks to others.
            queues=list(self._runner.kinds),
            concurrency=self._concurrency,
            fetch_job_polling_interval=_POLL_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=DEAD_AFTER_SECONDS,
            shutdown_graceful_timeout=GRACE_SECONDS,
            install_signal_handlers=False,
        )

    async def _rescue_repeatedly(self) -> None:
        while True:
            row = await self._connector.execute_query_one_async(_RESCUE, seconds=DEAD_AFTER_SECONDS)
            if found := row["rescue"]:
                log.warning("tasks of a worker that ended are tried again", extra={"tasks": found})
            await asyncio.sleep(HEARTBEAT_SECONDS)

    def _declare(self, app: procrastinate.App, name: str, kind: TaskKind) -> None:
        pauses = _Pauses(kind)

        @app.task(name=name, queue=name, pass_context=True, retry=pauses)
        async def do(context: procrastinate.JobContext, *, payload: Mapping[str, Any]) -> None:
            job = context.job
            run = Run(job.id or 0, name, job.attempts, payload)
            thread = in_daemon_thread(lambda: self._runner.run(run), f"task-{run.id}")
            try:
                await asyncio.wait_for(asyncio.wrap_future(thread), kind.time_limit.total_seconds())
            except asyncio.CancelledError:
                await self._note(run, "Its worker was stopped while it ran.")
                raise
            except Exception as error:
                late = isinstance(error, TimeoutError) and not thread.done()
                limit = f"It took longer than {kind.time_limit.total_seconds():g} s."
                await self._note(run, limit if late else describe(error))
                if kind.tells_failure and pauses.get_retry_decision(exception=error, job=job) is None:
                    await self._tell_soon()
                raise

    async def _tell_soon(self) -> None:
        if TELL in self._runner.kinds:
            key, at = tell_at(clock.machine_time())
            await self._connector.execute_query_async(_TELL, name=TELL, key=key, at=at)

    async def _note(self, run: Run, error: str) -> None:
        await self._connector.execute_query_async(_NOTE_ERROR, task_id=run.id, error=error)


class _Connector(procrastinate.PsycopgConnector):
    """Connections of procrastinate, which tell of each failed statement that should have recorded something."""

    def __init__(self, on_failure: Callable[[Exception], None], **options: Any) -> None:
        super().__init__(**options)
        self._on_failure = on_failure

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        try:
            await super().execute_query_async(query, **arguments)
        except Exception as error:
            self._on_failure(error)
            raise


class _Pauses(procrastinate.BaseRetryStrategy):
    """Growing pauses up to a kind's number of tries; none where the worker was stopped, or where no try can help."""

    def __init__(self, kind: TaskKind) -> None:
        self._kind = kind

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        now, tries = clock.machine_time(), job.attempts + 1
        if isinstance(exception, asyncio.CancelledError):
            return procrastinate.RetryDecision(retry_at=now)
        if tries >= self._kind.tries or isinstance(exception, PermanentFailure):
            return None
        return procrastinate.RetryDecision(retry_at=now + self._kind.pause_after(tries))


async def _become_app_role(connection: "AsyncConnection[Any]") -> None:
    """Switch to the application's role, if it exists and the login may use it."""
    # Since 16 membership does not imply SET ROLE.
    right = "SET" if connection.info.server_version >= _ROLES_WITH_SET else "MEMBER"
    found = await (await connection.execute(_MAY_BECOME, (APP_ROLE, right))).fetchone()
    if found and found[0]:
        await connection.execute(f"SET ROLE {APP_ROLE}".encode())
    if not connection.autocommit:
        await connection.commit()
