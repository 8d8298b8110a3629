"""People with books, and households whose members have roles."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from app.infra.context import make_context
from app.infra.db import db
from app.kernel.books import BookRole
from app.suites.personal.books.models import BookRecord
from app.suites.personal.books.service import InvitationService, MemberService, PersonalBookService, program_access
from tests import factories
from tests.factories import Examples, Sent
from tests.factories.auth import UserFactory
from tests.support import Caller, signed_in

BOOKS = "/api/personal/books"


@dataclass(frozen=True)
class Person:
    """Somebody who only registered, with the API as they see it, and their first book."""

    user_id: int
    caller: Caller
    book_id: int

    def path(self, *parts: object) -> str:
        """Address of the first book, or of something below it."""
        return "/".join(map(str, (BOOKS, self.book_id, *parts)))


def open_book(user_id: int, **values: Any) -> BookRecord:
    """A book of a user, made as the application makes it."""
    assert factories.app is not None, "use the `database` fixture (or one that needs it)"
    with factories.app.app_context():
        made = PersonalBookService(make_context(db.session())).open(user_id, **{"name": "Casa", **values})
        db.session.commit()
    return made


def row_in_book(make: Callable[[Any], int]) -> Callable[[], int]:
    """A function that makes a row in a new book, by the services of the program."""

    def made() -> int:
        assert factories.app is not None
        with factories.app.app_context():
            access = program_access(make_context(db.session()), open_book(UserFactory().id).id)
            access.require_writer()
            row_id = make(access)
            db.session.commit()
            return row_id

    return made


def join(book_id: int, user_id: int, role: BookRole) -> None:
    """Make a user a member of a book."""
    assert factories.app is not None
    with factories.app.app_context():
        MemberService(program_access(make_context(db.session()), book_id)).join(user_id, role)
        db.session.commit()


def person(anonymous: Caller, role: str = "person", **values: Any) -> Person:
    """Somebody of that role with a verified address and one book."""
    user = UserFactory(role=role, email_verified_at=datetime(2026, 1, 31, tzinfo=UTC))
    return Person(user.id, signed_in(anonymous, user), open_book(user.id, **values).id)


@dataclass(frozen=True)
class Household:
    """A book that three people share; each also has a first book of their own."""

    book_id: int
    owner: Person
    editor: Person
    viewer: Person

    def path(self, *parts: object) -> str:
        """Address of the shared book, or of something below it."""
        return "/".join(map(str, (BOOKS, self.book_id, *parts)))


def household(anonymous: Caller) -> Household:
    """A shared book with an owner, an editor and a viewer."""
    owner, editor, viewer = (person(anonymous) for _ in range(3))
    shared = open_book(owner.user_id, name="Hogar").id
    join(shared, editor.user_id, BookRole.EDITOR)
    join(shared, viewer.user_id, BookRole.VIEWER)
    return Household(shared, owner, editor, viewer)


def own_book(caller: Any) -> int:
    """A new book of the caller."""
    return int(caller.post(BOOKS, {"name": "Casa"})["data"]["id"])


def _member(caller: Any) -> str:
    """Path of a second member of a new book of the caller."""
    book_id, other = own_book(caller), UserFactory()
    join(book_id, other.id, BookRole.EDITOR)
    [member] = [one for one in caller.get(f"{BOOKS}/{book_id}/members")["data"] if one["user_id"] == other.id]
    return f"{BOOKS}/{book_id}/members/{member['id']}"


def _invitation(caller: Any) -> str:
    """Path of an invitation into a new book of the caller."""
    address = f"{BOOKS}/{own_book(caller)}/invitations"
    return f"{address}/{caller.post(address, _INVITED)['data']['id']}"


def _to_add(caller: Any) -> Sent:
    """A user who shares a book with the caller, to be added to another."""
    other = UserFactory()
    join(own_book(caller), other.id, BookRole.EDITOR)
    return f"{BOOKS}/{own_book(caller)}/members", {"json": {"user_id": other.id, "role": "viewer"}}


def _to_accept(caller: Any) -> Sent:
    """An invitation of the caller, whose address is verified, into somebody's book."""
    me = caller.get("/api/auth/me")["data"]
    assert factories.app is not None
    with factories.app.app_context():
        verified = text("UPDATE users SET email_verified_at = now() WHERE id = :user")
        db.session.execute(verified, {"user": me["id"]})
        access = program_access(make_context(db.session()), open_book(UserFactory().id).id)
        token = InvitationService(access).invite(me["email"], BookRole.EDITOR).token
        db.session.commit()
    return f"/api/personal/invitations/{token}/accept", {}


_INVITED = {"email": "eva@brisa.example", "role": "editor"}
_ONE = f"{BOOKS}/<id:book_id>"

EXAMPLES = Examples(
    existing={
        _ONE: lambda caller: f"{BOOKS}/{own_book(caller)}",
        f"{_ONE}/audit": lambda caller: f"{BOOKS}/{own_book(caller)}/audit",
        f"{_ONE}/invitations": lambda caller: _invitation(caller).rpartition("/")[0],
        f"{_ONE}/invitations/<id:invitation_id>": _invitation,
        f"{_ONE}/members": lambda caller: f"{BOOKS}/{own_book(caller)}/members",
        f"{_ONE}/members/<id:member_id>": _member,
    },
    changes={_ONE: {"month_start_day": 25}, f"{_ONE}/members/<id:member_id>": {"role": "viewer"}},
    own_posts={
        BOOKS: lambda _: (BOOKS, {"json": {"name": "Casa de campo", "currency": "EUR"}}),
        f"{_ONE}/invitations": lambda caller: (f"{BOOKS}/{own_book(caller)}/invitations", {"json": _INVITED}),
        f"{_ONE}/members": _to_add,
        "/api/personal/invitations/<string:token>/accept": _to_accept,
    },
)
