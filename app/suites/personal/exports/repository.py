"""Rows of a book that a document brings: whatever is there is replaced, and rows of all sections are stored."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Select, Table, delete, exists, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DataError, IntegrityError

from app.infra.books import BookAccess
from app.infra.db import Base
from app.infra.queries.bulk import Row, insert_rows, update_rows
from app.infra.queries.repository import constraint_of
from app.infra.texts import BookJSON, stored_json

_KEPT = frozenset(
    {"personal_books", "book_members", "book_invitations", "book_keys", "summary_shares", "book_archives"}
)
"""Tables of a book itself: its members and keys stay, and archives with their files."""
_BY_SERVICES = frozenset({"personal_accounts", "categories"})
"""Tables whose rows the ledger has, too."""
_ENTERED = ("transactions", "account_valuations", "reconciliations", "recurring_transactions", "rules", "goals")
"""Tables with what nobody has by default: a book with such rows is not replaced."""


class Violation(Exception):
    """A row that the database refuses, by its place, and the name of the constraint."""

    def __init__(self, place: int, constraint: str) -> None:
        super().__init__(constraint)
        self.place = place
        self.constraint = constraint


@contextmanager
def violations() -> Iterator[None]:
    """Raise Violation, of the first row, for what the database refuses."""
    try:
        yield
    except (IntegrityError, DataError) as error:
        raise Violation(0, _name(error)) from error


class BookTables:
    """Tables of the suite, within one book."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.session = access.session

    def entered(self) -> list[str]:
        """Names of the tables with rows that people entered."""
        return [name for name in _ENTERED if self.session.scalar(self._any(name))]

    def clear(self) -> None:
        """Delete all rows of the book but those of accounts and categories, first those that refer to others."""
        self.access.require_writer()
        books = Base.metadata.tables["personal_books"].c.id
        for one in reversed(Base.metadata.sorted_tables):
            of_book = "book_id" in one.c and one.c.book_id.references(books)
            if of_book and one.name not in _KEPT | _BY_SERVICES:
                self.session.execute(delete(one).where(one.c.book_id == self.access.book_id))
        self.session.expire_all()

    def next_ids(self, name: str, count: int) -> list[int]:
        """Ids for new rows of a table, ascending."""
        if not count:
            return []
        sequence = func.pg_get_serial_sequence(name, "id")
        numbers = func.generate_series(1, count)
        return sorted(self.session.scalars(select(func.nextval(sequence)).select_from(numbers)))

    def insert(self, name: str, rows: Sequence[Row]) -> None:
        """Store rows that all have the same columns; Violation if the database refuses one."""
        if not rows:
            return
        table = Base.metadata.tables[name]
        own: Row = {"book_id": self.access.book_id}
        if "created_by" in table.c:
            own = {**own, "created_by": self.access.user_id}
        as_json = [one for one in table.c if isinstance(one.type, JSONB | BookJSON) and one.name in rows[0]]
        texts = [{one.name: _json(stored_json(row[one.name], one)) for one in as_json} for row in rows]
        self._insert(table, [{**row, **own, **text} for row, text in zip(rows, texts, strict=True)], 0)

    def refer(self, name: str, rows: Sequence[Row]) -> None:
        """Set columns of rows by their `id`."""
        table = Base.metadata.tables[name]
        update_rows(self.session, table, rows, self.access.book_id)

    def _insert(self, table: Table, rows: Sequence[Row], place: int) -> None:
        """Store rows at once; if the database refuses them, find the first that it refuses by halves."""
        try:
            with self.session.begin_nested():
                insert_rows(self.session, table, rows)
        except (IntegrityError, DataError) as error:
            if len(rows) == 1:
                raise Violation(place, _name(error)) from error
            half = len(rows) // 2
            self._insert(table, rows[:half], place)
            self._insert(table, rows[half:], place + half)

    def _any(self, name: str) -> Select[tuple[bool]]:
        return select(exists().where(Base.metadata.tables[name].c.book_id == self.access.book_id))


def _name(error: IntegrityError | DataError) -> str:
    found = constraint_of(error) if isinstance(error, IntegrityError) else None
    return found or "value"


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value)
