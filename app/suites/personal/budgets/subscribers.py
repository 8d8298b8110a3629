"""Handlers of the events of books, categories and transactions."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.personal.books.events import BookOpened
from app.suites.personal.books.service import PreferencesService, program_access
from app.suites.personal.budgets.rules.limits import BudgetPeriod
from app.suites.personal.budgets.service import (
    BudgetService,
    EnvelopeService,
    TargetService,
    TemplateService,
    judge_after,
)
from app.suites.personal.categories.events import CategoryLeaving
from app.suites.personal.payees_rules.events import TagRenamed
from app.suites.personal.transactions.events import TransactionsChanged

FIRST_BUDGET = "Monthly spending"


def open_budget(context: Context, event: BookOpened) -> None:
    """Make a budget of all expenses in a new book with defaults, if its owner has told their monthly income."""
    if not event.with_defaults or event.user_id is None:
        return
    preferred = PreferencesService(context).get(event.user_id)
    if preferred.monthly_income and preferred.currency is event.settings.currency:
        service = BudgetService(program_access(context, event.book_id))
        service.create(name=FIRST_BUDGET, amount=preferred.monthly_income, period=BudgetPeriod.MONTHLY)


def judge_budgets(context: Context, event: TransactionsChanged) -> None:
    """Send the alerts that a change has crossed."""
    judge_after(context, event.book_id, event.day)


def move_category(context: Context, event: CategoryLeaving) -> None:
    """Give another category, or none, what is of one that is being deleted."""
    access = program_access(context, event.book_id)
    for service in (BudgetService(access), EnvelopeService(access), TargetService(access), TemplateService(access)):
        service.move_category(event.category_id, event.move_to)


def rename_tag(context: Context, event: TagRenamed) -> None:
    """Rename a tag in the budgets that count what has it."""
    BudgetService(program_access(context, event.book_id)).rename_tag(event.name, event.new_name)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(BookOpened, open_budget),
    Subscription(TagRenamed, rename_tag),
    Subscription(TransactionsChanged, judge_budgets),
    Subscription(CategoryLeaving, move_category),
)
