"""Lists of payments with their totals in one currency."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from app.core.currencies.service import AmountReader
from app.infra.context import Context
from app.infra.queries.records import Item
from app.kernel.money import Currency, round_worth
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import require_order
from app.suites.fresco.payments.models import PaymentRecord, UnpaidPayment
from app.suites.fresco.payments.queries import (
    OWED,
    PART_STATUS,
    PAYMENTS,
    PaymentFilter,
    unpaid_between,
    upcoming_filter,
)
from app.suites.fresco.payments.rules import PaymentStatus, PaymentType

BY_DATE = (Sort("date"),)


class PaymentFilters(TypedDict, total=False):
    """The criteria of a list of payments."""

    project_id: int
    client_id: int
    supplier_id: int
    payment_method: str
    status: tuple[PaymentStatus, ...]
    type: tuple[PaymentType, ...]
    tag: str
    amount_min: Decimal
    amount_max: Decimal
    date_from: date
    date_to: date
    q: str


class PaymentReader:
    """Lists payments, with totals in the requested currency or else in the company's."""

    def __init__(self, context: Context) -> None:
        self.amounts = AmountReader(context, PAYMENTS, PaymentRecord)
        self.owed = AmountReader(context, OWED, PaymentRecord)
        self.base = context.company.base_currency
        self.session = context.session

    def page(
        self, request: PageRequest, *, currency: Currency | None = None, **filters: Unpack[PaymentFilters]
    ) -> Page[Item[PaymentRecord]]:
        """Payments that match, with what was received and is owed of all that match."""
        criteria = PaymentFilter(**filters)
        require_order(criteria.date_from, criteria.date_to)
        sums = self.amounts.sums(criteria, currency, PART_STATUS)
        totals = {status.value.lower(): Decimal(0) for status in PaymentStatus}
        target = currency or self.base
        totals |= {row.key[0].lower(): round_worth(row.total or Decimal(0), target) for row in sums}
        without = self.amounts.missing(criteria, currency, sums)
        rows = self.amounts.items(criteria, request, currency)
        extra = {"totals": None if without else totals, "currency": target, **without}
        return Page(rows, sum(row.items for row in sums), request, extra)

    def overdue(
        self, request: PageRequest, today: date, *, currency: Currency | None = None
    ) -> Page[Item[PaymentRecord]]:
        """Overdue payments, each with the number of days since its due date."""
        page = self.owed.page(PaymentFilter(overdue_on=today), _by_date(request), currency)
        return replace(page, items=(_with_days_overdue(item, today) for item in page.items))

    def upcoming(
        self, request: PageRequest, today: date, *, days: int, currency: Currency | None = None
    ) -> Page[Item[PaymentRecord]]:
        """Unpaid payments due from today to `days` from now."""
        return self.owed.page(upcoming_filter(days, today), _by_date(request), currency)

    def unpaid_between(self, first: date, last: date) -> list[UnpaidPayment]:
        """Unpaid payments due from the first to the last of these days, by date."""
        return unpaid_between(self.session, first, last)


def _with_days_overdue(item: Item[PaymentRecord], today: date) -> Item[PaymentRecord]:
    return Item(item.record, {**item.extra, "days_overdue": (today - item.record.date).days})


def _by_date(request: PageRequest) -> PageRequest:
    return replace(request, sort=request.sort or BY_DATE)
