"""/transfers of the suite."""

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.imports.schemas import (
    PartedSchema,
    TransferPairSchema,
    TransferSuggestionListQuery,
    TransferSuggestionSchema,
)
from app.suites.personal.imports.service import Parted, Suggestion, TransferService
from app.suites.personal.transactions.schemas import TransactionSchema
from app.suites.personal.transactions.service import TransactionItem, TransactionReader
from app.web.api import Namespace, Resource, operation
from app.web.changed_responses import OneWithFigures
from app.web.context import context
from app.web.responses import Computed, Listed

namespace = Namespace("transfers", path="/transfers")


@namespace.route("/match")
class TransferMatching(Resource):
    @operation(
        "personal:write",
        OneWithFigures(TransactionSchema),
        query=BookQuery,
        body=TransferPairSchema,
        errors=(404, 409),
        name="mergeTransfer",
    )
    def post(self, query: BookChoice, body: dict[str, list[int]]) -> TransactionItem:
        """Put an expense and an income of two accounts together as one transfer."""
        ids = body["ids"]
        matched = TransferService.of_row(context(), ids[0], query.get("book_id"))
        return TransactionReader(matched.access).get(matched.match(ids))


@namespace.route("/<id:transaction_id>/match")
class OneTransferMatch(Resource):
    @operation(
        "personal:write",
        Computed(PartedSchema),
        query=BookQuery,
        errors=(404, 409),
        name="splitTransfer",
    )
    def delete(self, query: BookChoice, transaction_id: int) -> Parted:
        """Part a transfer into the two entries that it was; they are not proposed again."""
        return TransferService.of_row(context(), transaction_id, query.get("book_id")).part(transaction_id)


@namespace.route("/suggestions")
class TransferSuggestions(Resource):
    @operation(
        "personal:read",
        Listed(TransferSuggestionSchema, title="Posibles transferencias"),
        query=TransferSuggestionListQuery,
        errors=(404,),
        name="listTransferSuggestions",
    )
    def get(self, query: BookListRequest) -> Page[Suggestion]:
        """List entries that may be the two sides of a transfer, of the last 90 days unless days are given."""
        found = TransferService.of_caller(context(), query.book_id)
        return found.suggestions(query.page, **query.filters)
