"""New keys for books: wrapping them anew, and writing all that is encrypted by new ones."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress

from sqlalchemy import Column

from app.core.files.service import FileService
from app.infra.books import BookAccess
from app.infra.context import Context
from app.infra.data_keys import encrypted_columns, key_of
from app.infra.db import Base, every_book
from app.kernel.errors import NotFound, Unavailable
from app.suites.personal.books.events import BookKeysRenewed
from app.suites.personal.books.queries import BookKeyRepository, HistoryTexts, StoredEntry, StoredValue
from app.suites.personal.books.repository import MembershipRepository
from app.suites.personal.books.service.access import program_access
from app.suites.personal.books.service.keys import BookCipher
from app.suites.personal.books.service.readable import encrypted_fields
from app.suites.personal.books.service.texts import TextRewriting

_BATCH = 500
_SAMPLE = 20
"""Values of a column that `flask verify` decrypts in each book."""
Transactions = Callable[[], AbstractContextManager[Context]]
"""Opens a transaction of the program, and commits it at its end."""


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


def reencrypt(transactions: Transactions) -> int:
    """Give every book a new data key, write all its values anew by it, and delete older keys; returns how many values.

    Requests go on meanwhile: what they write by the older key, until the new one is committed, is written anew last.
    """
    with transactions() as context:
        book_ids = _books(context)
    done = 0
    for book_id in book_ids:
        for step in (_begin, _rewrite, _finish):
            with transactions() as context, suppress(NotFound):  # a book may be deleted meanwhile
                done += step(program_access(context, book_id))
    return done


def unreadable_values(context: Context) -> list[str]:
    """Problems of the first values of each encrypted column in every book that can't be decrypted."""
    problems: list[str] = []
    for book_id in _books(context):
        cipher = BookCipher(program_access(context, book_id))
        problems += FileService(context).unreadable(book_id, _SAMPLE)
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


def _begin(access: BookAccess) -> int:
    """Give a book that has a key a new one."""
    cipher = BookCipher(access)
    if cipher.newest() is not None:
        cipher.add_key()
    return 0


def _rewrite(access: BookAccess) -> int:
    """Write all values of a book anew that are not of the newest key; returns how many."""
    rewriting = Rewriting(access)
    rewriting.write_all()
    access.context.publish(BookKeysRenewed(access.book_id))
    return rewriting.done


def _finish(access: BookAccess) -> int:
    """Wait for those who still write by older keys, write that anew, too, and delete the keys that nothing uses."""
    keys = BookKeyRepository(access)
    older = keys.lock_older()
    rewriting = Rewriting(access)
    rewriting.write_all()
    if rewriting.done:
        access.context.publish(BookKeysRenewed(access.book_id))
    keys.delete_all(set(older) - rewriting.kept)
    return rewriting.done


class Rewriting:
    """Writes the values of one book anew by its newest key: in its rows first, and then the same ones in its history.

    A value that can't be read stays as it is, and so does its key.
    """

    def __init__(self, access: BookAccess) -> None:
        self.cipher = BookCipher(access)
        self.keys = self.cipher.keys
        self.done = 0
        self.kept: set[int] = set()
        """Keys of values that could not be read."""
        self.texts = TextRewriting.of(access, self.kept)
        self._written: dict[tuple[str, str, int, str], str] = {}
        """New values by table, column, id and the value before: the history has the same ones as the rows."""

    def write_all(self) -> None:
        """Write everything anew that another key encrypted, or none."""
        for column in encrypted_columns(Base.metadata):
            last = 0
            while values := self.keys.values(column, last, _BATCH, self.cipher.newest()):
                for one in values:
                    self._write(column, one)
                last = values[-1].id
        if self.texts is not None:
            self.done += self.texts.write_all(_BATCH)
        files = FileService(self.cipher.access.context).encrypt_book(self.cipher.access.book_id, self.cipher.newest())
        self.done += files.done
        self.kept |= files.kept
        last = 0
        tables = {*encrypted_fields(), *(() if self.texts is None else self.texts.fields)}
        while entries := self.keys.history(sorted(tables), last, _BATCH):
            self.keys.rewrite_history([found for one in entries if (found := self._history(one)) is not None])
            last = entries[-1].id

    def _write(self, column: Column[str], one: StoredValue) -> None:
        table, name = column.table.name, column.name
        value = self._anew(table, name, one.bound_to, one.value)
        if value is None:
            return
        values = {name: value}
        if f"{name}_index" in column.table.c:
            values[f"{name}_index"] = self.cipher.index(self.cipher.decrypt(table, name, one.bound_to, value))
        self.done += self.keys.replace(column, one, values)

    def _history(self, entry: StoredEntry) -> HistoryTexts | None:
        """New values of an entry of the history; None if none of its values is of an older key."""
        whole = {**(entry.before or {}), **(entry.after or {})}
        before, after = (self._texts(entry.table_name, part or {}, whole) for part in (entry.before, entry.after))
        return HistoryTexts(entry.id, before, after) if before or after else None

    def _texts(self, table: str, part: Mapping[str, object], whole: Mapping[str, object]) -> dict[str, object]:
        found = {} if self.texts is None else self.texts.part(table, part)
        for name, bound_to in encrypted_fields().get(table, {}).items():
            stored = part.get(name)
            if isinstance(stored, str) and bound_to in whole:
                value = self._anew(table, name, int(str(whole[bound_to])), stored)
                if value is not None:
                    found[name] = value
        return found

    def _anew(self, table: str, name: str, bound_to: int, stored: str) -> str | None:
        """The new value in place of a stored one; None if that is of the newest key, or can't be read."""
        key_id = key_of(stored)
        if key_id is not None and key_id == self.cipher.newest():
            return None
        place = (table, name, bound_to, stored)
        if place not in self._written:
            try:
                text = self.cipher.decrypt(table, name, bound_to, stored)
            except Unavailable:
                self.kept |= set() if key_id is None else {key_id}
                return None
            self._written[place] = self.cipher.encrypt(table, name, bound_to, text)
        return self._written[place]
