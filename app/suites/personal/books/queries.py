"""Queries of books that join tables of other domains: names of members, and the log of changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, func, select

from app.core.audit.models import BookAuditEntry
from app.core.identity.models import User
from app.infra.books import BookAccess
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.records import columns_of, fields_of
from app.infra.queries.repository import Filter, equal, within
from app.suites.personal.books.models import BookAuditRecord, BookMember, ShownMember


def shown_members(access: BookAccess) -> list[ShownMember]:
    """Members of a book with their names, in the order in which they came."""
    return _members(book_id=access.book_id).all(access.session, ShownMember)


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
