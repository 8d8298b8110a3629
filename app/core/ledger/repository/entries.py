"""Repository of entries and their lines."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date as day
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Delete,
    Insert,
    Integer,
    Numeric,
    Select,
    String,
    TableValuedAlias,
    Update,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.types import TypeEngine

from app.core.ledger.models import Book, Entry, EntryLine, EntryRecord, LineRecord
from app.core.ledger.repository.books import in_ids
from app.core.ledger.rules import LineStatus, NewEntry, NewLine
from app.infra.db import require_writable
from app.infra.queries.bulk import given_arrays, given_rows, rows_of
from app.infra.queries.cached import Values, cached_query, parameter
from app.infra.queries.records import columns_of
from app.infra.queries.repository import Repository
from app.kernel.errors import Conflict, DomainError, Invalid

_SEQUENCE = "entries_id_seq"
_NOT_SYNCHRONIZED = {"synchronize_session": False}
Columns = dict[str, tuple[TypeEngine[Any], Callable[[Any], object]]]

_ENTRY_COLUMNS: Columns = {
    "date": (Date(), lambda entry: entry.date),
    "value_date": (Date(), lambda entry: entry.value_date),
    "source": (String(), lambda entry: entry.source),
    "source_key": (String(), lambda entry: entry.source_key),
    "journal": (String(), lambda entry: entry.journal),
    "memo": (String(), lambda entry: entry.memo),
    "document_type": (String(), lambda entry: entry.document_type),
    "document_series": (String(), lambda entry: entry.document_series),
    "document_number": (String(), lambda entry: entry.document_number),
    "party_id": (BigInteger(), lambda entry: entry.party_id),
    "created_by": (BigInteger(), lambda entry: entry.created_by),
    "line_count": (Integer(), lambda entry: len(entry.lines)),
}
_LINE_COLUMNS: Columns = {
    "account_id": (BigInteger(), lambda line: line.account_id),
    "counterpart_id": (BigInteger(), lambda line: line.counterpart_id),
    "date": (Date(), lambda line: line.date),
    "amount": (Numeric(18, 4), lambda line: line.amount),
    "currency": (String(), lambda line: line.currency),
    "base_amount": (Numeric(18, 4), lambda line: line.base_amount),
    "rate": (Numeric(28, 12), lambda line: line.rate),
    "status": (String(), lambda line: line.status.value),
    "cost_center_id": (BigInteger(), lambda line: line.cost_center_id),
    "party_id": (BigInteger(), lambda line: line.party_id),
    "facet": (String(), lambda line: line.facet),
    "memo": (String(), lambda line: line.memo),
}
_REWRITTEN: Columns = {
    name: column
    for name, column in _ENTRY_COLUMNS.items()
    if name not in {"value_date", "source", "source_key", "created_by"}
}


class EntryRepository(Repository[Entry, EntryRecord]):
    """Entries with their lines."""

    model = Entry
    record = EntryRecord
    conflicts: ClassVar[Mapping[str, DomainError]] = {
        "uq_entries_reverses_id": Conflict("The entry was reversed already.", code="entry_reversed"),
        "fk_lines_account_id_accounts": Invalid("There is no such account.", code="account_unknown"),
        "fk_lines_cost_center_id_cost_centers": Invalid("There is no such cost centre.", code="cost_center_unknown"),
        "book_other": Invalid("An account or a cost centre is of another book.", code="account_unknown"),
    }

    def lines_of(self, entry_ids: Collection[int]) -> list[LineRecord]:
        """Lines of these entries, in their order."""
        return _lines_of(ids=list(entry_ids)).all(self.session, LineRecord)

    def reserve_ids(self, count: int) -> list[int]:
        """Ids for new entries, so that lines can name them."""
        return [entry_id for (entry_id,) in _reserved(count=count).rows(self.session)]

    def insert_new(self, book_id: int, entries: Sequence[tuple[int, NewEntry]]) -> set[int]:
        """Insert entries under their ids, but for those whose source and key are there; returns the inserted ids."""
        require_writable(self.session)
        ids = [entry_id for entry_id, _ in entries]
        given = _arrays(_ENTRY_COLUMNS, [entry for _, entry in entries], id=ids)
        with self.translated():
            return {entry_id for (entry_id,) in _inserting(book_id=book_id, **given).rows(self.session)}

    def ids_of_keys(self, book_id: int, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Ids of entries by source and key."""
        sources = rows_of(
            {"source": (String(), [one for one, _ in keys]), "source_key": (String(), [one for _, one in keys])}
        )
        found = select(Entry.source, Entry.source_key, Entry.id).where(
            Entry.book_id == book_id,
            tuple_(Entry.source, Entry.source_key).in_(select(sources.c.source, sources.c.source_key)),
        )
        return {(source, str(key)): entry_id for source, key, entry_id in self.session.execute(found)}

    def insert_lines(self, book_id: int, entries: Sequence[tuple[int, NewEntry]]) -> None:
        """Insert the lines of entries that were inserted under these ids."""
        placed = [
            (entry_id, position, line)
            for entry_id, entry in entries
            for position, line in enumerate(entry.lines, start=1)
        ]
        lines: list[NewLine] = [line for _, _, line in placed]
        places = {"entry_id": [one for one, _, _ in placed], "position": [position for _, position, _ in placed]}
        with self.translated():
            _inserting_lines(book_id=book_id, **_arrays(_LINE_COLUMNS, lines, **places)).write(self.session)

    def insert_reversal(self, entry: EntryRecord, on: day, memo: str | None, created_by: int | None) -> int:
        """Insert an entry that takes this one back; Conflict if there is one."""
        require_writable(self.session)
        kept = ("book_id", "journal", "document_type", "document_series", "document_number", "party_id", "line_count")
        own = {"date": on, "source": "reversal", "memo": memo, "created_by": created_by, "reverses_id": entry.id}
        with self.translated():
            statement = insert(Entry).values(**{name: getattr(entry, name) for name in kept}, **own)
            return int(self.session.scalars(statement.returning(Entry.id)).one())

    def insert_reversed_lines(self, entry_id: int, reversal_id: int, on: day) -> None:
        """Insert the lines of an entry with the opposite signs under its reversal."""
        line = EntryLine.__table__
        changed: dict[str, ColumnElement[Any]] = {
            "entry_id": literal(reversal_id),
            "date": literal(on),
            "amount": -line.c.amount,
            "base_amount": -line.c.base_amount,
            "status": literal(LineStatus.CLEARED.value),
        }
        columns = [column.name for column in line.c if column.name != "id"]
        values: list[ColumnElement[Any]] = [changed.get(name, line.c[name]) for name in columns]
        rows = select(*values).where(line.c.entry_id == entry_id).order_by(line.c.position)
        with self.translated():
            self.session.execute(insert(EntryLine).from_select(columns, rows))

    def lock_books(self, entry_ids: Collection[int]) -> dict[int, int]:
        """Lock entries, in the order of their ids; returns the books of those that exist by their ids."""
        return dict(map(tuple, _locked_books(ids=list(entry_ids)).rows(self.session)))

    def rewrite(self, book_id: int, entries: Sequence[tuple[int, NewEntry]]) -> None:
        """Replace the lines of entries, and what they say but for their sources and makers."""
        ids = [entry_id for entry_id, _ in entries]
        given = _arrays(_REWRITTEN, [entry for _, entry in entries], id=ids)
        with self.translated():
            _rewriting(**given).write(self.session)
            _removing_lines(ids=ids).write(self.session)
        self.insert_lines(book_id, entries)

    def delete_whole(self, entry_ids: Collection[int]) -> None:
        """Delete entries with their lines."""
        ids = {"ids": list(entry_ids)}
        with self.translated():
            for column in (EntryLine.entry_id, Entry.id):
                statement = delete(column.class_).where(in_ids(column))
                self.session.execute(statement, ids, execution_options=_NOT_SYNCHRONIZED)

    def set_status(self, book_id: int, line_ids: Collection[int], status: LineStatus) -> int:
        """Set the status of lines; returns how many there are."""
        require_writable(self.session)
        changed = update(EntryLine).where(EntryLine.book_id == book_id, EntryLine.id.in_(line_ids))
        with self.translated():
            done = self.session.scalars(changed.values(status=status).returning(EntryLine.id))
            return len(done.all())

    def assign_numbers(self, book_id: int, journal: str, first: day, last: day) -> int:
        """Number the entries of a journal between two days that have no number, by day; returns how many."""
        require_writable(self.session)
        # Two runs at once would begin at the same number.
        self.session.execute(select(Book.id).where(Book.id == book_id).with_for_update(key_share=True))
        own = (Entry.book_id == book_id, Entry.journal == journal, Entry.date.between(first, last))
        highest = select(func.coalesce(func.max(Entry.number), 0)).where(*own).scalar_subquery()
        place = func.row_number().over(order_by=(Entry.date, Entry.id))
        waiting = select(Entry.id, (highest + place).label("number")).where(*own, Entry.number.is_(None)).subquery()
        statement = update(Entry).where(Entry.id == waiting.c.id).values(number=waiting.c.number)
        done = self.session.scalars(statement.returning(Entry.id), execution_options={"synchronize_session": False})
        return len(done.all())

    def count_unnumbered(self, book_id: int, first: day, last: day) -> int:
        """Number of entries between two days that belong to a journal and have no number in it."""
        return _unnumbered(book_id=book_id, first=first, last=last).scalar(self.session, int) or 0


