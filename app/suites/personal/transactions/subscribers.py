"""Handlers of the events of books and categories."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.personal.books.events import BookKeysRenewed
from app.suites.personal.books.service import program_access
from app.suites.personal.categories.events import CategoryLeaving
from app.suites.personal.transactions.service import BulkService, NoteIndex


def move_transactions(context: Context, event: CategoryLeaving) -> None:
    """Give another category, or none, the transactions of one that is being deleted."""
    access = program_access(context, event.book_id)
    BulkService(access).move_category(event.category_id, event.move_to)


def index_notes(context: Context, event: BookKeysRenewed) -> None:
    """Index the notes of a book by its new key."""
    NoteIndex(program_access(context, event.book_id)).rebuild()


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(CategoryLeaving, move_transactions),
    Subscription(BookKeysRenewed, index_notes),
)
