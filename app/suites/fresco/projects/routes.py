"""/api/projects."""

from app.core.imports.schemas import ImportOptions, import_operation, load_file
from app.core.imports.service import ImportOutcome, ImportService
from app.kernel.files import JudgedFile
from app.kernel.paging import Page
from app.suites.fresco.projects.models import ProjectRecord
from app.suites.fresco.projects.schemas import (
    PROJECT_ROWS,
    ProjectChangeQuery,
    ProjectListQuery,
    ProjectSchema,
    SchedulePreviewSchema,
)
from app.suites.fresco.projects.service import (
    ChangeRequest,
    NewProject,
    ProjectChanges,
    ProjectImporter,
    ProjectService,
)
from app.web.api import Namespace, Resource, changes, operation
from app.web.changed_responses import OneOrPreview, OneWithFigures, Previewed
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message

namespace = Namespace("projects", path="/projects")
imports = Namespace("projects_imports", path="/imports/projects")


def service() -> ProjectService:
    """The service of this request."""
    return ProjectService(context())


@namespace.route("")
class Projects(Resource):
    @operation("projects:read", Listed(ProjectSchema, title="Proyectos"), query=ProjectListQuery)
    def get(self, query: ListRequest) -> Page[ProjectRecord]:
        """List projects."""
        return service().page(query.page, **query.filters)

    @operation("projects:write", OneWithFigures(ProjectSchema), body=ProjectSchema, status=201, errors=(404,))
    def post(self, body: NewProject) -> ProjectRecord:
        """Create a project with its payment plan."""
        return service().create(**body)


@namespace.route("/<id:project_id>")
class OneProject(Resource):
    @operation("projects:read", OneWithFigures(ProjectSchema), errors=(404,))
    def get(self, project_id: int) -> ProjectRecord:
        """One project with its payment plan."""
        return service().get(project_id)

    @operation(
        "projects:write",
        OneOrPreview(ProjectSchema, preview=SchedulePreviewSchema),
        query=ProjectChangeQuery,
        body=changes(ProjectSchema),
        errors=(404, 409),
    )
    def put(self, project_id: int, query: ChangeRequest, body: ProjectChanges) -> ProjectRecord | Previewed:
        """Change the fields of a project or of its plan that are sent. Future payments are generated again.

        With `dry_run` nothing changes, and the answer is which payments would be removed, created and kept.
        """
        if query["dry_run"]:
            return Previewed(service().preview(project_id, **body))
        return service().update(project_id, **body)

    @operation("projects:write", Message("Project deleted"), errors=(404, 409))
    def delete(self, project_id: int) -> None:
        """Delete a project without paid or invoiced payments, with its plan and its other payments."""
        service().delete(project_id)


@imports.route("")
class ProjectImports(Resource):
    @import_operation("projects:write", "importProjects")
    def post(self, query: ImportOptions, body: ImportOptions, file: JudgedFile) -> ImportOutcome:
        """Preview or import projects from a CSV or XLSX file, with Spanish or English headings."""
        return ImportService(context()).run(ProjectImporter(context()), *load_file(PROJECT_ROWS, file, query, body))
