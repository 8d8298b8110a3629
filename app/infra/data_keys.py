"""Encryption of what people keep in their books: each book has a data key, which master keys wrap (DATA_KEYS).

AES-256-GCM. A value is bound to its table, column, row and book, so that it can't be moved to another place.
"""

import hmac
import os
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Column, MetaData

from app.kernel.errors import Unavailable

ENCRYPTED = "encrypted"
"""Mark of columns with encrypted values; it names the column of the row's id in what a value is bound to."""
_PREFIX = "enc:1:"
_NONCE = 12
ADDED = _NONCE + 16
"""Bytes that encryption adds: the nonce and the tag."""
_KEY = 32


def random_master_key() -> str:
    """New DATA_KEYS."""
    return f"k1:{b64encode(os.urandom(_KEY), b'-_').decode()}"


def random_data_key() -> bytes:
    """A new data key of a book."""
    return os.urandom(_KEY)


def unreadable() -> Unavailable:
    """The refusal where a value can't be decrypted."""
    return Unavailable("A stored value can't be read; tell the operator.", code="secret_unreadable")


class MasterKeys:
    """Wraps data keys of books by the first key, and unwraps those of any key."""

    def __init__(self, keys: Sequence[str]) -> None:
        parts = (key.partition(":") for key in keys)
        self._ciphers = {key_id: AESGCM(urlsafe_b64decode(key)) for key_id, _, key in parts}
        self._first = next(iter(self._ciphers))

    def wrap(self, key: bytes, book_id: int) -> str:
        """The data key of a book, to be stored."""
        return f"{self._first}:{_sealed(self._ciphers[self._first], key, f'book_keys:{book_id}')}"

    def unwrap(self, wrapped: str, book_id: int) -> bytes:
        """The data key of a book; Unavailable if no key fits."""
        key_id, _, value = wrapped.partition(":")
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise unreadable()
        return _opened(cipher, value, f"book_keys:{book_id}")

    def is_current(self, wrapped: str) -> bool:
        """Whether the first key wrapped it."""
        return wrapped.partition(":")[0] == self._first


class Place(NamedTuple):
    """The place that a value is bound to."""

    table: str
    column: str
    row_id: int
    book_id: int

    def bound(self) -> str:
        """Text of the place."""
        return f"{self.table}:{self.column}:{self.row_id}:{self.book_id}"


class DataKey:
    """Data key of a book."""

    def __init__(self, key_id: int, key: bytes) -> None:
        self.key_id = key_id
        self._key = key
        self._cipher = AESGCM(key)

    def encrypt(self, place: Place, text: str) -> str:
        """The text, encrypted for its place."""
        return f"{_PREFIX}{self.key_id}:{_sealed(self._cipher, text.encode(), place.bound())}"

    def decrypt(self, place: Place, value: str) -> str:
        """The text of a value of this key; Unavailable if it was changed, or is of another place."""
        return _opened(self._cipher, value.rpartition(":")[2], place.bound()).decode()

    def encrypt_bytes(self, bound: str, content: bytes) -> bytes:
        """The bytes, encrypted for the place with this text."""
        return _encrypted(self._cipher, content, bound)

    def decrypt_bytes(self, bound: str, stored: bytes) -> bytes:
        """The bytes; Unavailable if they were changed, or are of another place."""
        return _decrypted(self._cipher, stored, bound)

    def derive(self, purpose: str, length: int) -> bytes:
        """A key of so many bytes for a purpose of its own."""
        return HKDF(SHA256(), length, salt=None, info=purpose.encode()).derive(self._key)

    def index(self, text: str) -> str:
        """Blind index of a text: the same text has the same one, which tells nothing of it without the key."""
        return hmac.new(self._key, f"index:{text}".encode(), sha256).hexdigest()


def key_of(value: str) -> int | None:
    """Id of the data key that encrypted a value; None for a text that was stored before there were keys."""
    if not value.startswith(_PREFIX):
        return None
    return int(value.removeprefix(_PREFIX).partition(":")[0])


def stored_by(key_id: int | None) -> str:
    """Beginning of the values of a key; of none is that of no value."""
    return f"{_PREFIX}{key_id or 0}:"


def encrypted_columns(metadata: MetaData) -> list[Column[str]]:
    """Columns of encrypted values."""
    return [column for table in metadata.sorted_tables for column in table.columns if ENCRYPTED in column.info]


def _encrypted(cipher: AESGCM, content: bytes, bound: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, content, bound.encode())


def _decrypted(cipher: AESGCM, stored: bytes, bound: str) -> bytes:
    try:
        return cipher.decrypt(stored[:_NONCE], stored[_NONCE:], bound.encode())
    except (InvalidTag, ValueError):
        raise unreadable() from None


def _sealed(cipher: AESGCM, content: bytes, bound: str) -> str:
    return b64encode(_encrypted(cipher, content, bound)).decode()


def _opened(cipher: AESGCM, value: str, bound: str) -> bytes:
    try:
        stored = b64decode(value, validate=True)
    except ValueError:
        raise unreadable() from None
    return _decrypted(cipher, stored, bound)
