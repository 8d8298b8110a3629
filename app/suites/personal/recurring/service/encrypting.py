"""Encrypted fields of recurring transactions: notes and places of their templates, notes of splits."""

from collections.abc import Mapping, Sequence

from app.infra.books import BookAccess
from app.suites.personal.books.service import BookCipher, StoredText
from app.suites.personal.recurring.models import Recurring, RecurringRecord, RecurringSplit, RecurringSplitRecord
from app.suites.personal.recurring.repository import RecurringSplitRepository
from app.suites.personal.transactions.service import SplitValues

FIELDS = ("notes", "location")
"""Encrypted columns of templates."""
_TABLE, _SPLITS = "recurring_transactions", "recurring_splits"


class RecurringCipher:
    """Encrypts and decrypts the fields of the recurring transactions of one book."""

    def __init__(self, access: BookAccess) -> None:
        self.cipher = BookCipher(access)

    def texts(self, row: Recurring | RecurringRecord) -> dict[str, str | None]:
        """The texts of a template."""
        return {name: self.cipher.decrypt_optional(_TABLE, name, row.id, getattr(row, name)) for name in FIELDS}

    def encrypted(
        self, row_id: int, values: Mapping[str, object], stored: Recurring | None = None
    ) -> dict[str, object]:
        """The values with encrypted texts; those that stay the same stay as they are stored."""
        return {
            **values,
            **{name: self._field(row_id, name, values[name], stored) for name in FIELDS if name in values},
        }

    def readable_splits(self, splits: Sequence[RecurringSplitRecord]) -> list[RecurringSplitRecord]:
        """Splits with their texts."""
        return [one._replace(notes=self.cipher.decrypt_optional(_SPLITS, "notes", one.id, one.notes)) for one in splits]

    def split(self, row_id: int, values: SplitValues) -> SplitValues:
        """The values of a split with an encrypted text."""
        notes = self.cipher.encrypt_optional(_SPLITS, "notes", row_id, values.get("notes"))
        return {**values, "notes": notes}

    def _field(self, row_id: int, name: str, text: object, stored: Recurring | None) -> str | None:
        if not isinstance(text, str):
            return None
        before = None if stored is None else getattr(stored, name)
        return self.cipher.encrypt_changed(StoredText(_TABLE, name, row_id, before), text)


class SplitStore:
    """Reads and stores the splits of templates of one book, with their texts."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.splits = RecurringSplitRepository(access)
        self.cipher = RecurringCipher(access)

    def of(self, ids: Sequence[int]) -> dict[int, list[RecurringSplitRecord]]:
        """Splits by the ids of their templates, in order."""
        return {row_id: self.cipher.readable_splits(parts) for row_id, parts in self.splits.of(ids).items()}

    def replace(self, recurring_id: int, splits: Sequence[SplitValues]) -> None:
        """Store the splits of a template in place of those before."""
        numbered = zip(self.splits.reserve_ids(len(splits)), splits, strict=True)
        parts = [
            RecurringSplit(
                id=row_id,
                book_id=self.access.book_id,
                recurring_id=recurring_id,
                place=place,
                **self.cipher.split(row_id, split),
            )
            for place, (row_id, split) in enumerate(numbered, start=1)
        ]
        self.splits.replace(recurring_id, parts)
