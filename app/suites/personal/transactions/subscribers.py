"""Handlers of the events of categories."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.personal.books.service import program_access
from app.suites.personal.categories.events import CategoryLeaving
from app.suites.personal.transactions.service import BulkService


def move_transactions(context: Context, event: CategoryLeaving) -> None:
    """Give another category, or none, the transactions of one that is being deleted."""
    access = program_access(context, event.book_id)
    BulkService(access).move_category(event.category_id, event.move_to)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (Subscription(CategoryLeaving, move_transactions),)
