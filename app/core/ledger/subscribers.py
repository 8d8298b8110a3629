"""Handlers of the events of periods."""

from typing import Any

from app.core.ledger.service import PostingService
from app.core.periods.events import Finding, PeriodClosing, Severity
from app.infra.context import Context, Subscription


def find_unnumbered(context: Context, event: PeriodClosing) -> None:
    """Warn of entries that belong to a journal and have no number in it."""
    waiting = PostingService(context).count_unnumbered(event.book_id, event.month)
    if waiting:
        message = f"{waiting} entries of {event.month} have no number in their journal."
        event.findings.append(Finding(Severity.WARNING, "entries_not_numbered", message))


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (Subscription(PeriodClosing, find_unnumbered),)
