"""Handlers of the events of books, categories and transactions."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.personal.books.service import program_access
from app.suites.personal.budgets.service import BudgetService, judge_after
from app.suites.personal.categories.events import CategoryLeaving
from app.suites.personal.transactions.events import TransactionsChanged


def judge_budgets(context: Context, event: TransactionsChanged) -> None:
    """Send the alerts that a change has crossed."""
    judge_after(context, event.book_id, event.day)


def move_category(context: Context, event: CategoryLeaving) -> None:
    """Give another category, or none, what is of one that is being deleted."""
    access = program_access(context, event.book_id)
    BudgetService(access).move_category(event.category_id, event.move_to)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(TransactionsChanged, judge_budgets),
    Subscription(CategoryLeaving, move_category),
)
