"""/transactions of the suite."""

from datetime import date
from typing import TypedDict

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.transactions.schemas import (
    BulkResultSchema,
    NewTransactionQuery,
    TransactionChangeQuery,
    TransactionCopySchema,
    TransactionListQuery,
    TransactionRefundSchema,
    TransactionsBulkSchema,
    TransactionSchema,
    TransactionSplitsSchema,
    TransactionTotalsSchema,
    UnlockQuery,
)
from app.suites.personal.transactions.service import (
    BulkRequest,
    BulkResult,
    BulkService,
    NewTransaction,
    Refund,
    SplitValues,
    TransactionChanges,
    TransactionItem,
    TransactionReader,
    TransactionService,
)
from app.web.api import Namespace, Resource, changes, operation
from app.web.changed_responses import OneWithFigures
from app.web.context import context
from app.web.responses import Computed, Listed, Message

namespace = Namespace("transactions", path="/transactions")
ONE = OneWithFigures(TransactionSchema)
MADE = OneWithFigures(TransactionSchema, address="../../transactions")
"""A transaction that a verb of another one made."""


class Moving(BookChoice, total=False):
    """The book, and whether an account that begins later begins earlier."""

    move_opening: bool


class Unlocking(BookChoice, total=False):
    """The book, and whether what was reconciled may change."""

    unlock: bool


class Changing(Unlocking, total=False):
    """Way in which a transaction is changed."""

    move_opening: bool


class Copy(TypedDict, total=False):
    """The day of a copy."""

    date: date


def service(transaction_id: int, query: BookChoice) -> TransactionService:
    """The service in the book that a transaction is in."""
    return TransactionService.of_row(context(), transaction_id, query.get("book_id"))


@namespace.route("")
class Transactions(Resource):
    @operation(
        "personal:read",
        Listed(TransactionSchema, TransactionTotalsSchema, title="Movimientos"),
        query=TransactionListQuery,
        errors=(404,),
        name="listTransactions",
    )
    def get(self, query: BookListRequest) -> Page[TransactionItem]:
        """List the transactions of a book, with the totals of all that match.

        With one account, in the order of days, each has the balance of the account after it.
        """
        return TransactionReader.of_caller(context(), query.book_id).page(query.page, **query.filters)

    @operation(
        "personal:write",
        ONE,
        query=NewTransactionQuery,
        body=TransactionSchema,
        status=201,
        errors=(404, 409),
        name="createTransaction",
    )
    def post(self, query: Moving, body: NewTransaction) -> TransactionItem:
        """Enter a transaction, without an account in the first that is open.

        One of a day before its account begins is 400 `before_opening`; with `move_opening` the account begins earlier,
        and its balance of today stays.
        """
        made = TransactionService.of_caller(context(), query.get("book_id"))
        transaction_id = made.create(move_opening=query.get("move_opening", False), **body)
        return TransactionReader(made.access).get(transaction_id)


@namespace.route("/bulk")
class TransactionsBulk(Resource):
    @operation(
        "personal:write",
        Computed(BulkResultSchema),
        query=UnlockQuery,
        body=TransactionsBulkSchema,
        errors=(404, 409),
        name="changeTransactions",
    )
    def post(self, query: Unlocking, body: BulkRequest) -> BulkResult:
        """Change or delete up to 5,000 transactions at once; `POST /changes/{id}/undo` takes it back.

        What does not fit one transaction, as a category of the other type, leaves that one as it is and is listed.
        """
        return BulkService.of_caller(context(), query.get("book_id")).apply(body, unlock=query.get("unlock", False))


@namespace.route("/<id:transaction_id>")
class OneTransaction(Resource):
    @operation("personal:read", ONE, query=BookQuery, errors=(404,), name="getTransaction")
    def get(self, query: BookChoice, transaction_id: int) -> TransactionItem:
        """One transaction with its splits."""
        return TransactionReader.of_row(context(), transaction_id, query.get("book_id")).get(transaction_id)

    @operation(
        "personal:write",
        ONE,
        query=TransactionChangeQuery,
        body=changes(TransactionSchema),
        errors=(404, 409),
        name="updateTransaction",
    )
    def put(self, query: Changing, transaction_id: int, body: TransactionChanges) -> TransactionItem:
        """Change the fields of a transaction that are sent; 409 `reconciled` for the money of one that was."""
        changed = service(transaction_id, query)
        unlock, move_opening = query.get("unlock", False), query.get("move_opening", False)
        changed.update(transaction_id, unlock=unlock, move_opening=move_opening, **body)
        return TransactionReader(changed.access).get(transaction_id)

    @operation(
        "personal:write",
        Message("Transaction deleted"),
        query=UnlockQuery,
        errors=(404, 409),
        name="deleteTransaction",
    )
    def delete(self, query: Unlocking, transaction_id: int) -> None:
        """Delete a transaction; of a transfer both sides go."""
        service(transaction_id, query).delete(transaction_id, unlock=query.get("unlock", False))


@namespace.route("/<id:transaction_id>/refund")
class TransactionRefund(Resource):
    @operation(
        "personal:write",
        MADE,
        query=BookQuery,
        body=TransactionRefundSchema,
        status=201,
        errors=(404, 409),
        name="refundTransaction",
    )
    def post(self, query: BookChoice, transaction_id: int, body: Refund) -> TransactionItem:
        """Enter the refund of an expense, in its category."""
        refunded = service(transaction_id, query)
        return TransactionReader(refunded.access).get(refunded.refund(transaction_id, **body))


@namespace.route("/<id:transaction_id>/duplicate")
class TransactionCopy(Resource):
    @operation(
        "personal:write",
        MADE,
        query=BookQuery,
        body=TransactionCopySchema,
        status=201,
        errors=(404, 409),
        name="duplicateTransaction",
    )
    def post(self, query: BookChoice, transaction_id: int, body: Copy) -> TransactionItem:
        """Enter a copy of a transaction, by default of today."""
        copied = service(transaction_id, query)
        return TransactionReader(copied.access).get(copied.duplicate(transaction_id, body.get("date")))


@namespace.route("/<id:transaction_id>/split")
class TransactionSplits(Resource):
    @operation(
        "personal:write",
        MADE,
        query=BookQuery,
        body=TransactionSplitsSchema,
        status=201,
        errors=(404, 409),
        name="splitTransaction",
    )
    def post(self, query: BookChoice, transaction_id: int, body: dict[str, list[SplitValues]]) -> TransactionItem:
        """Split a transaction into parts that add up to its amount."""
        split = service(transaction_id, query)
        split.update(transaction_id, splits=body["splits"], category_id=None)
        return TransactionReader(split.access).get(transaction_id)
