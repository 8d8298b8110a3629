"""Contents of files that are encrypted in segments, so that a range is read without the rest.

Each segment is bound to the file's path, book and size and to its own number: none can be moved, left out or added.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from math import ceil
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple, Protocol

from app.infra.data_keys import ADDED, DataKey
from app.kernel.errors import Unavailable
from app.kernel.files import size_and_sha256

SEGMENT = 64 * 1024
"""Bytes of a segment before it is encrypted; the last one has fewer."""
_STORED = SEGMENT + ADDED
_IN_MEMORY = 1024 * 1024
_PIECE = 256 * 1024
Read = Callable[[int, int], Iterator[bytes]]
"""Reads so many bytes of the stored content from a place on."""


class FileKeys(Protocol):
    """The keys of a book, for contents of its files."""

    def writing_key(self) -> DataKey:
        """The key that encrypts."""

    def key(self, key_id: int) -> DataKey:
        """The key with this id; Unavailable if it is not there."""


class Sealed(NamedTuple):
    """An encrypted content, as it is to be stored."""

    content: IO[bytes]
    sha256: str


class SegmentCipher:
    """Encrypts and decrypts the content of one file."""

    def __init__(self, key: DataKey, *, path: str, book_id: int, size: int) -> None:
        self.key = key
        self.size = size
        self._place = f"stored_files:content:{path}:{book_id}:{size}"

    def encrypted(self, content: IO[bytes], resources: ExitStack) -> Sealed:
        """The whole content encrypted, in a temporary file that the resources close."""
        stored: IO[bytes] = resources.enter_context(temporary())
        for number in range(_segments(self.size)):
            stored.write(self.key.encrypt_bytes(self._bound(number), content.read(SEGMENT)))
        stored.seek(0)
        _, digest = size_and_sha256(iter(lambda: stored.read(_PIECE), b""))
        stored.seek(0)
        return Sealed(stored, digest)

    def decrypted(self, read: Read, start: int, length: int) -> "DecryptedRange":
        """A range of the content."""
        end = min(start + length, self.size)
        if start >= end:
            return DecryptedRange(self, iter(()), 0, 0, 0)
        first, last = start // SEGMENT, (end - 1) // SEGMENT
        stored = read(first * _STORED, min((last + 1) * _STORED, stored_size(self.size)) - first * _STORED)
        return DecryptedRange(self, stored, first, start - first * SEGMENT, end - start)

    def open(self, number: int, stored: bytes) -> bytes:
        """A segment; Unavailable if it was changed, or is of another place."""
        return self.key.decrypt_bytes(self._bound(number), stored)

    def _bound(self, number: int) -> str:
        return f"{self._place}:{number}"


class DecryptedRange:
    """The bytes of a range, a segment at a time; the server closes it when the client is gone."""

    def __init__(self, cipher: SegmentCipher, stored: Iterator[bytes], number: int, skipped: int, length: int) -> None:
        self.cipher = cipher
        self.stored = stored
        self.number = number
        self.skipped = skipped
        self.left = length
        self._read = b""

    def __iter__(self) -> "DecryptedRange":
        return self

    def __next__(self) -> bytes:
        if self.left <= 0:
            self.close()
            raise StopIteration
        try:
            segment = self.cipher.open(self.number, self._segment())
        except Unavailable:
            self.close()
            raise
        found = segment[self.skipped : self.skipped + self.left]
        self.number, self.skipped, self.left = self.number + 1, 0, self.left - len(found)
        return found

    def close(self) -> None:
        """Close the stored content."""
        self.left = 0
        close = getattr(self.stored, "close", None)
        if close is not None:
            close()

    def _segment(self) -> bytes:
        while len(self._read) < _STORED and (piece := next(self.stored, b"")):
            self._read += piece
        segment, self._read = self._read[:_STORED], self._read[_STORED:]
        return segment


def temporary() -> IO[bytes]:
    """A temporary file, in memory as long as it is small."""
    return SpooledTemporaryFile(_IN_MEMORY)


def stored_size(size: int) -> int:
    """Bytes of an encrypted content of a size."""
    return size + _segments(size) * ADDED


def _segments(size: int) -> int:
    return ceil(size / SEGMENT)
