"""Keys by which rows of statements are known again."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.infra.books import BookAccess
from app.kernel.errors import Unavailable
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import BookCipher
from app.suites.personal.imports.models import KeyedRow
from app.suites.personal.imports.repository import ImportLineRepository
from app.suites.personal.imports.rules.lines import Line, content_key, plain_content_key


class FileKeys(NamedTuple):
    """Content keys of the rows of a file in one account."""

    by_number: dict[int, str]
    """The key to store, by the number of the row."""
    by_stored: dict[str, str]
    """The key to store, by each key under which an earlier file may have stored the same row."""


class ContentKeys:
    """Content keys of one book: blind indexes by its data key, beside which older keys stay comparable."""

    def __init__(self, access: BookAccess) -> None:
        self.rows = ImportLineRepository(access)
        self.accounts = AccountService(access)
        self.cipher = BookCipher(access)

    def of_file(self, account_id: int, lines: Sequence[Line]) -> FileKeys:
        """The keys of the rows of a file."""
        found = FileKeys({}, {})
        for line in lines:
            plain = plain_content_key(account_id, line)
            key = found.by_number[line.number] = self._key(plain)
            found.by_stored.update(dict.fromkeys((plain, *self._older(plain), key), key))
        return found

    def renew(self) -> None:
        """Store all rows of the book under keys by its newest data key; one that can't be read keeps its key."""
        currencies = {account_id: currency.value for account_id, (_, currency) in self.accounts.all_keys().items()}
        for rows in self.rows.keyed():
            self.rows.set_keys({row.id: key for row in rows if (key := self._renewed(row, currencies)) is not None})

    def _key(self, plain: str) -> str:
        return content_key(self.cipher.index(_indexed(plain)))

    def _older(self, plain: str) -> list[str]:
        """Keys by all data keys of the book, which has several while one replaces another."""
        return [content_key(index) for index in self.cipher.indexes(_indexed(plain))]

    def _renewed(self, row: KeyedRow, currencies: Mapping[int, str]) -> str | None:
        """Another key than the one that is stored; None if that is right, or the text can't be read."""
        try:
            text = self.cipher.decrypt("import_lines", "text", row.id, row.text)
        except Unavailable:
            return None
        line = Line(0, row.date, row.amount, currencies[row.account_id], text)
        key = self._key(plain_content_key(row.account_id, line))
        return None if key == row.content_key else key


def _indexed(plain: str) -> str:
    """The text whose blind index is the key of a row."""
    return f"content:{plain}"
