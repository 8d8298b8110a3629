"""Charges of a book, balances of its accounts by day, and its version."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, any_, func, select
from sqlalchemy.orm import Session

from app.core.audit.models import BookAuditEntry
from app.core.ledger.models import AccountDaySum
from app.infra.queries.cached import cached_query, parameter
from app.kernel.money import Currency
from app.suites.personal.transactions.models import Transaction
from app.suites.personal.transactions.rules import TransactionType

_own, _sums, _entry = Transaction.__table__.c, AccountDaySum.__table__.c, BookAuditEntry.__table__.c
NEWEST = 100
"""Entries of the history that the version of a book is of: more than one."""


class ChargeRecord(NamedTuple):
    """An expense."""

    id: int
    date: date
    amount: Decimal
    currency: Currency
    account_id: int
    category_id: int | None
    payee_id: int | None
    description: str | None
    recurring_id: int | None


class Gained(NamedTuple):
    """Gain of an account on a day, in its own currency."""

    account_id: int
    date: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class InsightQueries:
    """Reads the charges of one book."""

    session: Session
    book_id: int

    def charges(self, first: date, last: date) -> list[ChargeRecord]:
        """Expenses of these days in the order of days; refunds and what is kept out of reports are left out."""
        return _charges(book_id=self.book_id, first=first, last=last).all(self.session, ChargeRecord)

    def gained(self, account_ids: Collection[int], after: date, last: date) -> list[Gained]:
        """Gains of accounts on the days after one, up to the last."""
        values: dict[str, object] = {"ids": list(account_ids), "after": after, "last": last}
        return _gained(book_id=self.book_id, **values).all(self.session, Gained)

    def first_days(self, account_ids: Collection[int]) -> dict[int, date]:
        """First day on which something was posted to each of the accounts."""
        found = _first_days(book_id=self.book_id, ids=list(account_ids)).rows(self.session)
        return {row[0]: row[1] for row in found}

    def version(self) -> str:
        """Version of the book: another one after any change of it.

        It follows the newest entries of the book's history rather than a counter, which writers would wait for. It is
        of several, for an entry may come after one with a higher id: transactions end in another order than they begin.
        """
        return str(_version(book_id=self.book_id).scalar(self.session, Decimal) or 0)


@cached_query
def _charges() -> Select[Any]:
    columns = (getattr(_own, name) for name in ChargeRecord._fields)
    of_book = (
        _own.book_id == parameter("book_id", int),
        _own.date.between(parameter("first", date), parameter("last", date)),
        _own.type == TransactionType.EXPENSE.value,
        ~_own.is_refund,
        ~_own.exclude_from_reports,
    )
    return select(*columns).where(*of_book).order_by(_own.date, _own.id)


@cached_query
def _gained() -> Select[Any]:
    of_book = (
        _sums.book_id == parameter("book_id", int),
        _sums.account_id == any_(parameter("ids", list)),
        _sums.date > parameter("after", date),
        _sums.date <= parameter("last", date),
    )
    return (
        select(_sums.account_id, _sums.date, func.sum(_sums.amount))
        .where(*of_book)
        .group_by(_sums.account_id, _sums.date)
    )


@cached_query
def _first_days() -> Select[Any]:
    of_book = (_sums.book_id == parameter("book_id", int), _sums.account_id == any_(parameter("ids", list)))
    return select(_sums.account_id, func.min(_sums.date)).where(*of_book).group_by(_sums.account_id)


@cached_query
def _version() -> Select[Any]:
    own = select(_entry.id).where(_entry.book_id == parameter("book_id", int)).order_by(_entry.id.desc()).limit(NEWEST)
    return select(func.sum(own.subquery().c.id))
