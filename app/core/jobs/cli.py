"""flask jobs."""

from datetime import datetime

import click
from flask.cli import AppGroup

from app.core.jobs.service import JobService
from app.infra import scheduler
from app.infra.context import make_context
from app.infra.db import db
from app.infra.scheduler import run_job
from app.kernel.errors import NotFound
from app.kernel.paging import PageRequest

group = AppGroup("jobs", help="Scheduled jobs.")


def service() -> JobService:
    """The service of this command."""
    return JobService(make_context(db.session()), scheduler.of_current_app().jobs)


@group.command("list")
def list_jobs() -> None:
    """List the jobs with their next and last runs."""
    for row in service().overview(PageRequest(per_page=100)).items:
        last = row.last_run
        how = f"last {last.outcome} at {last.finished_at:%Y-%m-%d %H:%M:%SZ} {last.counts}" if last else "never run"
        click.echo(f"{row.name:20} {row.schedule:36} next {row.next_run_at:%Y-%m-%d %H:%MZ}  {how}")


@group.command("run")
@click.argument("name")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="As if today were this day.")
def run(name: str, day: datetime | None) -> None:
    """Run a job now."""
    try:
        job = service().get(name)
    except NotFound as error:
        raise click.ClickException(error.message) from None
    try:
        counts = run_job(job, slot=None, today=day.date() if day else None)
    except Exception as error:
        raise click.ClickException(f"{name} failed: {error}") from error  # run_job logged and recorded it
    if counts is None:
        raise click.ClickException(f"{name} is running elsewhere.")
    click.echo(f"{name}: " + (", ".join(f"{key} {value}" for key, value in counts.items()) or "done"))