def _arrays(columns: Columns, rows: Sequence[object], **more: Sequence[object]) -> Values:
    """Values of rows for a cached statement, with columns more."""
    return given_arrays({**more, **{name: [value(row) for row in rows] for name, (_, value) in columns.items()}})


def _given(columns: Columns, **more: BigInteger | Integer) -> TableValuedAlias:
    return given_rows({**more, **{name: kind for name, (kind, _) in columns.items()}})


@cached_query
def _inserting() -> Insert:
    given = _given(_ENTRY_COLUMNS, id=BigInteger())
    rows = select(parameter("book_id", int), given)
    statement = upsert(Entry).from_select(["book_id", *given.c.keys()], rows, include_defaults=False)
    return statement.on_conflict_do_nothing(constraint="uq_entries_source_key").returning(Entry.id)


@cached_query
def _inserting_lines() -> Insert:
    given = _given(_LINE_COLUMNS, entry_id=BigInteger(), position=Integer())
    rows = select(parameter("book_id", int), given)
    return insert(EntryLine).from_select(["book_id", *given.c.keys()], rows, include_defaults=False)


@cached_query
def _rewriting() -> Update:
    given = _given(_REWRITTEN, id=BigInteger())
    return update(Entry).where(Entry.id == given.c.id).values({name: given.c[name] for name in _REWRITTEN})


@cached_query
def _removing_lines() -> Delete:
    return delete(EntryLine).where(in_ids(EntryLine.entry_id))


@cached_query
def _locked_books() -> Select[Any]:
    own = Entry.__table__.c
    return select(own.id, own.book_id).where(in_ids(own.id)).order_by(own.id).with_for_update()


@cached_query
def _reserved() -> Select[Any]:
    return select(func.nextval(_SEQUENCE)).select_from(func.generate_series(1, parameter("count", int)))


@cached_query
def _lines_of() -> Select[Any]:
    line = EntryLine.__table__
    return (
        select(*columns_of(LineRecord, line)).where(in_ids(line.c.entry_id)).order_by(line.c.entry_id, line.c.position)
    )


@cached_query
def _unnumbered() -> Select[Any]:
    days = Entry.date.between(parameter("first", day), parameter("last", day))
    own = Entry.book_id == parameter("book_id", int)
    return select(func.count()).where(own, days, Entry.journal.is_not(None), Entry.number.is_(None))
