"""Handlers of the events of categories, payees and tags."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.personal.books.service import program_access
from app.suites.personal.categories.events import CategoryLeaving
from app.suites.personal.payees_rules.events import PayeeLeaving, TagRenamed
from app.suites.personal.recurring.service import RecurringService


def move_recurring(context: Context, event: CategoryLeaving) -> None:
    """Give another category, or none, to the recurring transactions of one that is being deleted."""
    access = program_access(context, event.book_id)
    RecurringService(access).move_category(event.category_id, event.move_to)


def move_payee(context: Context, event: PayeeLeaving) -> None:
    """Put the payee that another one becomes in its place."""
    RecurringService(program_access(context, event.book_id)).move_payee(event.payee_id, event.into)


def rename_tag(context: Context, event: TagRenamed) -> None:
    """Rename a tag in recurring transactions."""
    RecurringService(program_access(context, event.book_id)).rename_tag(event.name, event.new_name)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(CategoryLeaving, move_recurring),
    Subscription(PayeeLeaving, move_payee),
    Subscription(TagRenamed, rename_tag),
)
