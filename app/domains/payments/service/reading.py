"""Lists of payments with what they come to in one currency."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.domains.currencies.service import CurrencyService
from app.domains.payments.models import Payment
from app.domains.payments.queries import (
    OWN_DAY,
    PaymentFilter,
    PaymentQueries,
    StatusTotal,
    days_overdue,
    in_the_next,
)
from app.domains.payments.rules import PaymentStatus
from app.kernel.money import Currency, round_cents
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import require_order

BY_DATE = (Sort("date"),)


class PaymentReader:
    """Answers in the currency asked for, or else in the company's."""

    def __init__(self, session: Session, currencies: CurrencyService, base: Currency) -> None:
        self.queries = PaymentQueries(session)
        self.currencies = currencies
        self.base = base

    def page(self, request: PageRequest, *, currency: Currency | None = None, **filters: Any) -> Page[Any]:
        """Payments that match, with totals by status of all that match."""
        asked = PaymentFilter(**filters)
        require_order(asked.date_from, asked.date_to)
        sums = self._sums(asked, currency)
        by_status = {status.value.lower(): Decimal(0) for status in PaymentStatus}
        by_status |= {one.status.value.lower(): round_cents(one.total or Decimal(0)) for one in sums}
        rows = self.queries.rows(asked, request, *self._converted(currency))
        extra = {"totals": by_status, "currency": currency or self.base}
        return Page(rows, sum(one.count for one in sums), request, extra)

    def overdue(self, request: PageRequest, today: date, *, currency: Currency | None = None) -> Page[Any]:
        """What should have been paid by now, and for how long."""
        return self._with_total(PaymentFilter(overdue_on=today), request, currency, days_overdue(today))

    def upcoming(self, request: PageRequest, today: date, *, days: int, currency: Currency | None = None) -> Page[Any]:
        """What is to be paid from today to so many days from now."""
        return self._with_total(in_the_next(days, today), request, currency)

    def _with_total(
        self, asked: PaymentFilter, request: PageRequest, currency: Currency | None, *more: ColumnElement[Any]
    ) -> Page[Any]:
        sums = self._sums(asked, currency)
        total = round_cents(sum((one.total or Decimal(0) for one in sums), Decimal(0)))
        by_date = replace(request, sort=request.sort or BY_DATE)
        rows = self.queries.rows(asked, by_date, *more, *self._converted(currency))
        extra = {"total": total, "currency": currency or self.base}
        return Page(rows, sum(one.count for one in sums), request, extra)

    def _sums(self, asked: PaymentFilter, currency: Currency | None) -> list[StatusTotal]:
        target = currency or self.base
        sums = self.queries.totals(asked, partial(self.currencies.converted, target=target))
        if any(one.total is None for one in sums):
            self.currencies.require_rates()
        return sums

    def _converted(self, currency: Currency | None) -> tuple[ColumnElement[Any], ...]:
        """The columns that an item gets when a currency was asked for."""
        if currency is None:
            return ()
        own: tuple[Any, Any, Any] = (Payment.amount, Payment.currency, OWN_DAY)
        return self.currencies.item_columns(*own, target=currency)
