"""Accepted types and names of files."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

LONGEST_NAME = 255
NO_FILE = "There is no such file."
"""Answer for a file that does not exist, and for one that the caller may not read."""
_OURS = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9a-f]{32}\.[a-z]+")


@dataclass(frozen=True, slots=True)
class Kind:
    """Kind of a file: its media type, and whether a browser may show it."""

    content_type: str
    inline: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: dict[str, Kind] = {
    ".pdf": Kind("application/pdf", inline=True),
    ".png": Kind("image/png", inline=True),
    ".jpg": Kind("image/jpeg", inline=True),
    ".jpeg": Kind("image/jpeg", inline=True),
    ".webp": Kind("image/webp", inline=True),
    ".xml": Kind("application/xml"),
    ".csv": Kind("text/csv"),
    ".txt": Kind("text/plain"),
    ".docx": Kind(f"{_OFFICE}.wordprocessingml.document"),
    ".xlsx": Kind(f"{_OFFICE}.spreadsheetml.sheet"),
}
_SHOWN_INLINE = frozenset(kind.content_type for kind in KINDS.values() if kind.inline)


def ending_of(name: str) -> str:
    """Extension in lower case."""
    return PurePosixPath(display_name(name)).suffix.lower()


def kind_for(ending: str) -> Kind | None:
    """Kind of a file with this extension; None if it is not accepted."""
    return KINDS.get(ending)


def shown_inline(content_type: str) -> bool:
    """Whether a browser may show the file; others are downloaded."""
    return content_type in _SHOWN_INLINE


def is_ours(path: str) -> bool:
    """Whether the path has the form of stored files; others in the store are never deleted."""
    return _OURS.fullmatch(path) is not None


def display_name(given: str) -> str:
    """Name without path, control characters and direction marks; for display only."""
    base = re.split(r"[/\\]", given)[-1]
    plain = "".join(letter for letter in base if unicodedata.category(letter)[0] != "C")
    return plain.strip().strip(".") or "file"


def name_problem(given: str) -> str | None:
    """Reason why the name of an upload is refused, or None."""
    if len(given) > LONGEST_NAME:
        return f"The file's name has more than {LONGEST_NAME} characters."
    if "\x00" in given:
        return "The file's name is not plain text."
    return None
