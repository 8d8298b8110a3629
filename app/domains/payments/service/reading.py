"""Lists of payments with what they come to in one currency."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from app.domains.currencies.service import AmountReader
from app.domains.payments.models import Payment, PaymentRecord
from app.domains.payments.queries import PAYMENTS, PaymentFilter, in_the_next
from app.domains.payments.rules import PaymentStatus, PaymentType
from app.infra.context import Context
from app.infra.queries.records import Item
from app.kernel.money import Currency, round_worth
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import require_order

BY_DATE = (Sort("date"),)


class PaymentFilters(TypedDict, total=False):
    """The criteria of a list of payments."""

    project_id: int
    client_id: int
    status: PaymentStatus
    type: PaymentType
    date_from: date
    date_to: date
    q: str


class PaymentReader:
    """Answers in the currency asked for, or else in the company's."""

    def __init__(self, context: Context) -> None:
        self.amounts = AmountReader(context, PAYMENTS, PaymentRecord)
        self.base = context.settings.base_currency

    def page(
        self, request: PageRequest, *, currency: Currency | None = None, **filters: Unpack[PaymentFilters]
    ) -> Page[Item[PaymentRecord]]:
        """Payments that match, with totals by status of all that match."""
        asked = PaymentFilter(**filters)
        require_order(asked.date_from, asked.date_to)
        sums = self.amounts.sums(asked, currency, Payment.status)
        totals = {status.value.lower(): Decimal(0) for status in PaymentStatus}
        totals |= {one.key[0].lower(): round_worth(one.total or Decimal(0)) for one in sums}
        rows = self.amounts.items(asked, request, currency)
        extra = {"totals": totals, "currency": currency or self.base}
        return Page(rows, sum(one.movements for one in sums), request, extra)

    def overdue(
        self, request: PageRequest, today: date, *, currency: Currency | None = None
    ) -> Page[Item[PaymentRecord]]:
        """What should have been paid by now, and for how long."""
        page = self.amounts.page(PaymentFilter(overdue_on=today), _by_date(request), currency)
        return replace(page, items=(_with_days_overdue(item, today) for item in page.items))

    def upcoming(
        self, request: PageRequest, today: date, *, days: int, currency: Currency | None = None
    ) -> Page[Item[PaymentRecord]]:
        """What is to be paid from today to so many days from now."""
        return self.amounts.page(in_the_next(days, today), _by_date(request), currency)


def _with_days_overdue(item: Item[PaymentRecord], today: date) -> Item[PaymentRecord]:
    return item._replace(extra={**item.extra, "days_overdue": (today - item.record.date).days})


def _by_date(request: PageRequest) -> PageRequest:
    return replace(request, sort=request.sort or BY_DATE)
