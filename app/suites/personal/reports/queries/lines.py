"""Sums of lines of transactions by tag and by payee, which no kept sum has."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, String, and_, any_, case, cast, func, null, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session

from app.core.ledger.models import Account, EntryLine
from app.core.ledger.rules import AccountKind
from app.infra.queries.amounts import Exchange, Sum, grouped_sums, sums_in
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.repository import among
from app.kernel.money import Currency
from app.kernel.periods import DateRange
from app.suites.personal.transactions.models import Payee, Transaction, TransactionSplit
from app.suites.personal.transactions.rules import Facet, TransactionType

_own, _split, _line = Transaction.__table__.c, TransactionSplit.__table__.c, EntryLine.__table__.c
_account = Account.__table__.c
_RESULTS = (AccountKind.INCOME, AccountKind.EXPENSE)


class Count(NamedTuple):
    """Number of transactions of a key, and the last day of one."""

    key: int | None
    transactions: int
    last_used: date | None


class TagCount(NamedTuple):
    """Number of transactions of a tag, and the last day of one."""

    key: str | None
    transactions: int
    last_used: date | None


class PayeeName(NamedTuple):
    """A payee."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class LineQueries:
    """Reads the lines of categories of one book, without those that are excluded from reports."""

    session: Session
    book_id: int

    def by_payee(
        self, days: DateRange, exchange: Exchange, target: Currency, accounts: Collection[int] | None
    ) -> list[Sum]:
        """Sums by payee and kind of category."""
        query = _by_payee(exchange, target, accounts is not None, **self._values(days, accounts))
        return list(sums_in(query.rows(self.session)))

    def by_tag(
        self, days: DateRange, exchange: Exchange, target: Currency, accounts: Collection[int] | None
    ) -> list[Sum]:
        """Sums by tag and kind of category; a line with several tags counts for each."""
        query = _by_tag(exchange, target, accounts is not None, **self._values(days, accounts))
        return list(sums_in(query.rows(self.session)))

    def payee_counts(self, days: DateRange, accounts: Collection[int] | None) -> list[Count]:
        """Numbers of transactions by payee."""
        return _payee_counts(accounts is not None, **self._values(days, accounts)).all(self.session, Count)

    def tag_counts(self, days: DateRange, accounts: Collection[int] | None) -> list[TagCount]:
        """Numbers of transactions by tag."""
        return _tag_counts(accounts is not None, **self._values(days, accounts)).all(self.session, TagCount)

    def payee_names(self, ids: Collection[int]) -> dict[int, str]:
        """Names of payees by id."""
        found = _names(book_id=self.book_id, ids=sorted(ids)).all(self.session, PayeeName)
        return {one.id: one.name for one in found}

    def _values(self, days: DateRange, accounts: Collection[int] | None) -> dict[str, object]:
        values: dict[str, object] = {"book_id": self.book_id, "first": days.start, "last": days.end}
        return values if accounts is None else {**values, "ids": sorted(accounts)}


def _lines_before_parts() -> ColumnElement[int]:
    """Lines of accounts that come before those of the parts: one for each part, and that of what a transfer moves."""
    parts = TransactionSplit.__table__.alias("parts").c
    same = (parts.book_id == parameter("book_id", int), parts.transaction_id == _own.id)
    count = select(func.count()).where(*same).correlate(Transaction.__table__).scalar_subquery()
    return count + case((_own.type == TransactionType.TRANSFER.value, 1), else_=0)


def _lines(of_accounts: bool, *columns: ColumnElement[Any]) -> Select[Any]:
    """Lines of categories within the days, with their transactions and the split that each is of; `book_id`."""
    is_part = and_(_split.transaction_id == _own.id, _split.place == _line.position - _lines_before_parts())
    joined: FromClause = (
        EntryLine.__table__.join(Account.__table__, _account.id == _line.account_id)
        .join(Transaction.__table__, _own.id == _line.entry_id)
        .outerjoin(TransactionSplit.__table__, is_part)
    )
    found = select(*columns).select_from(joined)
    found = found.where(
        _line.book_id == parameter("book_id", int),
        _own.book_id == parameter("book_id", int),
        _line.date.between(parameter("first", date), parameter("last", date)),
        *among((_account.kind, _RESULTS)),
        _line.facet != Facet.EXCLUDED.value,
    )
    return found.where(_line.counterpart_id == any_(parameter("ids", list))) if of_accounts else found


def _tag() -> ColumnElement[Any]:
    """One row for each tag of a line, which has those of its transaction and of its part; NULL if it has none."""
    both = func.array_cat(_own.tags, func.coalesce(_split.tags, cast(array([]), ARRAY(String))))
    nothing = cast(array([null()]), ARRAY(String))
    found: ColumnElement[Any] = func.unnest(case((func.cardinality(both) == 0, nothing), else_=both))
    return found


_MONEY: tuple[ColumnElement[Decimal], ColumnElement[str], ColumnElement[date]]
_MONEY = (_line.amount, _line.currency, _line.date)


def _tagged(of_accounts: bool) -> FromClause:
    """Lines once by each of their tags; `book_id`."""
    columns = (_line.id, _line.entry_id, _account.kind, *_MONEY, _tag().label("tag"))
    return _lines(of_accounts, *columns).distinct().subquery("tagged")


@cached_query
def _by_tag(exchange: Exchange, target: Currency, of_accounts: bool) -> Select[Any]:
    rows = _tagged(of_accounts).c
    return grouped_sums((rows.amount, rows.currency, rows.date), (), exchange, target, rows.tag, rows.kind)


@cached_query
def _tag_counts(of_accounts: bool) -> Select[Any]:
    rows = _tagged(of_accounts).c
    return select(rows.tag, func.count(rows.entry_id.distinct()), func.max(rows.date)).group_by(rows.tag)


@cached_query
def _by_payee(exchange: Exchange, target: Currency, of_accounts: bool) -> Select[Any]:
    rows = _lines(of_accounts, _own.payee_id, _account.kind, *_MONEY).subquery("lines").c
    return grouped_sums((rows.amount, rows.currency, rows.date), (), exchange, target, rows.payee_id, rows.kind)


@cached_query
def _payee_counts(of_accounts: bool) -> Select[Any]:
    counted = (func.count(_own.id.distinct()), func.max(_line.date))
    return _lines(of_accounts, _own.payee_id, *counted).group_by(_own.payee_id)


@cached_query
def _names() -> Select[Any]:
    own = Payee.__table__.c
    mine = (own.book_id == parameter("book_id", int), own.id == any_(parameter("ids", list)))
    return select(own.id, own.name).where(*mine)
