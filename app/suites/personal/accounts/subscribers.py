"""Handlers of the events of books."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.personal.accounts.rules import FIRST_ACCOUNT, AccountType
from app.suites.personal.accounts.service import AccountService, SystemAccounts
from app.suites.personal.books.events import BookOpened
from app.suites.personal.books.service import program_access


def open_accounts(context: Context, event: BookOpened) -> None:
    """Open the system accounts of a new book and, with defaults, one for cash."""
    access = program_access(context, event.book_id)
    SystemAccounts(access).open_all()
    if event.with_defaults:
        AccountService(access).create(name=FIRST_ACCOUNT, type=AccountType.CASH)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (Subscription(BookOpened, open_accounts),)
