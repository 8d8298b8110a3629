"""Handlers of the events of accounts that are erased, and of members who leave."""

from typing import Any

from app.core.identity.events import ErasureAsked, UserErasing
from app.infra.context import Context, Subscription
from app.suites.personal.books.events import MembershipChanged
from app.suites.personal.books.service import program_access
from app.suites.personal.privacy.service import ArchiveService, PersonErasureService


def require_successors(context: Context, event: ErasureAsked) -> None:
    """Refuse the erasure of somebody whose shared books would have no owner."""
    PersonErasureService(context).require_successors(event.user_id)


def erase_books(context: Context, event: UserErasing) -> None:
    """Delete the books of an account that is being erased."""
    PersonErasureService(context).erase(event.user_id, event.counts)


def end_archive_of_member(context: Context, event: MembershipChanged) -> None:
    """Delete the archive of somebody who left the book, or reads less of it in another role."""
    ArchiveService(program_access(context, event.book_id)).remove(event.user_id)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(ErasureAsked, require_successors),
    Subscription(UserErasing, erase_books),
    Subscription(MembershipChanged, end_archive_of_member),
)
