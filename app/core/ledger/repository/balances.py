"""Balances, read from the kept sums."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date as day
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import FromClause, Select, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.core.ledger.models import Account, AccountDaySum, AccountSpanSum
from app.core.ledger.repository.books import in_ids
from app.core.ledger.rules import AccountKind
from app.infra.queries.cached import cached_query, parameter
from app.kernel.periods import FIRST_DAY, DateRange, Month

_SUMMED = ("amount", "base_amount", "debit")
_YEAR = 12
_MIDDLE = 16
"""Day of a month from which its rest is the shorter part."""


class BalanceRow(NamedTuple):
    """Sums of an account in one currency before a range of days and up to its end."""

    account_id: int
    kind: AccountKind
    code: str | None
    name: str
    currency: str
    opening: Decimal
    opening_base: Decimal
    opening_debit: Decimal
    closing: Decimal
    closing_base: Decimal
    closing_debit: Decimal


class BalanceAmount(NamedTuple):
    """Balance of an account in one currency."""

    account_id: int
    currency: str
    amount: Decimal
    base_amount: Decimal


class MonthAmount(NamedTuple):
    """Sum of the lines of an account in a calendar month, by its first day and by currency."""

    account_id: int
    month: day
    currency: str
    amount: Decimal


class DayAmount(NamedTuple):
    """Sum of the lines of an account on a day, by counterpart, currency and facet."""

    account_id: int
    counterpart_id: int | None
    date: day
    currency: str
    facet: str
    amount: Decimal
    base_amount: Decimal


@dataclass(frozen=True, slots=True)
class BalanceRepository:
    """Balances of the accounts of one book.

    Whole years and months come from the sums by span, the rest of a month from those by day: what is after the day is
    taken from the month where that is less. So a balance reads few rows however old its book is.
    """

    session: Session
    book_id: int

    def on(self, last: day, account_ids: Collection[int] | None) -> list[BalanceAmount]:
        """Balances at the end of a day, of these accounts or all; none where there are no lines."""
        values = _bounds("closing", last)
        if account_ids is None:
            return _balances(False, book_id=self.book_id, **values).all(self.session, BalanceAmount)
        ids = list(account_ids)
        return _balances(True, book_id=self.book_id, ids=ids, **values).all(self.session, BalanceAmount)

    def between(self, days: DateRange) -> list[BalanceRow]:
        """Sums of every account before the first day and at the end of the last, by code."""
        before = days.start - timedelta(days=1) if days.start > FIRST_DAY else None
        values = {**_bounds("opening", before), **_bounds("closing", days.end)}
        return _both_ends(book_id=self.book_id, **values).all(self.session, BalanceRow)

    def by_month(self, first: Month, last: Month, account_ids: Collection[int]) -> list[MonthAmount]:
        """Sums of these accounts in each month of a range."""
        values = {"ids": list(account_ids), "first": first.first_day, "last": last.first_day}
        return _by_month(book_id=self.book_id, **values).all(self.session, MonthAmount)

    def by_day(self, days: DateRange, account_ids: Collection[int]) -> list[DayAmount]:
        """Sums of these accounts on each day of a range."""
        values = {"ids": list(account_ids), "first": days.start, "last": days.end}
        return _by_day(book_id=self.book_id, **values).all(self.session, DayAmount)


def _bounds(name: str, last: day | None) -> dict[str, object]:
    """Parameters of `_sums`: spans before a month count, and days from `first` to `last` with a sign."""
    if last is None:
        month, sign, first, last = Month.of(FIRST_DAY), 1, FIRST_DAY, FIRST_DAY - timedelta(days=1)
    elif last.day < _MIDDLE:
        month, sign, first = Month.of(last), 1, last.replace(day=1)
    else:
        month, sign, first = Month.of(last).next, -1, last + timedelta(days=1)
        last = month.previous.last_day
    values = {"year": day(month.year, 1, 1), "month": month.first_day, "first": first, "last": last, "sign": sign}
    return {f"{name}_{key}": value for key, value in values.items()}


def _sums(name: str, *, by_ids: bool) -> FromClause:
    """Rows that add up to balances at the end of a day, by the parameters of `_bounds`."""
    year, month, first, last = (parameter(f"{name}_{key}", day) for key in ("year", "month", "first", "last"))
    spans, days = AccountSpanSum.__table__, AccountDaySum.__table__
    parts = []
    for table, within, sign in (
        (spans, (spans.c.months == _YEAR) & (spans.c.since < year), literal(1)),
        (spans, (spans.c.months == 1) & (spans.c.since >= year) & (spans.c.since < month), literal(1)),
        (days, days.c.date.between(first, last), parameter(f"{name}_sign", int)),
    ):
        own = [table.c.book_id == parameter("book_id", int), within]
        if by_ids:
            own.append(in_ids(table.c.account_id))
        sums = ((table.c[one] * sign).label(one) for one in (*_SUMMED, "movements"))
        parts.append(select(table.c.account_id, table.c.currency, *sums).where(*own))
    return union_all(*parts).subquery(name)


@cached_query
def _balances(by_ids: bool) -> Select[Any]:
    rows = _sums("closing", by_ids=by_ids)
    key = (rows.c.account_id, rows.c.currency)
    sums = (func.sum(rows.c.amount), func.sum(rows.c.base_amount))
    return select(*key, *sums).group_by(*key).having(func.sum(rows.c.movements) != 0).order_by(*key)


@cached_query
def _both_ends() -> Select[Any]:
    opening, closing = _sums("opening", by_ids=False), _sums("closing", by_ids=False)
    ends = union_all(*(select(rows, literal(rows is closing).label("is_closing")) for rows in (opening, closing)))
    both = ends.subquery("both")
    account = Account.__table__
    key = (account.c.id, account.c.kind, account.c.code, account.c.name, both.c.currency)
    sums = (
        func.coalesce(func.sum(case((both.c.is_closing.is_(of_closing), both.c[name]))), 0)
        for of_closing in (False, True)
        for name in _SUMMED
    )
    joined = both.join(account, account.c.id == both.c.account_id)
    has_lines = func.sum(both.c.movements).filter(both.c.is_closing) != 0
    statement = select(*key, *sums).select_from(joined).group_by(*key).having(has_lines)
    return statement.order_by(account.c.code, account.c.id, both.c.currency)


@cached_query
def _by_month() -> Select[Any]:
    table = AccountSpanSum.__table__
    key = (table.c.account_id, table.c.since, table.c.currency)
    within = (table.c.months == 1, table.c.since.between(parameter("first", day), parameter("last", day)))
    own = (table.c.book_id == parameter("book_id", int), in_ids(table.c.account_id), *within)
    return select(*key, func.sum(table.c.amount)).where(*own).group_by(*key).order_by(*key)


@cached_query
def _by_day() -> Select[Any]:
    table = AccountDaySum.__table__
    key = [table.c[name] for name in ("account_id", "counterpart_id", "date", "currency", "facet")]
    sums = (func.sum(table.c.amount), func.sum(table.c.base_amount))
    within = table.c.date.between(parameter("first", day), parameter("last", day))
    own = (table.c.book_id == parameter("book_id", int), in_ids(table.c.account_id), within)
    statement = select(*key, *sums).where(*own).group_by(*key).order_by(table.c.date, *key)
    return statement.having(func.sum(table.c.movements) != 0)
