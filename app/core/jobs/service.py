"""Scheduled jobs, their schedules and their runs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from app.core.jobs.repository import JobRunRepository, RunFilter
from app.infra.context import Context
from app.infra.job_runs import JobRun, JobRunRecord
from app.infra.scheduler import Job
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, Sort


class JobOverview(NamedTuple):
    """A job, its next slot and its last run."""

    name: str
    description: str
    schedule: str
    next_run_at: datetime
    last_run: JobRun | None


class JobService:
    """Lists jobs and their runs."""

    def __init__(self, context: Context, jobs: Sequence[Job]) -> None:
        self.clock = context.clock
        self.runs = JobRunRepository(context.session)
        self.jobs = jobs

    def get(self, name: str) -> Job:
        """Job of that name."""
        for job in self.jobs:
            if job.name == name:
                return job
        raise NotFound(f"There is no job {name}; there are {', '.join(job.name for job in self.jobs)}.")

    def overview(self, request: PageRequest) -> Page[JobOverview]:
        """Every job with its next slot and its last run."""
        latest = self.runs.latest_per_job()
        rows = [
            JobOverview(
                name=job.name,
                description=job.description,
                schedule=str(job.schedule),
                next_run_at=job.next_slot(self.clock.now(), self.clock.zone),
                last_run=latest.get(job.name),
            )
            for job in self.jobs
        ]
        return Page(rows[request.span], len(rows), request)

    def failed_since(self, since: datetime) -> list[JobRunRecord]:
        """Runs that failed and ended since then, and whose slots were not done later; oldest first."""
        return self.runs.failed_since(since)

    def page_of_runs(self, name: str, request: PageRequest) -> Page[JobRunRecord]:
        """The runs of one job, newest first."""
        order = request.sort or (Sort("id", descending=True),)
        return self.runs.page(RunFilter(self.get(name).name), replace(request, sort=order))
