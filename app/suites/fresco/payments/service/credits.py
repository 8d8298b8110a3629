"""Credits of clients: what they paid beyond what was owed."""

from datetime import date
from decimal import Decimal
from typing import Required, TypedDict, Unpack

from app.core.cash_accounts.service import CashAccountService
from app.infra.context import Context
from app.kernel.errors import Invalid
from app.kernel.money import Currency
from app.kernel.paging import Page, PageRequest
from app.suites.fresco.clients.service import ClientService
from app.suites.fresco.payments.models import CreditRecord, NamedCredit, RefundRecord
from app.suites.fresco.payments.queries import credits_left
from app.suites.fresco.payments.repository import CreditFilter, CreditRepository, RefundRepository
from app.suites.fresco.payments.rules import paid_problem


class RefundValues(TypedDict, total=False):
    """The values of a refund."""

    amount: Required[Decimal]
    currency: Required[Currency]
    date: date
    payment_method: str | None
    cash_account_id: int | None
    notes: str | None


class CreditService:
    """Shows the credits of clients and gives them back; receipts make and use them."""

    def __init__(self, context: Context) -> None:
        self.session = context.session
        self.clients = ClientService(context)
        self.accounts = CashAccountService(context)
        self.credits = CreditRepository(context.session)
        self.refunds = RefundRepository(context.session)

    def page(self, client_id: int, request: PageRequest) -> Page[CreditRecord]:
        """The credits of a client that are left, by currency."""
        self.clients.get(client_id)
        return self.credits.page(CreditFilter(client_id), request)

    def left(self) -> list[NamedCredit]:
        """The credits of all clients, with their names."""
        return credits_left(self.session)

    def refund(self, client_id: int, *, today: date, **values: Unpack[RefundValues]) -> RefundRecord:
        """Give a part of a client's credit back; Conflict if there is less."""
        self.clients.get(client_id)
        day = values.get("date", today)
        if paid_problem(day, today):
            raise Invalid.field("date", "Must not be in the future.")
        self.accounts.check(values)
        unsaid = {"payment_method": None, "cash_account_id": None, "notes": None}
        return self.refunds.insert({**unsaid, **values, "date": day, "client_id": client_id})

    def violations(self) -> list[str]:
        """Messages about credits that disagree with receipts and refunds."""
        return self.credits.violations()
