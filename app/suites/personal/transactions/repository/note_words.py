"""Repository of the words of notes."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Insert, Select, Table, delete, select
from sqlalchemy.dialects.postgresql import insert

from app.infra.books import BookAccess
from app.infra.db import require_writable
from app.infra.queries.bulk import CHUNK, given_columns, given_values
from app.infra.queries.cached import BoundQuery, cached_query, parameter
from app.kernel.batches import batched
from app.suites.personal.transactions.models import NoteWord, Transaction, TransactionSplit

_BATCH = 1000
_TABLE: Table = NoteWord.__table__  # type: ignore[assignment]  # no model is mapped to a join


class StoredNote(NamedTuple):
    """Encrypted notes of a transaction or split; `place` is the id of the row that they are in."""

    place: int
    transaction_id: int
    notes: str


class NoteWordRepository:
    """Words of the notes of one book."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.session = access.session

    def add(self, words: Mapping[int, Collection[str]]) -> None:
        """Add words of transactions; those that are there stay."""
        require_writable(self.session)
        given = [(row_id, word) for row_id, found in words.items() for word in sorted(found)]
        for chunk in batched(given, CHUNK):
            rows = [{"book_id": self.access.book_id, "transaction_id": row_id, "word": word} for row_id, word in chunk]
            _adding(tuple(rows[0]), **given_values(_TABLE, rows)).write(self.session)

    def forget(self, transaction_ids: Collection[int] | None = None) -> None:
        """Delete the words of transactions, or of all."""
        own = [NoteWord.book_id == self.access.book_id]
        if transaction_ids is not None:
            own.append(NoteWord.transaction_id.in_(transaction_ids))
        self.session.execute(delete(NoteWord).where(*own), execution_options={"synchronize_session": False})

    def notes(self) -> Iterator[list[StoredNote]]:
        """Notes of transactions, some at a time."""
        return self._each(_notes)

    def split_notes(self) -> Iterator[list[StoredNote]]:
        """Notes of splits, some at a time."""
        return self._each(_split_notes)

    def _each(self, query: Callable[..., BoundQuery]) -> Iterator[list[StoredNote]]:
        last = 0
        while found := query(book_id=self.access.book_id, after=last, most=_BATCH).all(self.session, StoredNote):
            yield found
            last = found[-1].place


@cached_query
def _adding(names: tuple[str, ...]) -> Insert:
    values = given_columns(_TABLE, names)
    new = insert(_TABLE).from_select([*values], select(*values.values()), include_defaults=False)
    return new.on_conflict_do_nothing(constraint="uq_note_words_word")


@cached_query
def _notes() -> Select[Any]:
    own = Transaction.__table__.c
    wanted = (own.book_id == parameter("book_id", int), own.id > parameter("after", int), own.notes.is_not(None))
    found = select(own.id.label("place"), own.id.label("transaction_id"), own.notes).where(*wanted)
    return found.order_by(own.id).limit(parameter("most", int))


@cached_query
def _split_notes() -> Select[Any]:
    own = TransactionSplit.__table__.c
    wanted = (own.book_id == parameter("book_id", int), own.id > parameter("after", int), own.notes.is_not(None))
    found = select(own.id.label("place"), own.transaction_id, own.notes).where(*wanted)
    return found.order_by(own.id).limit(parameter("most", int))
