"""Rules of books and their members."""

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from app.kernel.books import BookRole

INVITATION_LIFETIME = timedelta(days=7)
MOST_BOOKS = 100
"""Books that a person may be in; they are read at each request."""
MOST_MEMBERS = 50
FIRST_BOOK = "Personal"
"""Name of the book that a registration makes."""


class MemberRole(NamedTuple):
    """A member, and the role in the book."""

    user_id: int
    role: BookRole


def lacks_owner(members: Collection[MemberRole]) -> bool:
    """Whether a book with these members would have none who owns it."""
    return all(member.role is not BookRole.OWNER for member in members)
