"""Handlers of the events of recurring transactions and of keys of books."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.personal.books.events import BookKeysRenewed
from app.suites.personal.books.service import program_access
from app.suites.personal.imports.service import BroughtOccurrences, ContentKeys, KnownNumbers
from app.suites.personal.recurring.events import OccurrencesDue


def take_brought(context: Context, event: OccurrencesDue) -> None:
    """Let entries that statements brought before be the occurrences that are about to be entered."""
    BroughtOccurrences(program_access(context, event.book_id)).take(event.movements)


def renew_keys(context: Context, event: BookKeysRenewed) -> None:
    """Store the rows of files, and the numbers of accounts that they had, under keys by the new key of the book."""
    access = program_access(context, event.book_id)
    KnownNumbers(access).renew()
    ContentKeys(access).renew()


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(OccurrencesDue, take_brought),
    Subscription(BookKeysRenewed, renew_keys),
)
