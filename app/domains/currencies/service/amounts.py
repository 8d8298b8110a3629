"""Reading tables of amounts, with what they come to in one currency."""

from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row
from sqlalchemy.orm import Session

from app.domains.currencies.service.currencies import CurrencyService
from app.infra.amounts import AmountTable, Conditions, Sum
from app.kernel.money import Currency, round_cents
from app.kernel.paging import Page, PageRequest


class AmountReader:
    """Answers in the currency asked for, or else in the company's."""

    def __init__(self, session: Session, table: AmountTable, base: Currency) -> None:
        self.session = session
        self.table = table
        self.base = base
        self.currencies = CurrencyService(session)

    def page(
        self, conditions: Conditions, request: PageRequest, currency: Currency | None, *more: ColumnElement[Any]
    ) -> Page[Any]:
        """One page of what matches, with more columns if given, and the total of all that match."""
        sums = self.sums(conditions, currency)
        total = round_cents(sum((one.total or Decimal(0) for one in sums), Decimal(0)))
        extra = {"total": total, "currency": currency or self.base}
        rows = self.rows(conditions, request, currency, *more)
        return Page(rows, sum(one.count for one in sums), request, extra)

    def rows(
        self, conditions: Conditions, request: PageRequest, currency: Currency | None, *more: ColumnElement[Any]
    ) -> Iterable[Row[Any]]:
        """One page of what matches; a currency that was asked for adds what each is worth in it."""
        own = (self.table.amount, self.table.currency, self.table.day)
        worth = () if currency is None else self.currencies.item_columns(*own, target=currency)
        return self.table.rows(self.session, conditions, request, *more, *worth)

    def sums(self, conditions: Conditions, currency: Currency | None, *key: Any) -> list[Sum]:
        """What all that match come to by key, unrounded; Conflict where a rate is needed and there is none."""
        convert = partial(self.currencies.converted, target=currency or self.base)
        sums = self.table.sums(self.session, conditions, convert, *key)
        if any(one.total is None for one in sums):
            self.currencies.require_rates()
        return sums
