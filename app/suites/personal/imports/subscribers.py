"""Handlers of the events of recurring transactions."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.personal.books.service import program_access
from app.suites.personal.imports.service import BroughtOccurrences
from app.suites.personal.recurring.events import OccurrencesDue


def take_brought(context: Context, event: OccurrencesDue) -> None:
    """Let entries that statements brought before be the occurrences that are about to be entered."""
    BroughtOccurrences(program_access(context, event.book_id)).take(event.movements)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (Subscription(OccurrencesDue, take_brought),)
