"""/api/cash-accounts."""

from app.core.cash_accounts.models import CashAccountRecord, CashTransferRecord
from app.core.cash_accounts.schemas import (
    CashAccountListQuery,
    CashAccountSchema,
    CashTransferListQuery,
    CashTransferSchema,
)
from app.core.cash_accounts.service import (
    CashAccountChanges,
    CashAccountService,
    NewCashAccount,
    NewTransfer,
    TransferService,
)
from app.kernel.paging import Page
from app.web.api import Namespace, Resource, changes, operation
from app.web.changed_responses import OneWithFigures
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One

namespace = Namespace("cash_accounts", path="/cash-accounts")


def service() -> CashAccountService:
    """The service of this request."""
    return CashAccountService(context())


def transfers() -> TransferService:
    """The service of this request for transfers."""
    return TransferService(context())


@namespace.route("")
class CashAccounts(Resource):
    @operation("cash_accounts:read", Listed(CashAccountSchema, title="Cuentas de efectivo"), query=CashAccountListQuery)
    def get(self, query: ListRequest) -> Page[CashAccountRecord]:
        """List the cash accounts, with their balances of today or of another day."""
        return service().page(query.page, **query.filters)

    @operation(
        "cash_accounts:write", OneWithFigures(CashAccountSchema), body=CashAccountSchema, status=201, errors=(409,)
    )
    def post(self, body: NewCashAccount) -> CashAccountRecord:
        """Create a cash account. Its opening balance must not change the balances of a closed month."""
        return service().create(**body)


@namespace.route("/<id:account_id>")
class OneCashAccount(Resource):
    @operation("cash_accounts:read", OneWithFigures(CashAccountSchema), errors=(404,))
    def get(self, account_id: int) -> CashAccountRecord:
        """One cash account with its balance of today."""
        return service().get(account_id)

    @operation(
        "cash_accounts:write",
        OneWithFigures(CashAccountSchema),
        body=changes(CashAccountSchema),
        errors=(404, 409),
    )
    def put(self, account_id: int, body: CashAccountChanges) -> CashAccountRecord:
        """Change the fields of a cash account that are sent; one in use keeps its currency."""
        return service().update(account_id, **body)

    @operation("cash_accounts:write", Message("Cash account deleted"), errors=(404, 409))
    def delete(self, account_id: int) -> None:
        """Delete a cash account that nothing refers to. One in use may be set inactive instead."""
        service().delete(account_id)


@namespace.route("/transfers")
class CashTransfers(Resource):
    @operation("cash_accounts:read", Listed(CashTransferSchema, title="Traslados"), query=CashTransferListQuery)
    def get(self, query: ListRequest) -> Page[CashTransferRecord]:
        """List transfers between cash accounts."""
        return transfers().page(query.page, **query.filters)

    @operation("cash_accounts:write", One(CashTransferSchema), body=CashTransferSchema, status=201, errors=(404, 409))
    def post(self, body: NewTransfer) -> CashTransferRecord:
        """Carry money from one cash account to another; between two currencies with both amounts."""
        return transfers().create(today=context().clock.today(), **body)


@namespace.route("/transfers/<id:transfer_id>")
class OneCashTransfer(Resource):
    @operation("cash_accounts:read", One(CashTransferSchema), errors=(404,))
    def get(self, transfer_id: int) -> CashTransferRecord:
        """One transfer."""
        return transfers().get(transfer_id)

    @operation("cash_accounts:write", Message("Transfer deleted"), errors=(404, 409))
    def delete(self, transfer_id: int) -> None:
        """Undo a transfer."""
        transfers().undo(transfer_id)
