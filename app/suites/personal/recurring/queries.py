"""Amounts of the transactions that recurring ones became, and the books in which some are due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, Select, cast, func, literal, select
from sqlalchemy.orm import Session

from app.infra.queries.cached import cached_query, parameter
from app.suites.personal.recurring.models import PostedAmount, Recurring
from app.suites.personal.recurring.rules import AVERAGED
from app.suites.personal.transactions.models import Payee, Transaction


@dataclass(frozen=True, slots=True)
class EnteredQueries:
    """Reads the transactions of one book."""

    session: Session
    book_id: int

    def amounts(self, ids: Collection[int]) -> dict[int, list[PostedAmount]]:
        """Amounts of the last transactions of each of these recurring ones, the last one last."""
        found: dict[int, list[PostedAmount]] = {}
        for one in _amounts(ids=list(ids), book_id=self.book_id).all(self.session, PostedAmount):
            found.setdefault(one.recurring_id, []).append(one)
        return found

    def has_payee(self, payee_id: int) -> bool:
        """Whether the book has this payee."""
        own = select(Payee.id).where(Payee.book_id == self.book_id, Payee.id == payee_id)
        return self.session.scalar(own) is not None


def due_books(session: Session, day: date) -> list[int]:
    """Ids of the books in which something is due by a day; the session must see every book."""
    return [book_id for (book_id,) in _due_books(day=day).rows(session)]


@cached_query
def _amounts() -> Select[Any]:
    entered = Transaction.__table__.c
    place = func.row_number().over(partition_by=entered.recurring_id, order_by=entered.occurrence.desc()).label("place")
    of_them = (entered.book_id == parameter("book_id", int), entered.recurring_id == func.any(parameter("ids", list)))
    last = select(entered.recurring_id, entered.occurrence, entered.amount, place).where(*of_them).subquery()
    wanted = select(last.c.recurring_id, last.c.occurrence, last.c.amount).where(last.c.place <= literal(AVERAGED))
    return wanted.order_by(last.c.recurring_id, last.c.occurrence)


@cached_query
def _due_books() -> Select[Any]:
    own = Recurring.__table__.c
    due = own.next_occurrence - cast(own.days_before, Integer) <= cast(parameter("day", date), Date)
    return select(own.book_id).where(own.is_active, due).group_by(own.book_id).order_by(own.book_id)
