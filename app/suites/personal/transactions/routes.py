"""/transactions of the suite."""

from datetime import date
from typing import TypedDict

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.transactions.models import ChangeSetRecord
from app.suites.personal.transactions.schemas import (
    BulkResultSchema,
    ChangeSetListQuery,
    ChangeSetSchema,
    NewTransactionQuery,
    ReconciliationChangesSchema,
    ReconciliationListQuery,
    ReconciliationSchema,
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
    ChangeSetService,
    NewReconciliation,
    NewTransaction,
    ReconciliationChanges,
    ReconciliationItem,
    ReconciliationService,
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
from app.web.responses import Computed, Listed, Message, One

namespace = Namespace("transactions", path="/transactions")
changes_namespace = Namespace("changes", path="/changes")
reconciliations_namespace = Namespace("reconciliations", path="/accounts")
ONE = OneWithFigures(TransactionSchema)


class Moving(BookChoice, total=False):
    """The book, and whether an account that begins later begins earlier."""

    move_opening: bool


class Unlocking(BookChoice, total=False):
    """The book, and whether what was reconciled may change."""

    unlock: bool


class Changing(Unlocking, total=False):
    """How a transaction is changed."""

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
        OneWithFigures(TransactionSchema),
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
        ONE,
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
        ONE,
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


def reconciling(account_id: int, query: BookChoice) -> ReconciliationService:
    """The service in the book that an account is in."""
    return ReconciliationService.of_row(context(), account_id, query.get("book_id"))


@reconciliations_namespace.route("/<id:account_id>/reconciliations")
class Reconciliations(Resource):
    @operation(
        "personal:read",
        Listed(ReconciliationSchema, title="Conciliaciones"),
        query=ReconciliationListQuery,
        errors=(404,),
        name="listReconciliations",
    )
    def get(self, query: BookListRequest, account_id: int) -> Page[ReconciliationItem]:
        """List the comparisons of an account with statements, the newest first."""
        service = ReconciliationService.of_row(context(), account_id, query.book_id)
        return service.page(account_id, query.page)

    @operation(
        "personal:write",
        OneWithFigures(ReconciliationSchema),
        query=BookQuery,
        body=ReconciliationSchema,
        status=201,
        errors=(404, 409),
        name="createReconciliation",
    )
    def post(self, query: BookChoice, account_id: int, body: NewReconciliation) -> ReconciliationItem:
        """Begin to compare an account with a statement; 409 `reconciliation_open` while another one is open."""
        return reconciling(account_id, query).create(account_id, **body)


@reconciliations_namespace.route("/<id:account_id>/reconciliations/<id:reconciliation_id>")
class OneReconciliation(Resource):
    @operation(
        "personal:read",
        OneWithFigures(ReconciliationSchema),
        query=BookQuery,
        errors=(404,),
        name="getReconciliation",
    )
    def get(self, query: BookChoice, account_id: int, reconciliation_id: int) -> ReconciliationItem:
        """One comparison with the transactions that the statement shows."""
        return reconciling(account_id, query).get(account_id, reconciliation_id)

    @operation(
        "personal:write",
        OneWithFigures(ReconciliationSchema),
        query=BookQuery,
        body=ReconciliationChangesSchema,
        errors=(404, 409),
        name="updateReconciliation",
    )
    def patch(
        self, query: BookChoice, account_id: int, reconciliation_id: int, body: ReconciliationChanges
    ) -> ReconciliationItem:
        """Say which transactions the statement shows, and finish: then they are locked.

        With a difference that is 409 `difference`, unless `adjust` enters it.
        """
        return reconciling(account_id, query).update(account_id, reconciliation_id, **body)

    @operation(
        "personal:write",
        Message("Reconciliation deleted"),
        query=BookQuery,
        errors=(404, 409),
        name="deleteReconciliation",
    )
    def delete(self, query: BookChoice, account_id: int, reconciliation_id: int) -> None:
        """Delete the open comparison of an account, or the last one, whose transactions are unlocked."""
        reconciling(account_id, query).delete(account_id, reconciliation_id)
