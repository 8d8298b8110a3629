"""Lists of transactions, their totals, and running balances."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, any_, case, cast, func, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from app.core.ledger.models import Account, AccountDaySum, EntryLine
from app.core.ledger.rules import AccountKind
from app.infra.queries.amounts import Exchange, Sum, grouped_sums, sums_in
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.paging import fetch_page, page_values, paged
from app.infra.queries.records import columns_of
from app.infra.queries.repository import Filter, among, equal, within
from app.kernel.money import Currency
from app.kernel.paging import PageRequest, Sort
from app.suites.personal.transactions.models import Transaction, TransactionLeg, TransactionRecord, TransactionSplit
from app.suites.personal.transactions.rules import Facet, TransactionStatus, TransactionType

_own, _leg, _split = Transaction.__table__.c, TransactionLeg.__table__.c, TransactionSplit.__table__.c
_ORDERS: dict[str, ColumnElement[Any]] = {
    "amount": _own.amount,
    "category": func.array_position(cast(parameter("in_order", list), ARRAY(BigInteger)), _own.category_id),
    "id": _own.id,
}
_KEPT = frozenset({"date_from", "date_to", "categories"})
"""Criteria by which the kept sums can be told apart."""


@dataclass(frozen=True, slots=True)
class TransactionFilter(Filter):
    """Criteria of transactions; `categories` are a category and all below it."""

    date_from: date | None = None
    date_to: date | None = None
    categories: list[int] | None = None
    type: TransactionType | None = None
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    account_id: int | None = None
    payee_id: int | None = None
    tag: str | None = None
    status: TransactionStatus | None = None
    uncategorised: bool | None = None
    words: str | None = None

    @property
    def is_kept(self) -> bool:
        """Whether there are kept sums of just what matches: by days and categories."""
        return all(getattr(self, name) is None for name in self.field_names() if name not in _KEPT)

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions; with an account over transactions joined with its legs."""
        day = _own.date if self.account_id is None else _leg.date
        found = equal((_own.type, self.type), (_own.payee_id, self.payee_id), (_leg.account_id, self.account_id))
        found += within(day, self.date_from, self.date_to) + within(_own.amount, self.amount_min, self.amount_max)
        if self.categories is not None:
            found.append(or_(_own.category_id == any_(self.categories), _own.id.in_(_split_of(self.categories))))  # type: ignore[arg-type]  # a parameter in templates
        if self.tag is not None:
            found.append(_found_by(func.book_transactions_tagged, self.tag))
        if self.status is not None:
            found.append(_has_status(self.status))
        if self.uncategorised is not None:
            found.append(_without_category() if self.uncategorised else ~_without_category())
        if self.words is not None:
            found.append(_found_by(func.book_transactions_saying, cast(self.words, TSQUERY)))
        return found


def _found_by(search: Callable[..., ColumnElement[Any]], wanted: object) -> ColumnElement[bool]:
    """Whether a function of the database finds a transaction, by an index that row security would keep from use."""
    book_id = parameter("book_id", int)
    return _own.id.in_(select(search(book_id, wanted)))


def _split_of(categories: list[int]) -> Select[Any]:
    of_one = _split.category_id == any_(categories)  # type: ignore[arg-type]  # a parameter in templates
    mine = (_split.book_id == parameter("book_id", int), of_one)
    return select(_split.transaction_id).where(*mine)


def _has_status(status: object) -> ColumnElement[bool]:
    of_it = (_leg.transaction_id == _own.id, _leg.account_id == _own.account_id, _leg.status == status)
    return select(_leg.id).where(*of_it).correlate(Transaction).exists()


def _without_category() -> ColumnElement[bool]:
    unsplit = (_own.category_id.is_(None)) & (~_own.is_split) & (_own.type != TransactionType.TRANSFER)
    part = select(_split.id).where(
        _split.transaction_id == _own.id, _split.category_id.is_(None), _split.account_id.is_(None)
    )
    return or_(unsplit, _own.is_split & part.correlate(Transaction).exists())


class Listed(NamedTuple):
    """A transaction in a list: its place in the register, and the gain of the account if the list is of one."""

    id: int
    date: date
    position: int
    gained: Decimal | None
    gained_later: Decimal | None
    """Gain of the account on the same day after it."""


