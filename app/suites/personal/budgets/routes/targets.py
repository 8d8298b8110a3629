"""/targets of the suite."""

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.budgets.schemas.targets import TargetListQuery, TargetSchema
from app.suites.personal.budgets.service import NewTarget, TargetChanges, TargetItem, TargetService
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.responses import Listed, Message, One

namespace = Namespace("targets", path="/targets")
ONE = One(TargetSchema)


@namespace.route("")
class Targets(Resource):
    @operation("personal:read", Listed(TargetSchema, title="Objetivos de sobres"), query=TargetListQuery, errors=(404,))
    def get(self, query: BookListRequest) -> Page[TargetItem]:
        """List the targets of a book, or those of a category."""
        return TargetService.of_caller(context(), query.book_id).page(query.page, **query.filters)

    @operation("personal:write", ONE, query=BookQuery, body=TargetSchema, status=201, errors=(404, 409))
    def post(self, query: BookChoice, body: NewTarget) -> TargetItem:
        """Make a target of a category; nothing is assigned until the targets are applied to a month."""
        return TargetService.of_caller(context(), query.get("book_id")).create(**body)


@namespace.route("/<id:target_id>")
class OneTarget(Resource):
    @operation("personal:read", ONE, query=BookQuery, errors=(404,))
    def get(self, query: BookChoice, target_id: int) -> TargetItem:
        """One target."""
        return TargetService.of_row(context(), target_id, query.get("book_id")).get(target_id)

    @operation("personal:write", ONE, query=BookQuery, body=changes(TargetSchema), errors=(404, 409))
    def put(self, query: BookChoice, target_id: int, body: TargetChanges) -> TargetItem:
        """Change the fields of a target that are sent; another type drops those that it does not have."""
        return TargetService.of_row(context(), target_id, query.get("book_id")).update(target_id, **body)

    @operation("personal:write", Message("Target deleted"), query=BookQuery, errors=(404,))
    def delete(self, query: BookChoice, target_id: int) -> None:
        """Delete a target; what it has assigned stays."""
        TargetService.of_row(context(), target_id, query.get("book_id")).delete(target_id)
