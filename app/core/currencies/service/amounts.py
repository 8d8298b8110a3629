"""Pages and sums of tables of amounts in one currency."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Generic, TypedDict, TypeVar

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.currencies.service.currencies import CurrencyService, MissingRate, missing_rates
from app.core.currencies.service.worth import exchange
from app.infra.context import Context
from app.infra.queries.amounts import CONVERTED, AmountTable, Exchange, Sum, sums_in
from app.infra.queries.cached import cached_query
from app.infra.queries.paging import fetch_items, page_values
from app.infra.queries.records import Item
from app.infra.queries.repository import Filter
from app.kernel.money import Currency, round_worth
from app.kernel.paging import Page, PageRequest, Part, Sort

Key = ColumnElement[Any] | InstrumentedAttribute[Any]
R = TypeVar("R", bound=tuple[Any, ...])


class WithoutRates(TypedDict, total=False):
    """Parts of a list's totals where a rate is missing."""

    totals_by_currency: dict[str, Decimal]
    warnings: list[MissingRate]


class AmountReader(Generic[R]):
    """Pages and sums of a table of amounts, in the requested currency or else in the company's."""

    def __init__(self, context: Context, table: AmountTable, record: type[R]) -> None:
        self.session = context.session
        self.table = table
        self.record = record
        self.base = context.company.base_currency
        self.currencies = CurrencyService(context)
        self.exchange = exchange(self.base)

    def page(self, criteria: Filter, request: PageRequest, currency: Currency | None) -> Page[Item[R]]:
        """One page of the rows that match, and the total of all that match."""
        sums = self.sums(criteria, currency)
        target = currency or self.base
        total = round_worth(sum((row.total or Decimal(0) for row in sums), Decimal(0)), target)
        without = self.missing(criteria, currency, sums)
        extra = {"total": None if without else total, "currency": target, **without}
        return Page(self.items(criteria, request, currency), sum(row.items for row in sums), request, extra)

    def items(self, criteria: Filter, request: PageRequest, currency: Currency | None) -> Iterable[Item[R]]:
        """One page of the rows that match; a requested currency adds each one's converted amount."""
        self.currencies.require_known(currency)
        key = (self.table, criteria, request.sort, request.part, self.exchange, currency)
        query = _rows(*key, **page_values(request))
        extra = (*self.table.names, *(CONVERTED if currency else ()))
        return fetch_items(query, self.session, self.record, extra, request)

    def sums(self, criteria: Filter, currency: Currency | None, *key: Key) -> list[Sum]:
        """Unrounded sums by key of all rows that match; a total is None where a rate is needed and there is none."""
        self.currencies.require_known(currency)
        target = currency or self.base
        return list(sums_in(_sums(self.table, criteria, self.exchange, target, *key).rows(self.session)))

    def missing(self, criteria: Filter, currency: Currency | None, sums: Iterable[Sum]) -> WithoutRates:
        """Warnings about rates that the sums need and there are none of, and the total in each currency; else empty."""
        warnings = missing_rates(sums, currency or self.base)
        if not warnings:
            return {}
        of_each = self.sums(criteria, currency, self.table.model.__table__.c.currency)
        return {"totals_by_currency": {one.key[0]: one.amount for one in of_each}, "warnings": warnings}


@cached_query
def _rows(
    table: AmountTable,
    criteria: Filter,
    sort: tuple[Sort, ...],
    part: Part,
    exchange: Exchange,
    currency: Currency | None,
) -> Select[Any]:
    worth = () if currency is None else exchange.columns(*table.amount_columns, target=currency)
    return table.rows(criteria, sort, part, *worth)


@cached_query
def _sums(
    table: AmountTable, criteria: Filter, exchange: Exchange, target: Currency, *key: ColumnElement[Any]
) -> Select[Any]:
    return table.sums(criteria, exchange, target, *key)
