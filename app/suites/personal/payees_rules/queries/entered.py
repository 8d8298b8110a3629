"""Transactions of one book, as rules look at them, and categories that were chosen by hand."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.records import columns_of
from app.suites.personal.transactions.models import Transaction
from app.suites.personal.transactions.rules import CategorySource, TransactionType

CHUNK = 5_000
"""Transactions that are read at once."""


class Entered(NamedTuple):
    """A transaction as rules look at it."""

    id: int
    type: TransactionType
    date: date
    amount: Decimal
    account_id: int
    category_id: int | None
    payee_id: int | None
    description: str | None
    notes: str | None
    tags: list[str]
    is_refund: bool
    is_split: bool
    exclude_from_reports: bool
    category_source: CategorySource | None

    @property
    def signed_amount(self) -> Decimal:
        """Gain of its account."""
        comes_in = (self.type is TransactionType.INCOME) is not self.is_refund
        return self.amount if comes_in else -self.amount


class Chosen(NamedTuple):
    """Number of transactions with a payee and a description that were given a category by hand."""

    payee_id: int | None
    description: str | None
    category_id: int
    times: int


class EnteredQueries:
    """Reads the transactions of one book."""

    def __init__(self, session: Session, book_id: int) -> None:
        self.session = session
        self.book_id = book_id

    def chunks(self, first: date) -> Iterator[list[Entered]]:
        """All transactions since a day, in the order in which they were entered, some thousands at a time."""
        last = 0
        while found := _after(book_id=self.book_id, first=first, last=last, limit=CHUNK).all(self.session, Entered):
            yield found
            last = found[-1].id

    def chosen(self) -> list[Chosen]:
        """Categories that were chosen by hand, by payee and description."""
        return _chosen(book_id=self.book_id).all(self.session, Chosen)


@cached_query
def _after() -> Select[Any]:
    own = Transaction.__table__
    wanted = (own.c.book_id == parameter("book_id", int), own.c.date >= parameter("first", date))
    later = own.c.id > parameter("last", int)
    statement = select(*columns_of(Entered, own)).where(*wanted, later).order_by(own.c.id)
    return statement.limit(parameter("limit", int))


@cached_query
def _chosen() -> Select[Any]:
    own = Transaction.__table__.c
    by_hand = (own.book_id == parameter("book_id", int), own.category_source == CategorySource.MANUAL)
    grouped = (own.payee_id, own.description, own.category_id)
    return select(*grouped, func.count()).where(*by_hand, own.category_id.is_not(None)).group_by(*grouped)
