"""Sums of categories and accounts by month, from the kept sums of the ledger."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.core.ledger.models import Account, AccountDaySum
from app.core.ledger.rules import AccountKind
from app.infra.queries.amounts import Exchange, Sum, grouped_sums, month_of, sums_in
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.repository import among
from app.kernel.money import Currency
from app.kernel.periods import DateRange
from app.suites.personal.transactions.rules import Facet

_sums, _account = AccountDaySum.__table__.c, Account.__table__.c
_RESULTS = (AccountKind.INCOME, AccountKind.EXPENSE)
_OWN = (AccountKind.ASSET, AccountKind.LIABILITY)


class AccountChange(NamedTuple):
    """Change of an account in a month, in its own currency."""

    account_id: int
    month: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ReportQueries:
    """Reads the kept sums of one book."""

    session: Session
    book_id: int
    month_start_day: int

    def categories(self, days: DateRange, exchange: Exchange, target: Currency) -> list[Sum]:
        """Sums of income and expense accounts, by account, its kind and code, and calendar month of the shifted day.

        Each amount is converted at the rate of its own day; excluded ones are left out.
        """
        query = _categories(exchange, target, **self._values(days))
        return list(sums_in(query.rows(self.session)))

    def accounts(self, days: DateRange) -> list[AccountChange]:
        """Changes of asset and liability accounts by calendar month of the shifted day."""
        return _accounts(**self._values(days)).all(self.session, AccountChange)

    def _values(self, days: DateRange) -> dict[str, object]:
        shift = self.month_start_day - 1
        return {"book_id": self.book_id, "first": days.start, "last": days.end, "shift": shift}


def _within() -> tuple[ColumnElement[bool], ...]:
    between = _sums.date.between(parameter("first", date), parameter("last", date))
    return (between, _sums.account_id == _account.id)


def _month() -> ColumnElement[date]:
    """The first day of the calendar month of a day that is moved back by the days before the start of a month."""
    return month_of(_sums.date - parameter("shift", int))


@cached_query
def _categories(exchange: Exchange, target: Currency) -> Select[Any]:
    own = [
        _sums.book_id == parameter("book_id", int),
        *_within(),
        *among((_account.kind, _RESULTS)),
        _sums.facet != Facet.EXCLUDED.value,
    ]
    key = (_sums.account_id, _account.kind, _account.code, _month())
    return grouped_sums(
        (_sums.amount, _sums.currency, _sums.date), own, exchange, target, *key, movements=_sums.movements
    )


@cached_query
def _accounts() -> Select[Any]:
    month = _month().label("month")
    own = [_sums.book_id == parameter("book_id", int), *_within(), *among((_account.kind, _OWN))]
    changed = select(_sums.account_id, month, func.sum(_sums.amount)).where(*own)
    return changed.group_by(_sums.account_id, month).order_by(month, _sums.account_id)
