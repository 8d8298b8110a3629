"""Handlers of the events of roles."""

from typing import Any

from app.core.access.events import AdministrationTaken
from app.core.identity.service import UserService
from app.infra.context import Context, Subscription


def keep_administration(context: Context, _event: AdministrationTaken) -> None:
    """Refuse the change of a role by which nobody could administer users and roles any more."""
    UserService(context).keep_administration()


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (Subscription(AdministrationTaken, keep_administration),)
