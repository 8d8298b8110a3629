"""A file as a caller gave it, as a plain value."""

from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True)
class GivenFile:
    """Nothing of it is to be believed. `part` is what it was called in the form, for messages."""

    part: str
    name: str
    content: IO[bytes]
