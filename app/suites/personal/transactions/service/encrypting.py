"""Encrypted fields of transactions: notes and places."""

from collections.abc import Mapping

from app.infra.books import BookAccess
from app.infra.queries.bulk import Row
from app.suites.personal.books.service import BookCipher
from app.suites.personal.transactions.models import SplitRecord, TransactionRecord

_FIELDS = ("notes", "location")


class TransactionCipher:
    """Encrypts and decrypts the fields of transactions of one book."""

    def __init__(self, access: BookAccess) -> None:
        self.cipher = BookCipher(access)

    def readable(self, record: TransactionRecord) -> TransactionRecord:
        """The transaction with its texts."""
        if record.notes is None and record.location is None:
            return record
        notes, location = (self._text(record.id, name, getattr(record, name)) for name in _FIELDS)
        return record._replace(notes=notes, location=location)

    def _text(self, row_id: int, name: str, value: str | None) -> str | None:
        return None if value is None else self.cipher.decrypt("transactions", name, row_id, value)

    def readable_splits(self, splits: Mapping[int, list[SplitRecord]]) -> dict[int, list[SplitRecord]]:
        """Splits with their texts, by transaction."""
        return {row_id: [self._readable_split(one) for one in parts] for row_id, parts in splits.items()}

    def encrypted(self, row_id: int, row: Row, stored: TransactionRecord | None = None) -> dict[str, object]:
        """The columns of a row with encrypted texts; those that stay the same stay as they are stored."""
        before = None if stored is None else self.readable(stored)
        return {
            **row,
            **{name: self._field(row_id, name, row[name], stored, before) for name in _FIELDS if name in row},
        }

    def encrypted_split(self, row: Row) -> dict[str, object]:
        """The columns of a split with an encrypted text."""
        text, row_id = row["notes"], row["transaction_id"]
        if not isinstance(text, str) or not isinstance(row_id, int):
            return dict(row)
        return {**row, "notes": self.cipher.encrypt("transaction_splits", "notes", row_id, text)}

    def encrypted_change(self, transaction_id: int, text: str) -> str:
        """The kept values of a transaction, encrypted."""
        return self.cipher.encrypt("changed_transactions", "before", transaction_id, text)

    def readable_change(self, transaction_id: int, value: str) -> str:
        """The kept values of a transaction."""
        return self.cipher.decrypt("changed_transactions", "before", transaction_id, value)

    def _field(
        self,
        row_id: int,
        name: str,
        text: object,
        stored: TransactionRecord | None,
        before: TransactionRecord | None,
    ) -> object:
        if not isinstance(text, str):
            return text
        if before is not None and getattr(before, name) == text:
            return getattr(stored, name)
        return self.cipher.encrypt("transactions", name, row_id, text)

    def _readable_split(self, split: SplitRecord) -> SplitRecord:
        if split.notes is None:
            return split
        text = self.cipher.decrypt("transaction_splits", "notes", split.transaction_id, split.notes)
        return split._replace(notes=text)
