"""Repositories of memberships, books, invitations and preferences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import ColumnElement, Select, any_, column, delete, func, literal, select, table, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.infra import clock
from app.infra.books import BookAccess
from app.infra.db import Base, Entered, enter_another, enter_books, entered, mark_entered, require_writable
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.records import columns_of, reader
from app.infra.queries.repository import Filter
from app.kernel.books import BookRole
from app.kernel.errors import Conflict, DomainError
from app.suites.personal.books.models import (
    BookInvitation,
    BookInvitationRecord,
    BookMember,
    BookMemberRecord,
    BookRecord,
    PersonalBook,
    PersonalBookRecord,
    Preferences,
    PreferencesRecord,
)
from app.suites.personal.books.rules import MemberRole

_OF_PERSON = "SELECT * FROM books_of_person(%(person)s)"
_ENTER = f"""
WITH own AS MATERIALIZED ({_OF_PERSON}), done AS MATERIALIZED (
    SELECT set_config('app.person', %(person)s::bigint::text, true),
           set_config('app.book_ids', (SELECT coalesce(array_agg(book_id), '{{}}')::text FROM own), true),
           set_config('app.every_book', '', true))
SELECT own.* FROM done LEFT JOIN own ON true
"""  # noqa: S608 - constants
_ALREADY = Conflict("The person is in the book already.", code="already_member")


class MembershipRepository:
    """Books of persons, found by functions of the database that see what no transaction has entered."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def list_of(self, person: int) -> list[BookRecord]:
        """Books of a person, in the order in which they came; they are not entered."""
        rows = self.session.connection().exec_driver_sql(_OF_PERSON, {"person": person})
        return reader(BookRecord)(rows.all())

    def enter(self, person: int) -> list[BookRecord]:
        """Enter the books of a person and no others, and return them as `list_of` does."""
        self.session.flush()
        rows = self.session.connection().exec_driver_sql(_ENTER, {"person": person}).all()
        found = reader(BookRecord)(row for row in rows if row[0] is not None)
        mark_entered(self.session, Entered(person, frozenset(one.id for one in found)))
        return found

    def enter_one(self, book_id: int) -> BookRecord | None:
        """Enter one book alone, as the program, and return it as an owner would see it; None if there is none."""
        enter_books(self.session, {book_id})
        return _book(book_id=book_id).first(self.session, BookRecord)

    def enter_another(self, book_id: int) -> None:
        """Enter one book more."""
        enter_another(self.session, book_id)

    def book_of_row(self, model: type[Base], row_id: int) -> int | None:
        """Id of the book that a row is in, if that has been entered."""
        books = sorted(entered(self.session).books)
        return _book_of_row(model, row_id=row_id, books=books).scalar(self.session, int)

    def ids_after(self, book_id: int, most: int) -> list[int]:
        """Ids of the next books, of those that the session sees."""
        statement = select(PersonalBook.id).where(PersonalBook.id > book_id).order_by(PersonalBook.id).limit(most)
        return list(self.session.scalars(statement))

    def forget_invitations(self, email: str) -> int:
        """Delete the invitations of an address into books that the session sees; returns how many."""
        gone = delete(BookInvitation).where(func.lower(BookInvitation.email) == email.lower())
        return len(self.session.scalars(gone.returning(BookInvitation.id)).all())

    def find_invitation(self, token_hash: str) -> "FoundInvitation | None":
        """The invitation with this token, if it has not expired."""
        statement = "SELECT * FROM book_invitation_by(%(hash)s)"
        rows = self.session.connection().exec_driver_sql(statement, {"hash": token_hash}).all()
        return next(iter(reader(FoundInvitation)(rows)), None)


class FoundInvitation(NamedTuple):
    """An invitation that was found by its token."""

    id: int
    book_id: int
    email: str
    role: BookRole


class PersonalBookRepository(InBookRepository[PersonalBook, PersonalBookRecord]):
    """The row of one book."""

    model = PersonalBook
    record = PersonalBookRecord
    scoped_by: ClassVar[str] = "id"

    def lock(self) -> None:
        """Lock the book without regard to If-Match, which may be about another row."""
        self.access.require_writer()
        own = PersonalBook.__table__.c.id
        self.session.execute(select(own).where(own == self.access.book_id).with_for_update())

    def encrypt_texts(self) -> None:
        """Mark the book as one whose texts are encrypted; it stays the same version."""
        own = update(PersonalBook).where(PersonalBook.id == self.access.book_id)
        self.session.execute(own.values(encrypts_text=True, updated_at=PersonalBook.updated_at))


