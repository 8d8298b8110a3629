"""Income and expenses of a book from which something is put aside, and the books in which that is due."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from app.core.ledger.models import Account, AccountDaySum
from app.core.ledger.rules import AccountKind
from app.infra.queries.amounts import Exchange, grouped_sums, sums_in
from app.infra.queries.cached import cached_query, parameter
from app.kernel.money import Currency
from app.kernel.periods import DateRange
from app.suites.personal.goals.models import Goal
from app.suites.personal.goals.rules.progress import Tracking
from app.suites.personal.transactions.models import Transaction

_EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class SpendingQueries:
    """Reads the income and expenses of one book."""

    session: Session
    book_id: int

    def expenses(self, days: DateRange, currency: Currency) -> list[Decimal]:
        """Amounts of the expenses of these days in a currency, without refunds."""
        values = {"first": days.start, "last": days.end, "currency": currency.value, "book_id": self.book_id}
        return [amount for (amount,) in _expenses(**values).rows(self.session)]

    def income(self, days: DateRange, rates: Exchange, target: Currency) -> Decimal | None:
        """Income of these days in a currency, each at the rate of its day; None where one is missing."""
        values = {"first": days.start, "last": days.end, "book_id": self.book_id}
        found = [one.total for one in sums_in(_income(rates, target, **values).rows(self.session))]
        return None if None in found else -sum((one for one in found if one is not None), Decimal(0))


def due_books(session: Session, day: date) -> list[int]:
    """Ids of the books in which something is put aside by a day; the session must see every book."""
    return [book_id for (book_id,) in _due_books(day=day).rows(session)]


def has_followers(session: Session, book_id: int) -> bool:
    """Whether a book has goals that follow its accounts or categories."""
    return _followers(book_id=book_id).scalar(session, bool) or False


@cached_query
def _expenses() -> Select[Any]:
    own = Transaction.__table__.c
    return select(own.amount).where(
        own.book_id == parameter("book_id", int),
        own.type == "expense",
        ~own.is_refund,
        own.currency == parameter("currency", str),
        own.date.between(parameter("first", date), parameter("last", date)),
    )


@cached_query
def _income(rates: Exchange, target: Currency) -> Select[Any]:
    sums, account = AccountDaySum.__table__.c, Account.__table__.c
    within = (
        sums.book_id == parameter("book_id", int),
        account.id == sums.account_id,
        account.kind == AccountKind.INCOME,
        sums.date.between(parameter("first", date), parameter("last", date)),
        sums.facet != _EXCLUDED,
    )
    return grouped_sums((sums.amount, sums.currency, sums.date), within, rates, target, account.kind)


@cached_query
def _due_books() -> Select[Any]:
    own = Goal.__table__.c
    due = (~own.is_archived, own.auto_next <= parameter("day", date))
    return select(own.book_id).where(*due).group_by(own.book_id).order_by(own.book_id)


@cached_query
def _followers() -> Select[Any]:
    own = Goal.__table__.c
    following = (own.book_id == parameter("book_id", int), own.tracking != Tracking.CONTRIBUTIONS, ~own.is_archived)
    return select(exists().where(*following))
