"""Queries of books that join tables of other domains: names of members, the log of changes, conversion."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Session

from app.core.audit.models import BookAuditEntry
from app.core.identity.models import User
from app.infra.books import BookAccess
from app.infra.data_keys import ENCRYPTED, stored_by
from app.infra.queries.amounts import Exchange
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.records import columns_of, fields_of
from app.infra.queries.repository import Filter, equal, within
from app.infra.queries.stored_texts import json_text
from app.kernel.money import Currency
from app.suites.personal.books.models import (
    BookAuditRecord,
    BookKey,
    BookKeyRecord,
    BookMember,
    BookRate,
    BookRateRecord,
    ShownMember,
)

NEWEST = 100
"""Entries of the history that the version of a book is of: more than one."""


def shown_members(access: BookAccess) -> list[ShownMember]:
    """Members of a book with their names, in the order in which they came."""
    return _members(book_id=access.book_id).all(access.session, ShownMember)


class Newest(NamedTuple):
    """The newest entries of a book's history: the sum of their ids, and the time of the last one."""

    ids: Decimal | None
    at: datetime | None


def newest_entries(access: BookAccess) -> Newest:
    """The newest entries of a book's history, as one value: another one after any change of the book."""
    return _newest(book_id=access.book_id).first(access.session, Newest) or Newest(None, None)


@cached_query
def _newest() -> Select[Any]:
    entry = BookAuditEntry.__table__.c
    own = select(entry.id, entry.at).where(entry.book_id == parameter("book_id", int))
    newest = own.order_by(entry.id.desc()).limit(NEWEST).subquery().c
    return select(func.sum(newest.id), func.max(newest.at))


def frozen_books(session: Session, book_ids: Collection[int]) -> set[int]:
    """Those of the books whose members all wait for their accounts to be erased; the session must see the books."""
    return {book_id for (book_id,) in _frozen(ids=list(book_ids)).rows(session)}


@cached_query
def _frozen() -> Select[Any]:
    member, user = BookMember.__table__.c, User.__table__.c
    found = select(member.book_id).join_from(BookMember, User, user.id == member.user_id)
    of_them = found.where(member.book_id == func.any(parameter("ids", list))).group_by(member.book_id)
    return of_them.having(func.bool_and(user.erase_on.is_not(None)))


@cached_query
def _members() -> Select[Any]:
    member, user = BookMember.__table__.c, User.__table__.c
    columns = (user[name] if name in {"username", "full_name"} else member[name] for name in fields_of(ShownMember))
    named = select(*columns).join_from(BookMember, User, user.id == member.user_id)
    return named.where(member.book_id == parameter("book_id", int)).order_by(member.id)


@dataclass(frozen=True, slots=True)
class BookAuditFilter(Filter):
    """Criteria of the changes in a book: from `since` on, and before `until`."""

    table: str | None = None
    row_id: int | None = None
    user_id: int | None = None
    cursor: int | None = None
    """Only entries older than the one of this id."""
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        entry = BookAuditEntry
        given = equal((entry.table_name, self.table), (entry.row_id, self.row_id), (entry.user_id, self.user_id))
        given += within(entry.at, self.since, None)
        if self.cursor is not None:
            given.append(entry.id < self.cursor)
        return given if self.until is None else [*given, entry.at < self.until]


class BookAuditRepository(InBookRepository[BookAuditEntry, BookAuditRecord]):
    """Changes in one book."""

    model = BookAuditEntry
    record = BookAuditRecord

    @classmethod
    def base_query(cls) -> Select[Any]:
        after = func.audit_after(BookAuditEntry.before, BookAuditEntry.became, type_=JSON).label("after")
        return select(
            *(column for column in columns_of(cls.record, cls.model.__table__) if column.name != "after"), after
        )


