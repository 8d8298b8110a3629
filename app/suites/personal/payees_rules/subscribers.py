"""Handlers of the events of categories and transactions."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.personal.books.service import program_access
from app.suites.personal.categories.events import CategoryLeaving
from app.suites.personal.payees_rules.events import PayeeLeaving
from app.suites.personal.payees_rules.service import LearningService, PayeeService
from app.suites.personal.transactions.events import ChoicesChanged


def learn(context: Context, event: ChoicesChanged) -> None:
    """Count the choices that people made, in the same transaction."""
    LearningService(program_access(context, event.book_id)).change(event.made, event.undone)


def move_category(context: Context, event: CategoryLeaving) -> None:
    """Give another category, or none, to payees and to what was learned of one that is being deleted."""
    access = program_access(context, event.book_id)
    PayeeService(access).move_category(event.category_id, event.move_to)
    LearningService(access).move_category(event.category_id, event.move_to)


def rename_learned(context: Context, event: PayeeLeaving) -> None:
    """Count what was learned of a payee for the one that it becomes."""
    LearningService(program_access(context, event.book_id)).rename_payee(event.name, event.new_name)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(ChoicesChanged, learn),
    Subscription(CategoryLeaving, move_category),
    Subscription(PayeeLeaving, rename_learned),
)
