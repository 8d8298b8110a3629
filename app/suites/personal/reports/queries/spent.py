"""Spending of accounts by day that no recurring transaction explains."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, any_, case, func, select
from sqlalchemy.orm import Session

from app.infra.queries.cached import cached_query, parameter
from app.kernel.periods import DateRange
from app.suites.personal.transactions.models import Transaction, TransactionLeg
from app.suites.personal.transactions.rules import TransactionType

_own, _leg = Transaction.__table__.c, TransactionLeg.__table__.c


class SpentDay(NamedTuple):
    """Spending and income of an account on a day."""

    account_id: int
    date: date
    spent: Decimal
    earned: Decimal


class Ahead(NamedTuple):
    """A movement that was entered for a day ahead."""

    account_id: int
    date: date
    amount: Decimal
    description: str | None


def spent_by_day(session: Session, book_id: int, accounts: Collection[int], days: DateRange) -> list[SpentDay]:
    """Expenses less refunds, and income, of these accounts by day, without those of recurring transactions."""
    values = {"book_id": book_id, "ids": sorted(accounts), "first": days.start, "last": days.end}
    return _spent(**values).all(session, SpentDay)


def entered_ahead(session: Session, book_id: int, accounts: Collection[int], days: DateRange) -> list[Ahead]:
    """Movements of these accounts that were entered for days ahead."""
    values = {"book_id": book_id, "ids": sorted(accounts), "first": days.start, "last": days.end}
    return _ahead(**values).all(session, Ahead)


def _legs(*columns: ColumnElement[Any]) -> Select[Any]:
    """Legs of these accounts and days with their transactions; `book_id`."""
    found = select(*columns).join(Transaction, _own.id == _leg.transaction_id).select_from(TransactionLeg)
    return found.where(
        _leg.book_id == parameter("book_id", int),
        _leg.account_id == any_(parameter("ids", list)),
        _leg.date.between(parameter("first", date), parameter("last", date)),
    )


@cached_query
def _spent() -> Select[Any]:
    """Statement; its legs are of one `book_id`."""
    is_spent = _own.type == TransactionType.EXPENSE.value
    spent, earned = (
        func.sum(case((kind, amount), else_=0)) for kind, amount in ((is_spent, -_leg.amount), (~is_spent, _leg.amount))
    )
    found = _legs(_leg.account_id, _leg.date, spent, earned)
    found = found.where(_own.type != TransactionType.TRANSFER.value, _own.recurring_id.is_(None))
    return found.group_by(_leg.account_id, _leg.date)


@cached_query
def _ahead() -> Select[Any]:
    """Statement; its legs are of one `book_id`."""
    return _legs(_leg.account_id, _leg.date, _leg.amount, _own.description).order_by(_leg.date, _leg.transaction_id)
