"""Charges of a book, and balances of its accounts by day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, any_, func, select, true
from sqlalchemy.orm import Session

from app.core.ledger.models import AccountDaySum
from app.infra.queries.cached import cached_query, parameter
from app.kernel.money import Currency
from app.kernel.periods import FIRST_DAY
from app.suites.personal.transactions.models import Transaction
from app.suites.personal.transactions.rules import TransactionType

_own, _sums = Transaction.__table__.c, AccountDaySum.__table__.c


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
        """First day on which something was posted to each of the accounts; openings without a day do not count."""
        found = _first_days(book_id=self.book_id, ids=list(account_ids), since=FIRST_DAY).rows(self.session)
        return {row[0]: row[1] for row in found}


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
    """Statement that reads the first sum of each account by its index."""
    account = func.unnest(parameter("ids", list)).table_valued("id", name="account").render_derived()
    of_book = (_sums.book_id == parameter("book_id", int), _sums.account_id == account.c.id)
    posted = (*of_book, _sums.movements != 0, _sums.date > parameter("since", date))
    first = select(_sums.date).where(*posted).order_by(_sums.date).limit(1).lateral("first")
    return select(account.c.id, first.c.date).select_from(account.join(first, true()))
