"""Handlers of the events of recurring transactions and of keys of books."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.personal.books.events import BookKeysRenewed
from app.suites.personal.books.service import program_access
from app.suites.personal.imports.service import BroughtOccurrences, KnownNumbers
from app.suites.personal.recurring.events import OccurrencesDue


def take_brought(context: Context, event: OccurrencesDue) -> None:
    """Let entries that statements brought before be the occurrences that are about to be entered."""
    BroughtOccurrences(program_access(context, event.book_id)).take(event.movements)


def renew_numbers(context: Context, event: BookKeysRenewed) -> None:
    """Store the numbers of accounts that files had under keys by the new key of the book."""
    KnownNumbers(program_access(context, event.book_id)).renew()


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(OccurrencesDue, take_brought),
    Subscription(BookKeysRenewed, renew_numbers),
)
