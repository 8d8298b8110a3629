"""Uploaded files as plain values, before and after their check."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from app.kernel.errors import Invalid

UNKNOWN_PATH = "No file was uploaded under this path."
UNKNOWN_RECEIPT = Invalid.field("receipt_path", UNKNOWN_PATH)


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it was sent, unchecked. `part` is its name in the form, for messages."""

    part: str
    name: str
    content: IO[bytes]


@dataclass(frozen=True, slots=True)
class JudgedFile:
    """A file whose name, size and content were checked, so that it may be stored. Only a file judge creates one."""

    part: str
    name: str
    content: IO[bytes]
    content_type: str
    size: int
    sha256: str


def size_and_sha256(pieces: Iterable[bytes]) -> tuple[int, str]:
    """Size and hexadecimal SHA-256 digest of a content that is read in chunks."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()