@dataclass(frozen=True, slots=True)
class BookRateFilter(Filter):
    """Criteria of a book's own rates."""

    base: Currency | None = None
    quote: Currency | None = None
    date_from: date | None = None
    date_to: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        of_pair = equal((BookRate.base, self.base), (BookRate.quote, self.quote))
        return of_pair + within(BookRate.date, self.date_from, self.date_to)


class OwnPrice(NamedTuple):
    """A book's own rate of a pair that applies to a day; `inverse` if it is to be divided by."""

    rate: Decimal
    date: date
    inverse: bool


class BookRateRepository(InBookRepository[BookRate, BookRateRecord]):
    """A book's own rates."""

    model = BookRate
    record = BookRateRecord

    def find(self, base: Currency, quote: Currency, day: date) -> int | None:
        """Id of the rate of a pair on a day, or None."""
        values = {"base": base.value, "quote": quote.value, "day": day, **self.scope_values()}
        return _rate_of(**values).scalar(self.session, int)

    def price(self, currency: Currency, target: Currency, day: date) -> OwnPrice | None:
        """The last rate of a pair, in either direction, that is not later than a day."""
        values = {"currency": currency.value, "target": target.value, "day": day, **self.scope_values()}
        return _own_price(**values).first(self.session, OwnPrice)


@cached_query
def _rate_of() -> Select[Any]:
    own = BookRate.__table__.c
    of_pair = (own.base == parameter("base", str), own.quote == parameter("quote", str))
    return select(own.id).where(BookRateRepository.scope_condition(), *of_pair, own.date == parameter("day", date))


@cached_query
def _own_price() -> Select[Any]:
    return _prices(parameter("currency", str), parameter("target", str), parameter("day", date))


def _prices(currency: ColumnElement[Any], target: ColumnElement[Any], day: ColumnElement[Any]) -> Select[Any]:
    own = BookRate.__table__.c
    inverse = own.base == target
    either = or_(and_(own.base == currency, own.quote == target), and_(inverse, own.quote == currency))
    found = select(own.rate, own.date, inverse.label("inverse"))
    in_time = (own.book_id == parameter("book_id", int), either, own.date <= day)
    return found.where(*in_time).order_by(own.date.desc(), inverse).limit(1)


@cache
def at_own_rates(common: Exchange) -> Exchange:
    """Conversion in SQL at the book's own rates, or else at the common ones.

    Statements that use it have the parameter `book_id`.
    """

    def convert(rows: FromClause, target: Currency) -> tuple[FromClause, ColumnElement[Decimal]]:
        joined, converted = common.convert(rows, target)
        prices = _prices(rows.c.own_currency, literal(target.value), rows.c.own_day)
        own = prices.correlate(rows).lateral("own_price")
        amount = rows.c.amount
        at_own = case((own.c.inverse, amount / own.c.rate), else_=amount * own.c.rate)
        return joined.outerjoin(own, true()), case((own.c.rate.is_not(None), at_own), else_=converted)

    return Exchange(convert, common.columns)


class StoredValue(NamedTuple):
    """An encrypted value, the id of its row, and the id that it is bound to."""

    id: int
    bound_to: int
    value: str


class StoredEntry(NamedTuple):
    """An entry of the history as it is stored: `after` of an update has the changed columns alone."""

    id: int
    table_name: str
    before: dict[str, object] | None
    after: dict[str, object] | None


class HistoryTexts(NamedTuple):
    """New values of columns in an entry of the history."""

    id: int
    before: dict[str, object]
    after: dict[str, object]


_REWRITE_HISTORY = text("SELECT encrypt_book_history(:book_id, :entry_ids, :befores, :afters)")


