"""Comparisons of accounts with statements, at /accounts of the suite."""

from app.kernel.paging import Page
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.suites.personal.transactions.schemas import (
    ReconciliationChangesSchema,
    ReconciliationListQuery,
    ReconciliationSchema,
)
from app.suites.personal.transactions.service import (
    NewReconciliation,
    ReconciliationChanges,
    ReconciliationItem,
    ReconciliationService,
)
from app.web.api import Namespace, Resource, operation
from app.web.changed_responses import OneWithFigures
from app.web.context import context
from app.web.responses import Listed, Message

reconciliations_namespace = Namespace("reconciliations", path="/accounts")


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
