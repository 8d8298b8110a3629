"""Demo household: two people, each with a book of their own, and one that they share."""

from datetime import date

from app.core.identity.service.demo import create_demo_user
from app.infra.context import Context
from app.kernel.books import BookRole, BookSettings
from app.kernel.money import Currency
from app.manifest import PERSON
from app.suites.personal.books.service import (
    MemberService,
    PersonalBookService,
    PreferencesService,
    first_book,
    program_access,
)
from app.suites.personal.books.service.demo import OWNER, PARTNER

NAME = "Casa"


def seed(context: Context, _today: date) -> None:
    """Create the two people, who may use the suite and nothing of the company, and their books."""
    owner, partner = (_person(context, name) for name in (OWNER, PARTNER))
    settings = _settings(context, owner)
    book = PersonalBookService(context).open_with(owner, settings._replace(name=NAME), with_defaults=True)
    MemberService(program_access(context, book.id)).join(partner, BookRole.EDITOR)


def _person(context: Context, name: str) -> int:
    """Id of a new user with a first book."""
    user_id = create_demo_user(context, name, PERSON)
    PersonalBookService(context).open_with(user_id, _settings(context, user_id), with_defaults=True)
    return user_id


def _settings(context: Context, user_id: int) -> BookSettings:
    preferences = PreferencesService(context)
    return first_book(preferences.change(user_id, currency=Currency.COP, timezone="America/Bogota", locale="es-CO"))
