"""Rows of statements, and the keys by which one is known again."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.suites.personal.payees_rules.rules.words import plain_amount

PLAIN_VERSION, KEY_VERSION = "v1", "v2"
"""Versions of content keys, the newest last. A new one must be computed beside them: stored keys stay comparable."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a file."""

    number: int
    day: date
    amount: Decimal
    currency: str
    text: str
    """All text of the row, as the bank wrote it."""
    payee: str = ""
    fitid: str = ""
    is_pending: bool = False


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A row that an earlier file brought; what became of its entry does not matter."""

    id: int
    day: date
    amount: Decimal
    fitid: str
    content_key: str
    is_pending: bool = False


class ImportLineState(StrEnum):
    """Verdict on a row of a file."""

    NEW = "new"
    DUPLICATE = "duplicate"
    REPLACES = "replaces"
    """A pending row is there, which the bank has booked now."""
    MATCH = "match"
    """Confirmation of an entry that somebody made."""
    POSSIBLE = "possible"
    """Perhaps an entry that somebody made."""
    SKIPPED = "skipped"
    """Left out by a person."""


FITID_REUSED = "fitid_reused"
"""Note of a row whose id stands at another one as well."""
SCHEDULED = "scheduled"
"""Note of a row that is an occurrence of a recurring transaction which was not entered yet."""
JUDGED_NOTES = frozenset({FITID_REUSED, SCHEDULED})
"""Notes that depend on what the book has already."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A row, and the row or entry that it is."""

    number: int
    state: ImportLineState
    known_id: int | None = None
    """The row that is there already."""
    entry_id: int | None = None
    """The entry that it confirms, or may confirm."""
    score: int | None = None
    notes: tuple[str, ...] = ()


def normalised(text: str) -> str:
    """The text as keys have it: nothing is left out but case and blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def plain_content_key(account_id: int, line: Line) -> str:
    """Key of all that a row says, as the first version stored it: who guesses the row can compute it."""
    parts = (str(account_id), line.day.isoformat(), plain_amount(line.amount), line.currency, normalised(line.text))
    body = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return f"{PLAIN_VERSION}:{hashlib.sha256(body).hexdigest()}"


def content_key(index: str) -> str:
    """Key of a row by the blind index of its plain key: nobody computes it without the key of the book."""
    return f"{KEY_VERSION}:{index}"
