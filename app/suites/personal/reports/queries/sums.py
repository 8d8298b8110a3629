"""Sums of categories and accounts, from the kept sums of the ledger."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, any_, case, func, or_, select
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

Accounts = Collection[int] | None
"""Ids of accounts; None for all."""


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

    def categories(self, days: DateRange, exchange: Exchange, target: Currency, accounts: Accounts = None) -> list[Sum]:
        """Sums of income and expense accounts, by account, its kind and code, and calendar month of the shifted day.

        Each amount is converted at the rate of its own day; excluded ones are left out.
        """
        query = _categories(exchange, target, accounts is not None, **self._values(days, accounts))
        return list(sums_in(query.rows(self.session)))

    def accounts(self, days: DateRange) -> list[AccountChange]:
        """Changes of asset and liability accounts by calendar month of the shifted day."""
        return _accounts(**self._values(days)).all(self.session, AccountChange)

    def flows(self, days: DateRange, exchange: Exchange, target: Currency, accounts: Accounts = None) -> list[Sum]:
        """Sums by kind of account, code of equity, whether it is excluded, and calendar month of the shifted day.

        Of assets and liabilities those of the accounts count, of all else what has one of them on its other side.
        """
        query = _flows(exchange, target, accounts is not None, **self._values(days, accounts))
        return list(sums_in(query.rows(self.session)))

    def days(self, days: DateRange, exchange: Exchange, target: Currency, accounts: Collection[int]) -> list[Sum]:
        """Gains and losses of some accounts by day and by whether they are gains; between these accounts none."""
        query = _days(exchange, target, **self._values(days, accounts))
        return list(sums_in(query.rows(self.session)))

    def first_day(self, since: date) -> date | None:
        """The first day after this one on which anything was posted."""
        return _first_day(book_id=self.book_id, first=since).scalar(self.session, date)

    def _values(self, days: DateRange, accounts: Accounts = None) -> dict[str, object]:
        shift = self.month_start_day - 1
        values: dict[str, object] = {"book_id": self.book_id, "first": days.start, "last": days.end, "shift": shift}
        return values if accounts is None else {**values, "ids": sorted(accounts)}


def _within() -> tuple[ColumnElement[bool], ...]:
    between = _sums.date.between(parameter("first", date), parameter("last", date))
    return (_sums.book_id == parameter("book_id", int), between, _sums.account_id == _account.id)


def _month() -> ColumnElement[date]:
    """The first day of the calendar month of a day that is moved back by the days before the start of a month."""
    return month_of(_sums.date - parameter("shift", int))


def _ids() -> ColumnElement[Any]:
    return any_(parameter("ids", list))


@cached_query
def _categories(exchange: Exchange, target: Currency, of_accounts: bool) -> Select[Any]:
    """Statement; its sums are of one book by `book_id`."""
    own = [*_within(), *among((_account.kind, _RESULTS)), _sums.facet != Facet.EXCLUDED.value]
    if of_accounts:
        own.append(_sums.counterpart_id == _ids())
    key = (_sums.account_id, _account.kind, _account.code, _month())
    return grouped_sums(
        (_sums.amount, _sums.currency, _sums.date), own, exchange, target, *key, movements=_sums.movements
    )


@cached_query
def _accounts() -> Select[Any]:
    """Statement; its sums are of one book by `book_id`."""
    month = _month().label("month")
    own = [*_within(), *among((_account.kind, _OWN))]
    changed = select(_sums.account_id, month, func.sum(_sums.amount)).where(*own)
    return changed.group_by(_sums.account_id, month).order_by(month, _sums.account_id)


@cached_query
def _flows(exchange: Exchange, target: Currency, of_accounts: bool) -> Select[Any]:
    """Statement; its sums are of one book by `book_id`."""
    is_own = or_(*(_account.kind == kind.value for kind in _OWN))
    own = list(_within())
    if of_accounts:
        own.append(case((is_own, _sums.account_id), else_=_sums.counterpart_id) == _ids())
    code = case((_account.kind == AccountKind.EQUITY.value, _account.code))
    key = (_account.kind, code, _sums.facet == Facet.EXCLUDED.value, _month())
    return grouped_sums(
        (_sums.amount, _sums.currency, _sums.date), own, exchange, target, *key, movements=_sums.movements
    )


@cached_query
def _days(exchange: Exchange, target: Currency) -> Select[Any]:
    """Statement; its sums are of one book by `book_id`."""
    elsewhere = or_(_sums.counterpart_id.is_(None), _sums.counterpart_id != func.all(parameter("ids", list)))
    own = [*_within(), _sums.account_id == _ids(), elsewhere]
    key = (_sums.date, _sums.amount > 0)
    return grouped_sums(
        (_sums.amount, _sums.currency, _sums.date), own, exchange, target, *key, movements=_sums.movements
    )


@cached_query
def _first_day() -> Select[Any]:
    own = (_sums.book_id == parameter("book_id", int), _sums.date > parameter("first", date), _sums.movements != 0)
    return select(func.min(_sums.date)).where(*own)
