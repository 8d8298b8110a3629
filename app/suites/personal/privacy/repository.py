"""Repositories of consents, shares and archives."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, delete, false, func, select, true
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from app.infra.db import enter_books, entered
from app.infra.preconditions import check_precondition
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.kernel.errors import Conflict
from app.suites.personal.privacy.models import (
    BookArchive,
    BookArchiveRecord,
    Consent,
    ConsentRecord,
    ReceivedShare,
    ShareRecord,
    SummaryShare,
)


class SummaryShareRepository(InBookRepository[SummaryShare, ShareRecord]):
    """Shares of one book."""

    model = SummaryShare
    record = ShareRecord
    conflicts: ClassVar = {
        "uq_summary_shares_email": Conflict("It is shared with this address already.", code="already_shared")
    }

    def list_all(self) -> list[ShareRecord]:
        """All shares of the book."""
        return _shares(**self.scope_values()).all(self.session, ShareRecord)


class BookArchiveRepository(InBookRepository[BookArchive, BookArchiveRecord]):
    """Archives of one book."""

    model = BookArchive
    record = BookArchiveRecord

    def find_of(self, user_id: int) -> BookArchiveRecord | None:
        """The archive of a person, or None."""
        return _archive_of(user_id=user_id, **self.scope_values()).first(self.session, BookArchiveRecord)

    def put(self, user_id: int, requested_at: datetime, expires_at: datetime) -> int | None:
        """Store an archive that is to be made; returns its id, or None if the person has one already."""
        times = {"requested_at": requested_at, "expires_at": expires_at}
        new = insert(BookArchive).values(book_id=self.access.book_id, user_id=user_id, **times)
        made = new.on_conflict_do_nothing(constraint="uq_book_archives_book_id_user_id").returning(BookArchive.id)
        return self.session.scalar(made)

    def delete_of(self, user_id: int) -> list[BookArchiveRecord]:
        """Delete the archive of a person; returns it."""
        return self.delete_returning(BookArchiveRecord, self._own(), BookArchive.user_id == user_id)

    def delete_ended(self, now: datetime) -> list[BookArchiveRecord]:
        """Delete the archives that are over; returns them."""
        return self.delete_returning(BookArchiveRecord, self._own(), BookArchive.expires_at <= now)

    def _own(self) -> ColumnElement[bool]:
        return BookArchive.book_id == self.access.book_id


class ConsentRepository:
    """The consents of one person, whom the transaction works for from then on."""

    def __init__(self, session: Session, person: int) -> None:
        self.session = session
        self.person = person
        enter_books(session, entered(session).books, person)

    def newest(self) -> list[ConsentRecord]:
        """The newest consent of each purpose."""
        return _consents(person=self.person).all(self.session, ConsentRecord)

    def add_all(self, consents: Sequence[ConsentRecord]) -> None:
        """Store consents; those before stay, as their history, and the last one's number is the version of all."""
        last = select(func.max(Consent.id)).where(Consent.user_id == self.person)
        check_precondition(self.session, self.person, self.session.scalar(last) or 0)
        self.session.add_all(Consent(user_id=self.person, **one._asdict()) for one in consents)
        self.session.flush()


def forget_shares(session: Session, email: str) -> int:
    """Delete the shares with an address of books that the session sees; returns how many."""
    gone = delete(SummaryShare).where(func.lower(SummaryShare.email) == email.lower())
    return len(session.scalars(gone.returning(SummaryShare.id)).all())


def received_shares(session: Session, person: int, *, verified: bool) -> list[ReceivedShare]:
    """The shares whose address is that of a person; `verified`: once it is verified."""
    return _received(verified, person=person).all(session, ReceivedShare)


@cached_query
def _shares() -> Select[Any]:
    own = SummaryShareRepository.base_query().where(SummaryShareRepository.scope_condition())
    return own.order_by(SummaryShare.__table__.c.id)


@cached_query
def _archive_of() -> Select[Any]:
    own = BookArchiveRepository.base_query().where(BookArchiveRepository.scope_condition())
    return own.where(BookArchive.__table__.c.user_id == parameter("user_id", int))


@cached_query
def _consents() -> Select[Any]:
    own = Consent.__table__.c
    newest = select(*(own[name] for name in ConsentRecord._fields)).where(own.user_id == parameter("person", int))
    return newest.ext(distinct_on(own.purpose)).order_by(own.purpose, own.id.desc())


@cached_query
def _received(verified: bool) -> Select[Any]:
    wanted = func.summary_shares_of_person(parameter("person", int), true() if verified else false())
    found = wanted.table_valued(*ReceivedShare._fields)
    return select(*(found.c[name] for name in ReceivedShare._fields))
