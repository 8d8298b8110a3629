"""Repository of job runs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement

from app.infra import job_runs
from app.infra.job_runs import JobRun, JobRunRecord, Outcome
from app.infra.queries.records import reader
from app.infra.queries.repository import Filter, Repository, equal


@dataclass(frozen=True, slots=True)
class RunFilter(Filter):
    """Criteria of the runs of one job."""

    job: str

    def conditions(self) -> list[ColumnElement[bool]]:
        return equal((JobRun.job, self.job))


class JobRunRepository(Repository[JobRun, JobRunRecord]):
    """Runs of scheduled jobs."""

    model = JobRun
    record = JobRunRecord

    def failed_since(self, since: datetime) -> list[JobRunRecord]:
        """Runs that failed and ended since then, oldest first; one whose slot was done later is not among them."""
        failed = (JobRun.outcome == Outcome.FAILED, JobRun.finished_at >= since)
        rows = self.session.execute(self.base_query().where(*failed).order_by(JobRun.id))
        return reader(JobRunRecord)(rows)

    def latest_per_job(self) -> dict[str, JobRun]:
        """The last run of each job."""
        return job_runs.latest_per_job(self.session)
