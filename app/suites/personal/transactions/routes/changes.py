"""/changes of the suite."""

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.transactions.models import ChangeSetRecord
from app.suites.personal.transactions.schemas import ChangeSetListQuery, ChangeSetSchema
from app.suites.personal.transactions.service import ChangeSetService
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.responses import Listed, One

changes_namespace = Namespace("changes", path="/changes")


@changes_namespace.route("")
class ChangeSets(Resource):
    @operation(
        "personal:read",
        Listed(ChangeSetSchema, title="Cambios"),
        query=ChangeSetListQuery,
        errors=(404,),
        name="listChangeSets",
    )
    def get(self, query: BookListRequest) -> Page[ChangeSetRecord]:
        """List the changes of many transactions at once, the newest first."""
        return ChangeSetService.of_caller(context(), query.book_id).page(query.page, **query.filters)


@changes_namespace.route("/<id:change_set_id>/undo")
class ChangeSetUndo(Resource):
    @operation("personal:write", One(ChangeSetSchema), query=BookQuery, errors=(404, 409), name="undoChangeSet")
    def post(self, query: BookChoice, change_set_id: int) -> ChangeSetRecord:
        """Undo a change; 409 `changed_since`, with the transactions, if one was changed or deleted since."""
        service = ChangeSetService.of_row(context(), change_set_id, query.get("book_id"))
        service.undo(change_set_id)
        return service.get(change_set_id)
