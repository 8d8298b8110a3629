"""Texts of books written anew: by their newest keys, or encrypted for the first time (ENCRYPT_TEXT)."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import cache, partial
from typing import Self

from sqlalchemy import Table

from app.infra.books import BookAccess
from app.infra.context import Context
from app.infra.db import Base, every_book
from app.infra.queries.stored_texts import StoredRow, StoredTexts, tables_of_texts
from app.infra.texts import BookTexts, Search, encrypted_texts, holds_texts, key_of_text, readable, search_of
from app.suites.personal.books.queries import BookKeyRepository, HistoryTexts, StoredEntry
from app.suites.personal.books.repository import PersonalBookRepository, books_by_text
from app.suites.personal.books.service.access import program_access

_ROWS = 2_000
_ENTRIES = 500
_SAMPLE = 20
"""Rows of a table that `flask verify` reads in each book."""
REQUEST_OF_TEXTS = "cli:encrypt-text"
"""Marks the changes of the rows in the history, which are none, and are taken out of it."""
Transactions = Callable[[], AbstractContextManager[Context]]
"""Opens a transaction of the owner of the tables, and commits it at its end."""


@cache
def _fields() -> Mapping[str, Mapping[str, Search | None]]:
    """Columns with texts by table, each with what its texts are found by."""
    return {
        table.name: {one.name: search_of(one) for one in table.columns if holds_texts(one)}
        for table in tables_of_texts(Base.metadata)
    }


class TextRewriting:
    """Writes the texts of one book anew by its newest key; a value that can't be read stays, and so does its key."""

    def __init__(self, access: BookAccess, texts: BookTexts, kept: set[int]) -> None:
        self.access = access
        self.texts = texts
        self.kept = kept
        """Keys of values that could not be read."""
        self.fields = _fields()
        self.done = 0
        self._newest = texts.key_id()
        self._keys = texts.key_ids()

    @classmethod
    def of(cls, access: BookAccess, kept: set[int] | None = None) -> Self | None:
        """The rewriting of a book; None if its texts are stored as they are."""
        texts = encrypted_texts(access.session)
        return None if texts is None else cls(access, texts, set() if kept is None else kept)

    def rows(self, table: Table, after: int, limit: int) -> int | None:
        """Write the next rows of a table anew; returns the id of the last of them, None if there is none."""
        stored = StoredTexts(self.access.session, self.access.book_id, table)
        found = stored.after(after, limit)
        fresh = [StoredRow(one.id, {**one.values, **self.part(table.name, one.values)}) for one in found]
        changed = [new for new, old in zip(fresh, found, strict=True) if new != old]
        refused = set(stored.replace(changed))
        self.done += len(changed) - len(refused)
        self.kept |= self._keys if refused else set()
        return found[-1].id if found else None

    def write_all(self, limit: int) -> int:
        """Write all rows anew, so many at a time; returns how many were of older keys."""
        for table in tables_of_texts(Base.metadata):
            last: int | None = 0
            while last is not None:
                last = self.rows(table, last, limit)
        return self.done

    def part(self, table: str, values: Mapping[str, object]) -> dict[str, object]:
        """Those of the values of a row that are to be replaced."""
        found = {}
        for name, search in self.fields.get(table, {}).items():
            stored = values.get(name)
            fresh = self._fresh(stored, search)
            if fresh != stored:
                found[name] = fresh
        return found

    def history(self, entry: StoredEntry) -> HistoryTexts | None:
        """New values of an entry of the history; None if there are none."""
        before, after = (self.part(entry.table_name, part or {}) for part in (entry.before, entry.after))
        return HistoryTexts(entry.id, before, after) if before or after else None

    def _fresh(self, stored: object, search: Search | None) -> object:
        if isinstance(stored, list):
            return [self._fresh(one, search) for one in stored]
        if isinstance(stored, dict):
            return {name: self._fresh(one, search) for name, one in stored.items()}
        if not isinstance(stored, str):
            return stored
        key_id = key_of_text(stored)
        if key_id == self._newest:
            return stored
        text = stored if key_id not in self._keys else self.texts.decrypt(stored)
        if key_id in self._keys and text == stored:
            self.kept.add(key_id)
            return stored
        return self.texts.encrypt(text, search)


def encrypt_texts(transactions: Transactions) -> int:
    """Encrypt the texts of all books, some rows at a time; returns how many rows. What was done before stays done."""
    with transactions() as context, every_book(context.session):
        book_ids = books_by_text(context.session)
    done = 0
    for book_id in book_ids:
        with transactions() as context:
            PersonalBookRepository(program_access(context, book_id)).encrypt_texts()
        for table in tables_of_texts(Base.metadata):
            done += _each(transactions, partial(_rows, table), book_id)
        _each(transactions, _history, book_id)
    return done


def _each(transactions: Transactions, step: Callable[[BookAccess, int], tuple[int | None, int]], book_id: int) -> int:
    """Do a step after the other, each in a transaction of its own, until there is nothing after the last."""
    last: int | None = 0
    done = 0
    while last is not None:
        with transactions() as context:
            last, count = step(program_access(context, book_id), last)
            done += count
    return done


def _rows(table: Table, access: BookAccess, last: int) -> tuple[int | None, int]:
    rewriting = _rewriting(access)
    keys = BookKeyRepository(access)
    newest = keys.last_entry()
    after = rewriting.rows(table, last, _ROWS)
    keys.forget_entries(newest, REQUEST_OF_TEXTS)
    return after, rewriting.done


def _history(access: BookAccess, last: int) -> tuple[int | None, int]:
    rewriting, keys = _rewriting(access), BookKeyRepository(access)
    entries = keys.history(sorted(_fields()), last, _ENTRIES)
    keys.rewrite_history([found for one in entries if (found := rewriting.history(one)) is not None])
    return (entries[-1].id if entries else None), len(entries)


def _rewriting(access: BookAccess) -> TextRewriting:
    found = TextRewriting.of(access)
    if found is None:
        raise AssertionError("the book was marked as one with encrypted texts")
    return found


def broken_texts(context: Context) -> list[str]:
    """Problems of books whose texts are encrypted: texts that are not, and the first that can't be read."""
    with every_book(context.session):
        book_ids = books_by_text(context.session, encrypted=True)
    problems: list[str] = []
    for book_id in book_ids:
        access = program_access(context, book_id)
        for table in tables_of_texts(Base.metadata):
            stored = StoredTexts(access.session, book_id, table)
            plain = stored.first_plain()
            problems += [] if plain is None else [f"{table.name} {plain}: a text is not encrypted"]
            read = _rewriting(access).texts
            broken = [one.id for one in stored.after(0, _SAMPLE) if _has_values(readable(dict(one.values), read))]
            problems += [f"{table.name} {row_id}: a text can't be decrypted" for row_id in broken]
    return problems


def _has_values(read: object) -> bool:
    """Whether there are still encrypted texts in what was read."""
    if isinstance(read, list | dict):
        return any(map(_has_values, read.values() if isinstance(read, dict) else read))
    return isinstance(read, str) and key_of_text(read) is not None


def unready(context: Context) -> list[str]:
    """Reasons for which the program may not start with this database: books of the other mode than the setting."""
    is_on = context.settings.encrypt_text
    with every_book(context.session):
        others = len(books_by_text(context.session, encrypted=not is_on))
    if not others:
        return []
    if is_on:
        return [f"ENCRYPT_TEXT is on, and the texts of {others} books are not encrypted: flask personal encrypt-text"]
    return [f"ENCRYPT_TEXT is off, and the texts of {others} books are encrypted: set it to true"]
