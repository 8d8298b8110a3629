"""/api/jobs."""

from app.core.jobs.schemas import JobRunListQuery, JobRunSchema, JobSchema
from app.core.jobs.service import JobOverview, JobService
from app.infra import scheduler
from app.infra.job_runs import JobRunRecord
from app.kernel.paging import Page
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.query import ListQuery, ListRequest
from app.web.responses import Listed

namespace = Namespace("jobs", path="/jobs")


def service() -> JobService:
    """The service of this request."""
    return JobService(context(), scheduler.of_current_app().jobs)


@namespace.route("")
class Jobs(Resource):
    @operation("jobs:read", Listed(JobSchema, title="Tareas"), query=ListQuery)
    def get(self, query: ListRequest) -> Page[JobOverview]:
        """List the jobs with their next and last runs."""
        return service().overview(query.page)


@namespace.route("/<string:name>/runs")
class JobRuns(Resource):
    @operation("jobs:read", Listed(JobRunSchema, title="Ejecuciones"), query=JobRunListQuery, errors=(404,))
    def get(self, name: str, query: ListRequest) -> Page[JobRunRecord]:
        """List the runs of a job, newest first."""
        return service().page_of_runs(name, query.page)
