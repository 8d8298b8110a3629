"""Files as plain values: as they are sent, and as they may be stored."""

from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True)
class GivenFile:
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
