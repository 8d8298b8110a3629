"""Questions about job runs."""

from sqlalchemy import select

from app.infra import job_runs
from app.infra.job_runs import JobRun
from app.infra.repository import Repository
from app.kernel.paging import Page, PageRequest


class JobRunRepository(Repository[JobRun]):
    """Runs of scheduled jobs."""

    model = JobRun

    def latest_per_job(self) -> dict[str, JobRun]:
        """The last run of each job."""
        return job_runs.latest_per_job(self.session)

    def page_of(self, job: str, request: PageRequest) -> Page[JobRun]:
        """Runs of one job."""
        return self.page(select(JobRun).where(JobRun.job == job), request)
