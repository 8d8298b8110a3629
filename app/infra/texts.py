"""Texts of people's books that are encrypted where ENCRYPT_TEXT is on: descriptions, payees, and all that repeats them.

Columns of the types below hold texts as they are, or encrypted for their book; the book that is worked in decides. The
same text of a book is always encrypted alike (AES-SIV), so that the database compares and groups values, and a change
to the same text is none. Beside it a value has keyed hashes, of its words or of its name, by which it is found.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from hashlib import sha256
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import CheckConstraint, Column, Dialect, Text, event
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.types import TypeDecorator

from app.infra.data_keys import DataKey
from app.kernel.errors import Unavailable

PREFIX = "enc:2:"
"""Beginning of values: `enc:2:KEY:HASHES:TEXT`, the hashes separated by dots."""
MOST_HASHES = 500
_PARTS = 5
_HASH = 9
"""Bytes of a hash: few, as only values of one book are compared."""
_TEXTS = "texts"

Search = Callable[[str], Iterable[str]]
"""Finds in a text what it is found by: words, or a name as names are compared."""


class BookKeys(Protocol):
    """Data keys of one book."""

    def writing_key(self) -> DataKey:
        """The key that encrypts, which is not deleted until the end of the transaction."""
        ...

    def key(self, key_id: int) -> DataKey:
        """The key with this id; Unavailable if it is not there."""
        ...

    def all_keys(self) -> Sequence[DataKey]:
        """All keys of the book."""
        ...


class TextKey:
    """Encrypts texts of a book by one of its data keys."""

    def __init__(self, key: DataKey, book_id: int) -> None:
        self._start = f"{PREFIX}{key.key_id}:"
        self._bound = [f"texts:{book_id}".encode()]
        self._cipher = AESSIV(key.derive("texts", 64))
        self._hash_key = key.derive("words", 32)

    def encrypt(self, text: str, search: Search | None = None) -> str:
        """The text, encrypted, with the hashes of what it is found by."""
        found = () if search is None else sorted({*search(text)})[:MOST_HASHES]
        sealed = urlsafe_b64encode(self._cipher.encrypt(text.encode(), self._bound)).decode()
        return f"{self._start}{'.'.join(map(self.hash, found))}:{sealed}"

    def decrypt(self, value: str) -> str:
        """The text of a value of this key; a value of another book, or no value at all, stays as it is."""
        try:
            return self._cipher.decrypt(urlsafe_b64decode(value.rpartition(":")[2]), self._bound).decode()
        except (InvalidTag, ValueError):
            return value

    def hash(self, word: str) -> str:
        """Keyed hash of a word."""
        digest = hmac.new(self._hash_key, word.encode(), sha256).digest()[:_HASH]
        return urlsafe_b64encode(digest).decode()


def key_of_text(value: str) -> int | None:
    """Id of the key that encrypted a text; None for a text that is stored as it is."""
    parts = value.split(":")
    is_value = value.startswith(PREFIX) and len(parts) == _PARTS and parts[2].isdecimal()
    return int(parts[2]) if is_value else None


class BookTexts:
    """Texts of the books that a session has worked in: those of the last one are written, those of all are read."""

    def __init__(self) -> None:
        self._books: dict[int, Callable[[], BookKeys] | None] = {}
        self._opened: dict[int, BookKeys] = {}
        self._keys: dict[int, TextKey] = {}
        self._writing: dict[int, TextKey] = {}
        self._is_opening = False
        self.book_id = 0

    @property
    def is_encrypting(self) -> bool:
        """Whether texts of the book that is worked in are encrypted."""
        return self._books.get(self.book_id) is not None

    def add(self, book_id: int, keys: Callable[[], BookKeys] | None) -> None:
        """Work in a book; without keys its texts are stored as they are."""
        self._books[book_id] = keys
        self._opened.pop(book_id, None)
        self._writing.pop(book_id, None)
        self.book_id = book_id

    def write_in(self, book_id: int) -> None:
        """Write in a book from now on, with the key that it has now: inside of a flush none could be read."""
        self.book_id = book_id
        if self.is_encrypting and not self._is_opening:
            self._is_opening = True
            try:
                self._writer()
            finally:
                self._is_opening = False

    def forget(self) -> None:
        """Read keys again, after the end of a transaction."""
        self._opened.clear()
        self._keys.clear()
        self._writing.clear()

    def encrypt(self, text: str, search: Search | None = None) -> str:
        """The text, encrypted for the book that is worked in."""
        return self._writer().encrypt(text, search) if self.is_encrypting else text

    def decrypt(self, value: str) -> str:
        """The text of a value; one whose key is not there stays as it is."""
        key = self._reader(value)
        return value if key is None else key.decrypt(value)

    def hashes(self, word: str) -> list[str]:
        """Hashes under which a word of the book may be stored, one of each key."""
        return [TextKey(key, self.book_id).hash(word) for key in self._keys_of(self.book_id).all_keys()]

    def key_id(self) -> int:
        """Id of the key that encrypts."""
        return self._keys_of(self.book_id).writing_key().key_id

    def key_ids(self) -> frozenset[int]:
        """Ids of all keys of the book that is worked in."""
        return frozenset(one.key_id for one in self._keys_of(self.book_id).all_keys())

    def _writer(self) -> TextKey:
        if self.book_id not in self._writing:
            self._writing[self.book_id] = TextKey(self._keys_of(self.book_id).writing_key(), self.book_id)
        return self._writing[self.book_id]

    def _reader(self, value: str) -> TextKey | None:
        key_id = key_of_text(value)
        if key_id is not None and key_id not in self._keys:
            encrypted = (one for one, keys in self._books.items() if keys is not None)
            for book_id in sorted(encrypted, key=lambda one: one != self.book_id):
                with suppress(Unavailable):
                    self._keys[key_id] = TextKey(self._keys_of(book_id).key(key_id), book_id)
                    break
        return None if key_id is None else self._keys.get(key_id)

    def _keys_of(self, book_id: int) -> BookKeys:
        if book_id not in self._opened:
            keys = self._books[book_id]
            if keys is None:
                raise AssertionError("texts of the book are not encrypted")
            self._opened[book_id] = keys()
        return self._opened[book_id]


_current: ContextVar[BookTexts | None] = ContextVar("texts", default=None)


def work_in_texts(session: Session, book_id: int, keys: Callable[[], BookKeys] | None) -> None:
    """Work with the texts of a book from now on, which are encrypted by its keys, or stored as they are without any."""
    found = texts_of(session)
    if found is None and keys is not None:
        found = session.info[_TEXTS] = BookTexts()
    if found is not None:
        found.add(book_id, keys)
    _current.set(found)


def write_texts_in(session: Session, book_id: int) -> None:
    """Encrypt what is written from now on for this book, if texts are encrypted."""
    found = texts_of(session)
    if found is not None:
        found.write_in(book_id)


def texts_of(session: Session) -> BookTexts | None:
    """Texts of the books that a session has worked in; None where those of all are stored as they are."""
    found: BookTexts | None = session.info.get(_TEXTS)
    return found


def encrypted_texts(session: Session) -> BookTexts | None:
    """Texts of the book that is worked in; None where they are stored as they are."""
    found = texts_of(session)
    return found if found is not None and found.is_encrypting else None


def stored_text(text: str, search: Search | None = None) -> str:
    """The text as it is stored in the book that is worked in."""
    texts = _current.get()
    return text if texts is None else texts.encrypt(text, search)


def stored_texts(values: list[Any], search: Search | None) -> list[Any]:
    """Texts, or lists of texts, as they are stored in the book that is worked in."""
    texts = _current.get()
    return values if texts is None else stored_leaves(values, partial(texts.encrypt, search=search))


def readable(value: Any, texts: BookTexts) -> Any:
    """The value with its texts, also inside of lists and objects."""
    if isinstance(value, str):
        return texts.decrypt(value) if value.startswith(PREFIX) else value
    if isinstance(value, list):
        return [readable(one, texts) for one in value]
    if isinstance(value, dict):
        return {name: readable(one, texts) for name, one in value.items()}
    return value


def readable_rows(session: Session, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """The rows with their texts; they are the same where texts are stored as they are."""
    texts = texts_of(session)
    return rows if texts is None else [tuple(readable(cell, texts) for cell in row) for row in rows]


def stored_leaves(value: Any, encrypt: Callable[[str], str]) -> Any:
    """JSON with its texts as they are stored."""
    if isinstance(value, str):
        return encrypt(value)
    if isinstance(value, list):
        return [stored_leaves(one, encrypt) for one in value]
    if isinstance(value, dict):
        return {name: stored_leaves(one, encrypt) for name, one in value.items()}
    return value


def stored_json(value: Any, column: Column[Any]) -> Any:
    """JSON of a column as it is stored there."""
    return stored_leaves(value, stored_text) if isinstance(column.type, BookJSON) else value


class BookText(TypeDecorator[str]):
    """Text of a book; `longest` are the characters of the text itself."""

    impl = Text
    cache_ok = True

    def __init__(self, longest: int = 0, search: Search | None = None) -> None:
        super().__init__()
        self.longest = longest
        self.search = search

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as it is stored."""
        return None if value is None else stored_text(value, self.search)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The text of what is stored."""
        texts = _current.get()
        found: str | None = value if texts is None else readable(value, texts)
        return found


class BookJSON(TypeDecorator[Any]):
    """JSON of a book, whose texts are stored as those of `BookText`."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The JSON as it is stored."""
        return value if _current.get() is None else stored_leaves(value, stored_text)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The JSON of what is stored."""
        texts = _current.get()
        return value if texts is None else readable(value, texts)


def at_most_unless_encrypted(column: str, longest: int) -> CheckConstraint:
    """CHECK of the characters of a text that is stored as it is."""
    condition = f"char_length({column}) <= {longest} OR starts_with({column}, '{PREFIX}')"
    return CheckConstraint(condition, name=f"{column}_size")


def holds_texts(column: Column[Any]) -> bool:
    """Whether a column has texts that may be encrypted."""
    kind = column.type.item_type if isinstance(column.type, ARRAY) else column.type
    return isinstance(kind, BookText | BookJSON)


def search_of(column: Column[Any]) -> Search | None:
    """The way in which texts of a column are found; None if they are not."""
    return column.type.search if isinstance(column.type, BookText) else None


def _committed(session: Session) -> None:
    if not session.in_nested_transaction() and (found := texts_of(session)) is not None:
        found.forget()


def _rolled_back(session: Session, _previous: SessionTransaction) -> None:
    if (found := texts_of(session)) is not None:
        found.forget()


event.listen(Session, "after_commit", _committed)
event.listen(Session, "after_soft_rollback", _rolled_back)
