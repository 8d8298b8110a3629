"""Encryption of fields of a book's rows by the data key of the book."""

from typing import NamedTuple

from app.infra.books import BookAccess
from app.infra.data_keys import DataKey, Place, key_of, random_data_key, unreadable
from app.suites.personal.books.models import BookKey
from app.suites.personal.books.queries import BookKeyRepository


class StoredText(NamedTuple):
    """An encrypted text where it is stored."""

    table: str
    column: str
    row_id: int
    value: str | None


class BookCipher:
    """Encrypts and decrypts fields of the rows of one book; its keys are read when the first value needs one."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.keys = BookKeyRepository(access)
        self._loaded: dict[int, DataKey] | None = None
        self._writing: DataKey | None = None

    def encrypt(self, table: str, column: str, row_id: int, text: str) -> str:
        """The text, encrypted for its row and column by the newest key; the first value of a book makes its key."""
        return self._held().encrypt(Place(table, column, row_id, self.access.book_id), text)

    def decrypt(self, table: str, column: str, row_id: int, value: str) -> str:
        """The text of a value; Unavailable if its key is not there, or it was changed or moved."""
        key_id = key_of(value)
        if key_id is None:
            return value
        return self.key(key_id).decrypt(Place(table, column, row_id, self.access.book_id), value)

    def encrypt_optional(self, table: str, column: str, row_id: int, text: str | None) -> str | None:
        """The text, encrypted as by `encrypt`, if there is one."""
        return None if text is None else self.encrypt(table, column, row_id, text)

    def decrypt_optional(self, table: str, column: str, row_id: int, value: str | None) -> str | None:
        """The text of a value, as by `decrypt`, if there is one."""
        return None if value is None else self.decrypt(table, column, row_id, value)

    def encrypt_changed(self, place: StoredText, text: str | None) -> str | None:
        """The text, encrypted; the stored value, if that is of the same text, so that nothing changes."""
        table, column, row_id, value = place
        if value is not None and self.decrypt(table, column, row_id, value) == text:
            return value
        return self.encrypt_optional(table, column, row_id, text)

    def index(self, text: str) -> str:
        """Blind index of a text, to be stored."""
        return self._held().index(text)

    def indexes(self, text: str) -> list[str]:
        """Blind indexes under which a text may be stored, one of each key."""
        return [key.index(text) for key in self._known().values()]

    def writing_key(self) -> DataKey:
        """The key that encrypts, which is not deleted until the end of the transaction."""
        return self._held()

    def key(self, key_id: int) -> DataKey:
        """The key with this id; Unavailable if it is not there."""
        key = self._known().get(key_id) or self._read_again().get(key_id)
        if key is None:
            raise unreadable()
        return key

    def all_keys(self) -> list[DataKey]:
        """All keys of the book."""
        return list(self._known().values())

    def newest(self) -> int | None:
        """Id of the key that encrypts; None if the book has none yet."""
        return max(self._known(), default=None)

    def add_key(self) -> None:
        """Make a new key, which encrypts from now on."""
        key = random_data_key()
        wrapped = self.access.context.master_keys.wrap(key, self.access.book_id)
        made = self.keys.add(BookKey(book_id=self.access.book_id, wrapped=wrapped))
        self._known()[made.id] = DataKey(made.id, key)
        self._writing = None

    def _held(self) -> DataKey:
        """The newest key, which is not deleted until the end of the transaction that writes by it."""
        while self._writing is None:
            if not self._known():
                self.add_key()
            newest = max(self._known())
            if self.keys.hold(newest):
                self._writing = self._known()[newest]
            else:
                self._read_again()  # it was replaced meanwhile
        return self._writing

    def _read_again(self) -> dict[int, DataKey]:
        self._loaded = None
        return self._known()

    def _known(self) -> dict[int, DataKey]:
        if self._loaded is None:
            unwrap = self.access.context.master_keys.unwrap
            found = self.keys.list_all()
            self._loaded = {one.id: DataKey(one.id, unwrap(one.wrapped, one.book_id)) for one in found}
        return self._loaded
