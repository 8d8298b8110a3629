"""History of a book: the changes of its rows."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TypedDict, Unpack

from app.infra.books import BookAccess
from app.infra.data_keys import ENCRYPTED, encrypted_columns
from app.infra.db import Base
from app.kernel.errors import Invalid, Unavailable
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import require_order
from app.suites.personal.books.models import BookAuditRecord, PersonalBook
from app.suites.personal.books.queries import BookAuditFilter, BookAuditRepository
from app.suites.personal.books.service.access import InBookService
from app.suites.personal.books.service.keys import BookCipher

_NEWEST_FIRST = (Sort("id", descending=True),)


@cache
def _encrypted() -> dict[str, dict[str, str]]:
    """Encrypted columns of tables, each with the column of the id that its values are bound to."""
    found: dict[str, dict[str, str]] = {}
    for column in encrypted_columns(Base.metadata):
        found.setdefault(column.table.name, {})[column.name] = column.info[ENCRYPTED]
    return found


class BookAuditFilters(TypedDict, total=False):
    """The criteria of a list of changes, besides its days."""

    table: str
    row_id: int
    user_id: int
    cursor: int


class HistoryService(InBookService):
    """Shows the changes in a book to its owners."""

    model = PersonalBook

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.access.require_owner()
        self.entries = BookAuditRepository(access)
        self.cipher = BookCipher(access)

    def page(
        self,
        request: PageRequest,
        *,
        date_from: date | None = None,
        date_to: date | None = None,
        **filters: Unpack[BookAuditFilters],
    ) -> Page[BookAuditRecord]:
        """Changes between two days of the book's zone, newest first; with a cursor only older ones."""
        if "cursor" in filters and request.sort:
            raise Invalid.field("sort", "With a cursor the newest come first.")
        require_order(date_from, date_to)
        since = None if date_from is None else self._midnight(date_from)
        until = None if date_to is None else self._midnight(date_to + timedelta(days=1))
        criteria = BookAuditFilter(**filters, since=since, until=until)
        found = self.entries.page(criteria, replace(request, sort=request.sort or _NEWEST_FIRST))
        return Page(map(self._readable, found.items), found.total, request)

    def _readable(self, entry: BookAuditRecord) -> BookAuditRecord:
        """The entry with the texts of encrypted values; of those whose key is gone as they are stored."""
        columns = _encrypted().get(entry.table_name, {})
        if not columns:
            return entry
        before, after = (self._decrypted(entry.table_name, columns, row) for row in (entry.before, entry.after))
        return entry._replace(before=before, after=after)

    def _decrypted(
        self, table: str, columns: Mapping[str, str], row: Mapping[str, object] | None
    ) -> dict[str, object] | None:
        if row is None:
            return None
        shown = dict(row)
        for name, bound_to in columns.items():
            stored = shown.get(name)
            if isinstance(stored, str):
                with suppress(Unavailable):
                    shown[name] = self.cipher.decrypt(table, name, int(str(row[bound_to])), stored)
        return shown

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.access.settings.zone)
