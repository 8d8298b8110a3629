"""Stored rows of books with the texts of their encrypted values, whatever their table."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache

from app.infra.books import BookAccess
from app.infra.data_keys import ENCRYPTED, encrypted_columns
from app.infra.db import Base
from app.kernel.errors import Unavailable
from app.suites.personal.books.service.keys import BookCipher


@cache
def encrypted_fields() -> Mapping[str, Mapping[str, str]]:
    """Encrypted columns of tables, each with the column of the id that its values are bound to."""
    found: dict[str, dict[str, str]] = {}
    for column in encrypted_columns(Base.metadata):
        found.setdefault(column.table.name, {})[column.name] = column.info[ENCRYPTED]
    return found


class ReadableRows:
    """Decrypts the values of rows of one book; those whose key is gone stay as they are stored."""

    def __init__(self, access: BookAccess) -> None:
        self.cipher = BookCipher(access)

    def row(self, table: str, row: Mapping[str, object]) -> dict[str, object]:
        """A row of a table with its texts."""
        return self.part(table, row, row)

    def part(self, table: str, values: Mapping[str, object], whole: Mapping[str, object]) -> dict[str, object]:
        """Some values of a row with their texts; the whole row has the ids that they are bound to."""
        shown = dict(values)
        for name, bound_to in encrypted_fields().get(table, {}).items():
            stored = shown.get(name)
            if isinstance(stored, str) and bound_to in whole:
                with suppress(Unavailable):
                    shown[name] = self.cipher.decrypt(table, name, int(str(whole[bound_to])), stored)
        return shown
