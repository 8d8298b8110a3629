"""Handlers of the events of categories and transactions."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.personal.books.events import BookKeysRenewed
from app.suites.personal.books.service import program_access
from app.suites.personal.categories.events import CategoryLeaving
from app.suites.personal.payees_rules.events import PayeeLeaving, TagRenamed
from app.suites.personal.payees_rules.service import LearningService, PayeeService, RuleService
from app.suites.personal.transactions.events import ChoicesChanged


def learn(context: Context, event: ChoicesChanged) -> None:
    """Count the choices that people made, in the same transaction."""
    LearningService(program_access(context, event.book_id)).change(event.made, event.undone)


def move_category(context: Context, event: CategoryLeaving) -> None:
    """Give another category, or none, to payees and to what was learned of one that is being deleted."""
    access = program_access(context, event.book_id)
    PayeeService(access).move_category(event.category_id, event.move_to)
    LearningService(access).move_category(event.category_id, event.move_to)
    RuleService(access).move_category(event.category_id, event.move_to)


def move_payee(context: Context, event: PayeeLeaving) -> None:
    """Put the payee that another one becomes in its place, in rules and in what was learned."""
    access = program_access(context, event.book_id)
    LearningService(access).rename_payee(event.name, event.new_name)
    RuleService(access).move_payee(event.payee_id, event.into)


def rename_tag(context: Context, event: TagRenamed) -> None:
    """Rename a tag in rules."""
    RuleService(program_access(context, event.book_id)).rename_tag(event.name, event.new_name)


def renew_keys(context: Context, event: BookKeysRenewed) -> None:
    """Count the tokens of older keys of a book as those of its new one."""
    LearningService(program_access(context, event.book_id)).tokens.renew()


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(ChoicesChanged, learn),
    Subscription(CategoryLeaving, move_category),
    Subscription(PayeeLeaving, move_payee),
    Subscription(TagRenamed, rename_tag),
    Subscription(BookKeysRenewed, renew_keys),
)
