"""Reading tables of amounts, with what they come to in one currency."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from app.domains.currencies.service.currencies import CurrencyService
from app.domains.currencies.service.worth import EXCHANGE
from app.infra.amounts import AmountTable, Sum, sums_in
from app.infra.pages import fetched, page_values
from app.infra.prepared import prepared
from app.infra.repository import Filter
from app.kernel.money import Currency, round_worth
from app.kernel.paging import Page, PageRequest, Part, Sort


class AmountReader:
    """Answers in the currency asked for, or else in the company's."""

    def __init__(self, session: Session, table: AmountTable, base: Currency) -> None:
        self.session = session
        self.table = table
        self.base = base
        self.currencies = CurrencyService(session)

    def page(
        self,
        asked: Filter,
        request: PageRequest,
        currency: Currency | None,
        *more: ColumnElement[Any],
        **values: Any,
    ) -> Page[Any]:
        """One page of what matches, with more columns and their values if given, and the total of all that match."""
        sums = self.sums(asked, currency)
        total = round_worth(sum((one.total or Decimal(0) for one in sums), Decimal(0)))
        extra = {"total": total, "currency": currency or self.base}
        rows = self.rows(asked, request, currency, *more, **values)
        return Page(rows, sum(one.movements for one in sums), request, extra)

    def rows(
        self,
        asked: Filter,
        request: PageRequest,
        currency: Currency | None,
        *more: ColumnElement[Any],
        **values: Any,
    ) -> Iterable[Any]:
        """One page of what matches; a currency that was asked for adds what each is worth in it."""
        question = _rows(
            self.table, asked, request.sort, request.part, currency, *more, **page_values(request), **values
        )
        return fetched(question, self.session, request)

    def sums(self, asked: Filter, currency: Currency | None, *key: Any) -> list[Sum]:
        """What all that match come to by key, unrounded; Conflict where a rate is needed and there is none."""
        found = list(sums_in(_sums(self.table, asked, currency or self.base, *key).all(self.session)))
        if any(one.total is None for one in found):
            self.currencies.require_rates()
        return found


@prepared
def _rows(
    table: AmountTable,
    asked: Filter,
    sort: tuple[Sort, ...],
    part: Part,
    currency: Currency | None,
    *more: ColumnElement[Any],
) -> Select[Any]:
    worth = () if currency is None else EXCHANGE.columns(*table.own, target=currency)
    return table.rows(asked, sort, part, *more, *worth)


@prepared
def _sums(table: AmountTable, asked: Filter, target: Currency, *key: ColumnElement[Any]) -> Select[Any]:
    return table.sums(asked, EXCHANGE, target, *key)
