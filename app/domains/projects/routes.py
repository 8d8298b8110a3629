"""/api/projects."""

from typing import Any

from app.domains.projects.models import Project
from app.domains.projects.schemas import ProjectListQuery, ProjectSchema
from app.domains.projects.service import ProjectService
from app.kernel.paging import Page
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One

namespace = Namespace("projects", path="/projects")


def service() -> ProjectService:
    """The service of this request."""
    return ProjectService(context())


@namespace.route("")
class Projects(Resource):
    @operation("projects:read", Listed(ProjectSchema, title="Proyectos"), query=ProjectListQuery)
    def get(self, query: ListRequest) -> Page[Any]:
        """List projects."""
        return service().page(query.page, **query.filters)

    @operation("projects:write", One(ProjectSchema), body=ProjectSchema, status=201, errors=(404,))
    def post(self, body: dict[str, Any]) -> Project:
        """Create a project, with its payment plan."""
        return service().create(**body)


@namespace.route("/<id:project_id>")
class OneProject(Resource):
    @operation("projects:read", One(ProjectSchema), errors=(404,))
    def get(self, project_id: int) -> Any:
        """One project with its payment plan."""
        return service().get(project_id)

    @operation("projects:write", One(ProjectSchema), body=changes(ProjectSchema), errors=(404, 409))
    def put(self, project_id: int, body: dict[str, Any]) -> Project:
        """Change a project or its plan: the fields that are sent. Future payments follow."""
        return service().update(project_id, **body)

    @operation("projects:write", Message("Project deleted"), errors=(404, 409))
    def delete(self, project_id: int) -> None:
        """Delete a project that has nothing paid or invoiced, with its plan and payments."""
        service().delete(project_id)