class BookKeyRepository(InBookRepository[BookKey, BookKeyRecord]):
    """Data keys of one book."""

    model = BookKey
    record = BookKeyRecord

    def list_all(self) -> list[BookKeyRecord]:
        """All keys of the book, the newest last."""
        return _keys(**self.scope_values()).all(self.session, BookKeyRecord)

    def hold(self, key_id: int) -> bool:
        """Keep a key from being deleted until the end of the transaction; False if it is gone."""
        own = select(BookKey.id).where(BookKey.book_id == self.access.book_id, BookKey.id == key_id)
        return self.session.scalar(own.with_for_update(read=True, key_share=True)) is not None

    def lock_older(self) -> list[int]:
        """Lock all keys but the newest, once nobody holds them, and return their ids."""
        newest = select(func.max(BookKey.id)).where(BookKey.book_id == self.access.book_id).scalar_subquery()
        older = select(BookKey.id).where(BookKey.book_id == self.access.book_id, BookKey.id < newest)
        return list(self.session.scalars(older.order_by(BookKey.id).with_for_update()))

    def delete_all(self, key_ids: Collection[int]) -> None:
        """Delete keys."""
        self.delete_where(BookKey.book_id == self.access.book_id, BookKey.id.in_(key_ids))

    def values(self, column: Column[str], after: int, limit: int, but_of: int | None = None) -> list[StoredValue]:
        """Some values of an encrypted column, but for those of a key, in the order of the ids of their rows."""
        values = {"after": after, "most": limit, "but": f"{stored_by(but_of)}%", **self.scope_values()}
        return _values(column, **values).all(self.session, StoredValue)

    def replace(self, column: Column[str], stored: StoredValue, values: Mapping[str, str]) -> int:
        """Replace the value of a row, unless it was changed meanwhile; returns 1, or 0 if it was.

        It stays the same row, so its version stays, too.
        """
        table = column.table
        row = (table.c.id == stored.id, table.c.book_id == self.access.book_id, column == stored.value)
        kept = {"updated_at": table.c.updated_at} if "updated_at" in table.c else {}
        done = self.session.execute(update(table).where(*row).values({**values, **kept}).returning(table.c.id))
        return len(done.all())

    def last_entry(self) -> int:
        """Id of the last entry of the history of the book; 0 if there is none."""
        own = BookAuditEntry.book_id == self.access.book_id
        return self.session.scalar(select(func.max(BookAuditEntry.id)).where(own)) or 0

    def forget_entries(self, after: int, request_id: str) -> None:
        """Delete later entries of a request; only the owner of the tables may."""
        own = (BookAuditEntry.book_id == self.access.book_id, BookAuditEntry.id > after)
        self.session.execute(delete(BookAuditEntry).where(*own, BookAuditEntry.request_id == request_id))

    def history(self, tables: Sequence[str], after: int, limit: int) -> list[StoredEntry]:
        """Some entries of the history about rows of these tables, in their order."""
        entry = BookAuditEntry.__table__.c
        wanted = (entry.book_id == self.access.book_id, entry.id > after, entry.table_name.in_(tables))
        found = select(entry.id, entry.table_name, entry.before, entry.after).where(*wanted)
        rows = self.session.execute(found.order_by(entry.id).limit(limit))
        return [StoredEntry(*row) for row in rows]

    def rewrite_history(self, entries: Sequence[HistoryTexts]) -> None:
        """Put encrypted texts in place of those that entries of the history have; the database refuses all else."""
        if entries:
            parts = {
                "entry_ids": [one.id for one in entries],
                "befores": [json_text(one.before) for one in entries],
                "afters": [json_text(one.after) for one in entries],
            }
            self.session.execute(_REWRITE_HISTORY, {"book_id": self.access.book_id, **parts})


@cached_query
def _keys() -> Select[Any]:
    return BookKeyRepository.base_query().where(BookKeyRepository.scope_condition()).order_by(BookKey.id)


@cached_query
def _values(column: Column[str]) -> Select[Any]:
    own = column.table.c
    in_book = (own.book_id == parameter("book_id", int), own.id > parameter("after", int))
    wanted = (*in_book, column.is_not(None), ~column.like(parameter("but", str)))
    found = select(own.id, own[column.info[ENCRYPTED]].label("bound_to"), column)
    return found.where(*wanted).order_by(own.id).limit(parameter("most", int))
