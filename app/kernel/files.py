"""Files as plain values: as they are sent, and as they may be stored."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as a caller sent it, unchecked. `part` is its name in the form, for messages."""

    part: str
    name: str
    content: IO[bytes]


@dataclass(frozen=True, slots=True)
class JudgedFile:
    """A file that may be stored: its name, size and content were checked. Only a file judge makes one."""

    part: str
    name: str
    content: IO[bytes]
    content_type: str
    size: int
    sha256: str


def size_and_sha256(pieces: Iterable[bytes]) -> tuple[int, str]:
    """Size and SHA-256 digest (in hexadecimal) of a content that is read in pieces."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()
