"""Handlers of the events of accounts that are erased."""

from typing import Any

from app.core.identity.events import ErasureAsked, UserErasing
from app.infra.context import Context, Subscription
from app.suites.personal.privacy.service import PersonErasureService


def require_successors(context: Context, event: ErasureAsked) -> None:
    """Refuse the erasure of somebody whose shared books would have no owner."""
    PersonErasureService(context).require_successors(event.user_id)


def erase_books(context: Context, event: UserErasing) -> None:
    """Delete the books of an account that is being erased."""
    PersonErasureService(context).erase(event.user_id, event.counts)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(ErasureAsked, require_successors),
    Subscription(UserErasing, erase_books),
)
