"""Household of the demo data, which higher domains fill."""

from datetime import date

from app.core.identity.service import UserService
from app.infra.books import BookAccess
from app.infra.context import Context
from app.suites.personal.books.service.access import program_access
from app.suites.personal.books.service.books import PersonalBookService

OWNER, PARTNER = "ana", "luis"
"""User names of the two people of the household."""


def demo_household(context: Context, today: date) -> BookAccess:
    """The program's access to the household that the demo data has made: the last book of its owner."""
    owner = UserService(context).find_active(OWNER)
    if owner is None:
        raise AssertionError("the household of the demo data is made before its rows")
    book = PersonalBookService(context).list_of(owner.id)[-1]
    return program_access(context, book.id, today)
