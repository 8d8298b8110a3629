"""/api/projects."""

from typing import Any

from app.domains.projects.models import Project
from app.domains.projects.schemas import ProjectListQuery, ProjectSchema
from app.domains.projects.service import ProjectService
from app.infra.db import db
from app.infra.events import publisher
from app.kernel.paging import Page
from app.web.answers import Listed, Message, One
from app.web.api import Namespace, Resource, changes, operation
from app.web.query import ListRequest

namespace = Namespace("projects", path="/projects")


def service() -> ProjectService:
    """The service of this request."""
    session = db.session()
    return ProjectService(session, publisher(session))


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
