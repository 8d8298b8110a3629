"""Encryption of fields of a book's rows by the data key of the book."""

from typing import NamedTuple

from app.infra.books import BookAccess
from app.infra.context import Context
from app.infra.data_keys import DataKey, Place, encrypted_columns, key_of, random_data_key, unreadable
from app.infra.db import Base, every_book
from app.kernel.errors import Unavailable
from app.suites.personal.books.models import BookKey
from app.suites.personal.books.queries import BookKeyRepository
from app.suites.personal.books.repository import MembershipRepository
from app.suites.personal.books.service.access import program_access

_BATCH = 500
_SAMPLE = 20
"""Values of a column that `flask verify` decrypts in each book."""


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

    def encrypt(self, table: str, column: str, row_id: int, text: str) -> str:
        """The text, encrypted for its row and column by the newest key; the first value of a book makes its key."""
        return self._newest().encrypt(Place(table, column, row_id, self.access.book_id), text)

    def decrypt(self, table: str, column: str, row_id: int, value: str) -> str:
        """The text of a value; Unavailable if its key is not there, or it was changed or moved."""
        key_id = key_of(value)
        if key_id is None:
            return value
        key = self._known().get(key_id)
        if key is None:
            raise unreadable()
        return key.decrypt(Place(table, column, row_id, self.access.book_id), value)

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
        """Blind index of a text."""
        return self._newest().index(text)

    def add_key(self) -> None:
        """Make a new key, which encrypts from now on."""
        key = random_data_key()
        wrapped = self.access.context.master_keys.wrap(key, self.access.book_id)
        made = self.keys.add(BookKey(book_id=self.access.book_id, wrapped=wrapped))
        self._known()[made.id] = DataKey(made.id, key)

    def _newest(self) -> DataKey:
        if not self._known():
            self.add_key()
        return self._known()[max(self._known())]

    def _known(self) -> dict[int, DataKey]:
        if self._loaded is None:
            unwrap = self.access.context.master_keys.unwrap
            found = self.keys.list_all()
            self._loaded = {one.id: DataKey(one.id, unwrap(one.wrapped, one.book_id)) for one in found}
        return self._loaded


def rewrap(context: Context) -> int:
    """Wrap the keys of all books by the first master key; returns how many were wrapped by another."""
    done = 0
    for book_id in _books(context):
        keys = BookKeyRepository(program_access(context, book_id))
        for one in keys.list_all():
            if not context.master_keys.is_current(one.wrapped):
                key = context.master_keys.unwrap(one.wrapped, book_id)
                keys.change(keys.get_for_update(one.id), {"wrapped": context.master_keys.wrap(key, book_id)})
                done += 1
    return done


def reencrypt(context: Context) -> int:
    """Give every book a new data key, and write all its values anew by it; returns how many values.

    Older keys stay for values that are being written meanwhile by requests.
    """
    return sum(_reencrypted(program_access(context, book_id)) for book_id in _books(context))


def unreadable_values(context: Context) -> list[str]:
    """Problems of the first values of each encrypted column in every book that can't be decrypted."""
    problems: list[str] = []
    for book_id in _books(context):
        cipher = BookCipher(program_access(context, book_id))
        for column in encrypted_columns(Base.metadata):
            table, name = column.table.name, column.name
            for one in cipher.keys.values(column, 0, _SAMPLE):
                try:
                    cipher.decrypt(table, name, one.bound_to, one.value)
                except Unavailable:
                    problems.append(f"{table} {one.id}: {name} can't be decrypted")
    return problems


def _books(context: Context) -> list[int]:
    found: list[int] = []
    last = 0
    while True:
        with every_book(context.session):
            ids = MembershipRepository(context.session).ids_after(last, _BATCH)
        if not ids:
            return found
        found += ids
        last = ids[-1]


def _reencrypted(access: BookAccess) -> int:
    cipher, done = BookCipher(access), 0
    cipher.add_key()
    for column in encrypted_columns(Base.metadata):
        last = 0
        while values := cipher.keys.values(column, last, _BATCH):
            for one in values:
                text = cipher.decrypt(column.table.name, column.name, one.bound_to, one.value)
                again: dict[str, str | None] = {
                    column.name: cipher.encrypt(column.table.name, column.name, one.bound_to, text)
                }
                if f"{column.name}_index" in column.table.c:
                    again[f"{column.name}_index"] = cipher.index(text)
                cipher.keys.replace(column, one.id, again)
            done += len(values)
            last = values[-1].id
    return done
