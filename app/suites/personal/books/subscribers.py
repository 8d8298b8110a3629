"""Handlers of the events of accounts."""

from typing import Any

from app.core.identity.events import AccountChanged, UserRegistered
from app.infra.context import Context, Subscription
from app.suites.personal.books.service import PersonalBookService, PreferencesService, first_book

_REGISTERED = {"currency_preference": "currency", "timezone": "timezone", "locale": "locale"}
"""Preferences by the names that a registration has for them."""
PREFERENCES = "preferences"


def open_first_book(context: Context, event: UserRegistered) -> None:
    """Store the preferences of whoever registers, and make a first book, with defaults."""
    given: Any = {own: event.given[name] for name, own in _REGISTERED.items() if event.given.get(name) is not None}
    preferred = PreferencesService(context).change(event.user_id, **given)
    PersonalBookService(context).open_with(event.user_id, first_book(preferred), with_defaults=True)


def change_preferences(context: Context, event: AccountChanged) -> None:
    """Change the preferences of a user."""
    given: Any = event.given.get(PREFERENCES)
    if given:
        PreferencesService(context).change(event.user_id, **given)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(UserRegistered, open_first_book),
    Subscription(AccountChanged, change_preferences),
)
