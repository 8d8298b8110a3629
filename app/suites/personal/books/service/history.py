"""History of a book: the changes of its rows."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TypedDict, Unpack

from app.infra.books import BookAccess
from app.kernel.errors import Invalid
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import require_order
from app.suites.personal.books.models import BookAuditRecord, PersonalBook
from app.suites.personal.books.queries import BookAuditFilter, BookAuditRepository
from app.suites.personal.books.service.access import InBookService
from app.suites.personal.books.service.readable import ReadableRows, encrypted_fields

_NEWEST_FIRST = (Sort("id", descending=True),)


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
        self.rows = ReadableRows(access)

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
        if entry.table_name not in encrypted_fields():
            return entry
        before, after = (
            None if row is None else self.rows.row(entry.table_name, row) for row in (entry.before, entry.after)
        )
        return entry._replace(before=before, after=after)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.access.settings.zone)
