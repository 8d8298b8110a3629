"""Repositories of consents and shares."""

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import Select, false, func, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.infra.db import enter_books, entered
from app.infra.preconditions import check_precondition
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.kernel.errors import Conflict
from app.suites.personal.privacy.models import Consent, ConsentRecord, ReceivedShare, ShareRecord, SummaryShare


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


def received_shares(session: Session, person: int, *, verified: bool) -> list[ReceivedShare]:
    """The shares whose address is that of a person; `verified`: once it is verified."""
    return _received(verified, person=person).all(session, ReceivedShare)


@cached_query
def _shares() -> Select[Any]:
    own = SummaryShareRepository.base_query().where(SummaryShareRepository.scope_condition())
    return own.order_by(SummaryShare.__table__.c.id)


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
