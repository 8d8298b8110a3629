"""Lists of transactions, their totals, and running balances."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, any_, case, cast, func, select, text, true, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.core.ledger.models import Account
from app.infra.queries.amounts import Exchange
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.paging import fetch_page, page_values, paged
from app.infra.queries.records import columns_of
from app.kernel.money import Currency
from app.kernel.paging import PageRequest, Sort
from app.suites.personal.transactions.models import (
    Transaction,
    TransactionAttachment,
    TransactionLeg,
    TransactionRecord,
)
from app.suites.personal.transactions.queries.criteria import Columns, TransactionFilter, import_line, matching
from app.suites.personal.transactions.queries.totals import Figures, figures_of

_own, _leg = Transaction.__table__.c, TransactionLeg.__table__.c


class Listed(NamedTuple):
    """A transaction in a list: its place in the register, and the gain of the account if the list is of one."""

    id: int
    date: date
    position: int
    gained: Decimal | None
    gained_later: Decimal | None
    """Gain of the account on the same day after it."""


class FileValues(TypedDict):
    """A file of a transaction."""

    id: int
    file_id: int
    name: str
    content_type: str
    size: int


class Surroundings(NamedTuple):
    """Rows of other tables that belong to a transaction."""

    id: int
    account: str
    import_line_id: int | None
    attachments: list[FileValues]


@dataclass(frozen=True, slots=True)
class TransactionQueries:
    """Reads the transactions of one book."""

    session: Session
    book_id: int

    def page(
        self, criteria: TransactionFilter, request: PageRequest, categories: Sequence[int] = ()
    ) -> Iterable[Listed]:
        """The transactions of a page, the newest first unless another order is given; the whole list is streamed.

        Sorted by category they are in the order of these categories.
        """
        values = {"book_id": self.book_id, "in_order": list(categories), **page_values(request)}
        query = _page(criteria, request.sort, request.whole, **values)
        return fetch_page(query, self.session, Listed, request)

    def records(self, ids: Sequence[int]) -> dict[int, TransactionRecord]:
        """These transactions by id."""
        found = _records(ids=list(ids), book_id=self.book_id).all(self.session, TransactionRecord)
        return {one.id: one for one in found}

    def surroundings(self, ids: Sequence[int]) -> dict[int, Surroundings]:
        """Names of the accounts of these transactions, their files, and the rows that brought them, by id."""
        found = _surroundings(ids=list(ids), book_id=self.book_id).all(self.session, Surroundings)
        return {one.id: one for one in found}

    def ids(self, criteria: TransactionFilter, limit: int) -> list[int]:
        """Ids of the first of all that match."""
        return [row_id for (row_id,) in _ids(criteria, book_id=self.book_id, most=limit).rows(self.session)]

    def figures(self, criteria: TransactionFilter, exchange: Exchange, target: Currency) -> Figures:
        """Numbers of all that match, and sums of their lines of categories by the kind of the category."""
        return figures_of(self.session, self.book_id, criteria, exchange, target)


@cached_query
def _page(criteria: TransactionFilter, sort: tuple[Sort, ...], whole: bool) -> Select[Any]:
    own, of_account = criteria.source.c, criteria.account_id is not None
    day, place = (_leg.date, _leg.position) if of_account else (own.date, own.position)
    nothing = case((~true(), own.amount))
    figures = (_leg.amount, _gained_later()) if of_account else (nothing, nothing)
    statement = matching(criteria, own.id, day, place, *figures)
    statement = statement.order_by(*_order(sort, own, [day, place, own.id]))
    return statement if whole else paged(statement)


def _order(sort: tuple[Sort, ...], own: Columns, by_day: list[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    in_order = func.array_position(cast(parameter("in_order", list), ARRAY(BigInteger)), own.category_id)
    orders = {"date": by_day, "amount": [own.amount], "category": [in_order], "id": [own.id]}
    keys: list[ColumnElement[Any]] = []
    for one in sort or (Sort("date", descending=True),):
        keys += [part.desc() if one.descending else part.asc() for part in orders[one.field]]
    return [*keys, own.id]


@cached_query
def _records() -> Select[Any]:
    wanted = (_own.book_id == parameter("book_id", int), _own.id == any_(parameter("ids", list)))
    return select(*columns_of(TransactionRecord, Transaction.__table__)).where(*wanted)


@cached_query
def _surroundings() -> Select[Any]:
    account, file, line = Account.__table__.c, TransactionAttachment.__table__.c, import_line
    in_book = parameter("book_id", int)
    brought = select(func.max(line.id)).where(line.book_id == in_book, line.transaction_id == _own.id)
    names = ("id", "file_id", "name", "content_type", "size")
    pairs = [part for name in names for part in (name, file[name])]
    listed = func.coalesce(func.jsonb_agg(aggregate_order_by(func.jsonb_build_object(*pairs), file.id)), text("'[]'"))
    files = select(listed).where(file.book_id == in_book, file.transaction_id == _own.id)
    columns = (_own.id, account.name, *(one.correlate(Transaction).scalar_subquery() for one in (brought, files)))
    wanted = (_own.book_id == in_book, _own.id == any_(parameter("ids", list)), account.id == _own.account_id)
    return select(*columns).where(*wanted)


@cached_query
def _ids(criteria: TransactionFilter) -> Select[Any]:
    own = criteria.source.c
    return matching(criteria, own.id).order_by(own.id).limit(parameter("most", int))


def _gained_later() -> ColumnElement[Any]:
    """Gain of an account on the day of a leg by the legs after it."""
    later = TransactionLeg.__table__.alias("later")
    same_day = (later.c.book_id == _leg.book_id, later.c.account_id == _leg.account_id, later.c.date == _leg.date)
    after = tuple_(later.c.position, later.c.transaction_id) > tuple_(_leg.position, _leg.transaction_id)
    gained = select(func.coalesce(func.sum(later.c.amount), 0)).where(*same_day, after)
    return gained.correlate(TransactionLeg.__table__).scalar_subquery()
