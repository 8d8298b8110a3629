"""Lists of payments with what they come to in one currency."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.domains.currencies.service import AmountReader
from app.domains.payments.models import Payment
from app.domains.payments.queries import DAYS_OVERDUE, PAYMENTS, PaymentFilter, in_the_next
from app.domains.payments.rules import PaymentStatus
from app.kernel.money import Currency, round_worth
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import require_order

BY_DATE = (Sort("date"),)


class PaymentReader:
    """Answers in the currency asked for, or else in the company's."""

    def __init__(self, session: Session, base: Currency) -> None:
        self.amounts = AmountReader(session, PAYMENTS, base)
        self.base = base

    def page(self, request: PageRequest, *, currency: Currency | None = None, **filters: Any) -> Page[Any]:
        """Payments that match, with totals by status of all that match."""
        asked = PaymentFilter(**filters)
        require_order(asked.date_from, asked.date_to)
        sums = self.amounts.sums(asked, currency, Payment.status)
        totals = {status.value.lower(): Decimal(0) for status in PaymentStatus}
        totals |= {one.key[0].lower(): round_worth(one.total or Decimal(0)) for one in sums}
        rows = self.amounts.rows(asked, request, currency)
        extra = {"totals": totals, "currency": currency or self.base}
        return Page(rows, sum(one.movements for one in sums), request, extra)

    def overdue(self, request: PageRequest, today: date, *, currency: Currency | None = None) -> Page[Any]:
        """What should have been paid by now, and for how long."""
        asked = PaymentFilter(overdue_on=today)
        return self.amounts.page(asked, _by_date(request), currency, DAYS_OVERDUE, today=today)

    def upcoming(self, request: PageRequest, today: date, *, days: int, currency: Currency | None = None) -> Page[Any]:
        """What is to be paid from today to so many days from now."""
        return self.amounts.page(in_the_next(days, today), _by_date(request), currency)


def _by_date(request: PageRequest) -> PageRequest:
    return replace(request, sort=request.sort or BY_DATE)
