"""Which files are taken, and what they are called."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

LONGEST_NAME = 255
_OURS = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9a-f]{32}\.[a-z]+")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its type, and whether a browser may show it."""

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
    """The ending that a program would go by, in lower case."""
    return PurePosixPath(display_name(name)).suffix.lower()


def kind_for(ending: str) -> Kind | None:
    """Kind of content that a file of this ending must have; None if it is not allowed."""
    return KINDS.get(ending)


def shown_inline(content_type: str) -> bool:
    """Whether a browser may show it; the rest is downloaded."""
    return content_type in _SHOWN_INLINE


def is_ours(path: str) -> bool:
    """Whether we could have written it; whatever else lies in the store is not ours to remove."""
    return _OURS.fullmatch(path) is not None


def display_name(given: str) -> str:
    """The given name without its path, control characters and tricks of direction; for display only."""
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