def books_by_text(session: Session, *, encrypted: bool | None = None) -> list[int]:
    """Ids of the books that the session sees: all, or those whose texts are encrypted, or are not."""
    found = select(PersonalBook.id).order_by(PersonalBook.id)
    if encrypted is not None:
        found = found.where(PersonalBook.encrypts_text.is_(encrypted))
    return list(session.scalars(found))


class MemberRepository(InBookRepository[BookMember, BookMemberRecord]):
    """Members of one book."""

    model = BookMember
    record = BookMemberRecord
    conflicts: ClassVar[Mapping[str, DomainError]] = {"uq_book_members_book_id_user_id": _ALREADY}

    def roles(self) -> list[MemberRole]:
        """All members with their roles."""
        return _roles(**self.scope_values()).all(self.session, MemberRole)


@dataclass(frozen=True, slots=True)
class InvitationFilter(Filter):
    """All invitations."""

    def conditions(self) -> list[ColumnElement[bool]]:
        return []


class InvitationRepository(InBookRepository[BookInvitation, BookInvitationRecord]):
    """Invitations into one book."""

    model = BookInvitation
    record = BookInvitationRecord

    def end_those_for(self, email: str) -> None:
        """Delete the invitations of an address."""
        self.delete_where(func.lower(BookInvitation.email) == email.lower())

    def count(self) -> int:
        """Number of invitations that wait."""
        own = select(func.count()).select_from(BookInvitation).where(self.scope_condition())
        return self.session.scalar(own, self.scope_values()) or 0


class PreferencesRepository:
    """The preferences of one person, whom the transaction works for from then on."""

    def __init__(self, session: Session, person: int) -> None:
        self.session = session
        self.person = person
        enter_books(session, entered(session).books, person)

    def find(self) -> PreferencesRecord | None:
        """The preferences that the person has stored, or None."""
        return _preferences(person=self.person).first(self.session, PreferencesRecord)

    def put(self, values: Mapping[str, object]) -> None:
        """Store all values; later ones replace those of before."""
        require_writable(self.session)
        new = insert(Preferences).values(user_id=self.person, **values)
        changed = {**values, "updated_at": clock.now(), "version": Preferences.version + 1}
        self.session.execute(new.on_conflict_do_update(constraint="uq_personal_preferences_user_id", set_=changed))


@cached_query
def _book() -> Select[Any]:
    """A book with the columns of `books_of_person`."""
    book, ledger = PersonalBook.__table__.c, table("books", column("id"), column("name"), column("base_currency")).c
    own = {"role": literal(BookRole.OWNER.value), "name": ledger.name, "currency": ledger.base_currency}
    columns = (own[name].label(name) if name in own else book[name] for name in BookRecord._fields)
    by_id = (book.id == parameter("book_id", int), ledger.id == book.id)
    return select(*columns).where(*by_id)


@cached_query
def _book_of_row(model: type[Base]) -> Select[Any]:
    own = model.__table__.c
    return select(own.book_id).where(own.id == parameter("row_id", int), own.book_id == any_(parameter("books", list)))


@cached_query
def _roles() -> Select[Any]:
    own = BookMember.__table__.c
    return select(own.user_id, own.role).where(MemberRepository.scope_condition()).order_by(own.id)


@cached_query
def _preferences() -> Select[Any]:
    own = Preferences.__table__
    return select(*columns_of(PreferencesRecord, own)).where(own.c.user_id == parameter("person", int))


def delete_rows_of(access: BookAccess) -> None:
    """Delete the rows of a book in every table of the suite but its own: first those that refer to others."""
    for one in reversed(Base.metadata.sorted_tables):
        if "book_id" in one.c and one.c.book_id.references(PersonalBook.__table__.c.id):
            access.session.execute(delete(one).where(one.c.book_id == access.book_id))


def erase_history_of(access: BookAccess) -> None:
    """Delete the history of a book that is not there any more."""
    access.session.flush()
    access.session.execute(select(func.erase_book_history(access.book_id)))
