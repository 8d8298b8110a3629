"""/api/imports."""

from app.core.imports.models import ImportRecord
from app.core.imports.schemas import ImportListQuery, ImportSchema, UndoneSchema
from app.core.imports.service import ImportService, Undone
from app.kernel.paging import Page
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, One, Unwrapped

namespace = Namespace("imports", path="/imports")


def service() -> ImportService:
    """The service of this request."""
    return ImportService(context())


@namespace.route("")
class Imports(Resource):
    @operation("imports:read", Listed(ImportSchema, title="Importaciones"), query=ImportListQuery)
    def get(self, query: ListRequest) -> Page[ImportRecord]:
        """List imports, newest first; failed ones too."""
        return service().page(query.page, **query.filters)


@namespace.route("/<id:import_id>")
class OneImport(Resource):
    @operation("imports:read", One(ImportSchema), errors=(404,))
    def get(self, import_id: int) -> ImportRecord:
        """One import."""
        return service().get(import_id)

    @operation("imports:write", Unwrapped(UndoneSchema), errors=(404, 409), name="undoImport")
    def delete(self, import_id: int) -> Undone:
        """Take back the records of an import that nobody changed or uses since; dismiss a failed one."""
        return service().undo(import_id)
