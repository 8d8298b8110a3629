"""flask tasks."""

import signal
import threading
import time
from types import FrameType
from uuid import UUID, uuid4

import click
from flask.cli import AppGroup

from app.core.tasks.models import SelftestRecord
from app.core.tasks.service import SelftestService
from app.infra.context import make_context
from app.infra.db import db, transaction
from app.infra.tasks import of_current_app

group = AppGroup("tasks", help="Work beside requests.")

_LOOK_SECONDS = 0.5


@group.command("work")
def work() -> None:
    """Do tasks here, beside the server's own worker, until SIGTERM or Ctrl-C."""
    stop = threading.Event()

    def request_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, request_stop)
    worker = of_current_app().beside()
    worker.start()
    stop.wait()
    worker.stop()


@group.command("selftest")
@click.argument("count", type=click.IntRange(1, 1_000_000))
@click.option("--timeout", type=click.IntRange(1), default=600, help="Seconds to wait for them.")
def selftest(count: int, timeout: int) -> None:
    """Enqueue COUNT harmless tasks, wait until workers did them, and count their effects; crash them meanwhile."""
    batch = uuid4()
    with transaction(request_id="cli:selftest") as session:
        SelftestService(make_context(session)).enqueue(batch, count)
    click.echo(f"{count} tasks are waiting for a worker.")
    found = _wait(batch, count, timeout)
    click.echo(f"{found.done} done, {found.ran_again} of them run more than once, {found.done_twice} twice in effect.")
    with transaction(request_id="cli:selftest") as session:
        SelftestService(make_context(session)).purge(batch)
    if found.done < count:
        raise click.ClickException(f"{count - found.done} were not done within {timeout} s. Does a worker run?")
    if found.done_twice:
        raise click.ClickException("Tasks had their effect twice.")


def _wait(batch: UUID, count: int, timeout: int) -> SelftestRecord:
    deadline = time.monotonic() + timeout
    while True:
        found = SelftestService(make_context(db.session())).counts(batch)
        db.session.remove()
        if found.done >= count or time.monotonic() > deadline:
            return found
        time.sleep(_LOOK_SECONDS)
