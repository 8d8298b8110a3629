"""Notes of months, which are encrypted, with the money that is held."""

from datetime import date
from decimal import Decimal

from app.infra.books import BookAccess
from app.suites.personal.books.service import BookCipher, StoredText
from app.suites.personal.budgets.queries.flows import Note
from app.suites.personal.budgets.repository import MonthNoteRepository

_TABLE, _COLUMN = "month_notes", "note"


class MonthNotes:
    """Reads and stores the notes of the months of one book."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.cipher = BookCipher(access)

    def text(self, one: Note) -> str | None:
        """The text of a note."""
        return self.cipher.decrypt_optional(_TABLE, _COLUMN, one.id, one.note)

    def put(self, month: date, held: Decimal, note: str | None) -> None:
        """Set the money that is held in a month, and its note; the caller has locked the envelopes."""
        notes = MonthNoteRepository(self.access)
        row_id, before = notes.put(month, held, self.access.currency)
        value = self.cipher.encrypt_changed(StoredText(_TABLE, _COLUMN, row_id, before), note)
        if value != before:
            notes.set_note(row_id, value)
