"""/api/tasks."""

from typing import Any

from app.core.tasks.models import TaskRecord
from app.core.tasks.schemas import TaskListQuery, TaskSchema
from app.core.tasks.service import TaskService
from app.kernel.paging import Page
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Computed, Listed

namespace = Namespace("tasks", path="/tasks")


def service() -> TaskService:
    """The service of this request."""
    return TaskService(context())


@namespace.route("")
class Tasks(Resource):
    @operation("tasks:read", Listed(TaskSchema, title="Tareas en segundo plano"), query=TaskListQuery)
    def get(self, query: ListRequest) -> Page[Any]:
        """List tasks, newest first."""
        return service().page(query.page, **query.filters)


@namespace.route("/<id:task_id>/retry")
class Retry(Resource):
    @operation("tasks:write", Computed(TaskSchema), errors=(404, 409), name="retryTask")
    def post(self, task_id: int) -> TaskRecord:
        """Let a failed or cancelled task be tried again, with all its tries."""
        return service().retry(task_id)


@namespace.route("/<id:task_id>/cancel")
class Cancel(Resource):
    @operation("tasks:write", Computed(TaskSchema), errors=(404, 409), name="cancelTask")
    def post(self, task_id: int) -> TaskRecord:
        """Cancel a waiting task."""
        return service().cancel(task_id)
