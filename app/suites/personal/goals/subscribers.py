"""Handlers of the events of categories and transactions."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.personal.books.service import program_access
from app.suites.personal.categories.events import CategoryLeaving
from app.suites.personal.goals.service import GoalService, judge_after
from app.suites.personal.transactions.events import TransactionsChanged


def move_goals(context: Context, event: CategoryLeaving) -> None:
    """Let goals that follow a category that is being deleted follow another one."""
    GoalService(program_access(context, event.book_id)).move_category(event.category_id, event.move_to)


def judge_goals(context: Context, event: TransactionsChanged) -> None:
    """Record the milestones that goals reach by the transactions of accounts and categories."""
    judge_after(context, event.book_id)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(CategoryLeaving, move_goals),
    Subscription(TransactionsChanged, judge_goals),
)