class Counts(NamedTuple):
    """Numbers of all that match."""

    matching: int
    transfers: int


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

    def ids(self, criteria: TransactionFilter, limit: int) -> list[int]:
        """Ids of the first of all that match."""
        return [row_id for (row_id,) in _ids(criteria, book_id=self.book_id, most=limit).rows(self.session)]

    def counts(self, criteria: TransactionFilter) -> Counts:
        """Number of all that match, and of the transfers among them."""
        return _counts(criteria, book_id=self.book_id).all(self.session, Counts)[0]

    def sums(self, criteria: TransactionFilter, exchange: Exchange, target: Currency) -> list[Sum]:
        """Sums of the lines of categories of all that match, by the kind of the category."""
        statement = _kept_sums if criteria.is_kept else _sums
        return list(sums_in(statement(criteria, exchange, target, book_id=self.book_id).rows(self.session)))


def _matching(criteria: TransactionFilter, *columns: ColumnElement[Any]) -> Select[Any]:
    found = select(*columns).select_from(Transaction)
    if criteria.account_id is not None:
        found = found.join(TransactionLeg, _leg.transaction_id == _own.id)
        found = found.where(_leg.book_id == parameter("book_id", int))
    return found.where(_own.book_id == parameter("book_id", int), *criteria.conditions())


@cached_query
def _page(criteria: TransactionFilter, sort: tuple[Sort, ...], whole: bool) -> Select[Any]:
    of_account = criteria.account_id is not None
    day, place = (_leg.date, _leg.position) if of_account else (_own.date, _own.position)
    figures = (_leg.amount, _gained_later()) if of_account else (_nothing(), _nothing())
    statement = _matching(criteria, _own.id, day, place, *figures)
    statement = statement.order_by(*_order(sort, day, place))
    return statement if whole else paged(statement)


def _nothing() -> ColumnElement[Any]:
    return case((~true(), _own.amount))


def _order(sort: tuple[Sort, ...], day: ColumnElement[Any], place: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    keys: list[ColumnElement[Any]] = []
    for one in sort or (Sort("date", descending=True),):
        parts = [day, place, _own.id] if one.field == "date" else [_ORDERS[one.field]]
        keys += [part.desc() if one.descending else part.asc() for part in parts]
    return [*keys, _own.id]


@cached_query
def _records() -> Select[Any]:
    wanted = (_own.book_id == parameter("book_id", int), _own.id == any_(parameter("ids", list)))
    return select(*columns_of(TransactionRecord, Transaction.__table__)).where(*wanted)


@cached_query
def _ids(criteria: TransactionFilter) -> Select[Any]:
    return _matching(criteria, _own.id).order_by(_own.id).limit(parameter("most", int))


@cached_query
def _counts(criteria: TransactionFilter) -> Select[Any]:
    transfers = func.count().filter(_own.type == TransactionType.TRANSFER)
    return _matching(criteria, func.count(), transfers)


@cached_query
def _kept_sums(criteria: TransactionFilter, exchange: Exchange, target: Currency) -> Select[Any]:
    """Statement; its sums are of one book by `book_id`."""
    kept, account = AccountDaySum.__table__.c, Account.__table__.c
    own = [
        kept.book_id == parameter("book_id", int),
        kept.account_id == account.id,
        *among((account.kind, (AccountKind.INCOME, AccountKind.EXPENSE))),
        kept.facet != Facet.EXCLUDED.value,
        *within(kept.date, criteria.date_from, criteria.date_to),
    ]
    if criteria.categories is not None:
        own.append(kept.account_id == any_(criteria.categories))  # type: ignore[arg-type]  # a parameter in templates
    amounts = (kept.amount, kept.currency, kept.date)
    return grouped_sums(amounts, own, exchange, target, account.kind, movements=kept.movements)


@cached_query
def _sums(criteria: TransactionFilter, exchange: Exchange, target: Currency) -> Select[Any]:
    line, account = EntryLine.__table__.c, Account.__table__.c
    matching = _matching(criteria, _own.id)
    kinds = (AccountKind.INCOME, AccountKind.EXPENSE)
    own = [
        line.book_id == parameter("book_id", int),
        line.entry_id.in_(matching),
        line.account_id == account.id,
        *among((account.kind, kinds)),
        line.facet != Facet.EXCLUDED.value,
    ]
    if criteria.categories is not None:
        own.append(line.account_id == any_(criteria.categories))  # type: ignore[arg-type]  # a parameter in templates
    return grouped_sums((line.amount, line.currency, line.date), own, exchange, target, account.kind)


def _gained_later() -> ColumnElement[Any]:
    """Gain of an account on the day of a leg by the legs after it."""
    later = TransactionLeg.__table__.alias("later")
    same_day = (later.c.book_id == _leg.book_id, later.c.account_id == _leg.account_id, later.c.date == _leg.date)
    after = tuple_(later.c.position, later.c.transaction_id) > tuple_(_leg.position, _leg.transaction_id)
    gained = select(func.coalesce(func.sum(later.c.amount), 0)).where(*same_day, after)
    return gained.correlate(TransactionLeg.__table__).scalar_subquery()
