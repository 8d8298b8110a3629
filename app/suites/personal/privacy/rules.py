"""Purposes for which what people enter is processed."""

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple


class Purpose(StrEnum):
    """Purpose of processing."""

    BOOKKEEPING = "bookkeeping"
    SECURITY = "security"
    INSIGHTS = "insights"
    EMAILS = "emails"


class Direction(StrEnum):
    """Whether a share was given, or is somebody else's."""

    GIVEN = "given"
    RECEIVED = "received"


class ArchiveState(StrEnum):
    """State of an archive."""

    WAITING = "waiting"
    READY = "ready"


ARCHIVE_KEPT = timedelta(days=7)
"""Time for which an archive can be downloaded."""
ARCHIVE_DUE = timedelta(days=1)
"""Time within which an archive is made; after it, another one can be requested."""


class Processing(NamedTuple):
    """Data that is processed for a purpose, on which ground, and for how long."""

    purpose: Purpose
    data: str
    ground: str
    kept: str
    needs_consent: bool


PROCESSING = (
    Processing(
        Purpose.BOOKKEEPING,
        "Books with accounts, categories, transactions, budgets, goals, recurring transactions, imports, files",
        "The contract with the user",
        "Until the user deletes it, or the days of an erasure are over",
        needs_consent=False,
    ),
    Processing(
        Purpose.SECURITY,
        "Sessions, addresses and programs of logins, failed logins, history of the books",
        "The legitimate interest in a safe account",
        "Sessions 30 days after their end, failed logins a day, the history as long as its book",
        needs_consent=False,
    ),
    Processing(
        Purpose.INSIGHTS,
        "Figures of the books from which insights and guesses of categories are made",
        "Consent",
        "As long as the book, or until the consent is taken back",
        needs_consent=True,
    ),
    Processing(
        Purpose.EMAILS,
        "The e-mail address, for notifications",
        "Consent",
        "Until the account is erased, or the consent is taken back",
        needs_consent=True,
    ),
)
CONSENT_NEEDED = tuple(one.purpose for one in PROCESSING if one.needs_consent)
