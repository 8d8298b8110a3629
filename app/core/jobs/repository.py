"""Repository of job runs."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement

from app.infra import job_runs
from app.infra.job_runs import JobRun, JobRunRecord
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

    def latest_per_job(self) -> dict[str, JobRun]:
        """The last run of each job."""
        return job_runs.latest_per_job(self.session)
