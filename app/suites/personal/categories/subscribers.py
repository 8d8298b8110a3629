"""Handlers of the events of books."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.personal.books.events import BookOpened
from app.suites.personal.books.service import program_access
from app.suites.personal.categories.service import CategoryService


def open_categories(context: Context, event: BookOpened) -> None:
    """Open the accounts of a new book for what has no category and, with defaults, make its categories."""
    service = CategoryService(program_access(context, event.book_id))
    service.open_uncategorised()
    if event.with_defaults:
        service.create_defaults()


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (Subscription(BookOpened, open_categories),)
