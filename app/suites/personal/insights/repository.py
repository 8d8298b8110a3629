"""Repositories of insights and subscriptions; what the program finds is stored whoever asks for it, viewers too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.infra import clock
from app.infra.db import Base, require_writable
from app.infra.queries.cached import cached_query
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.repository import Filter, equal, within
from app.suites.personal.insights.models import (
    Insight,
    InsightRecord,
    InsightState,
    StateRecord,
    Subscription,
    SubscriptionRecord,
)
from app.suites.personal.insights.rules.insight import InsightCode, Severity
from app.suites.personal.insights.rules.subscriptions import SubscriptionKind, SubscriptionStatus

_LATER = {"synchronize_session": False}
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class InsightFilter(Filter):
    """Criteria of insights."""

    is_current: bool | None = True
    is_dismissed: bool | None = None
    since: date | None = None
    code: InsightCode | None = None
    severity: Severity | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        own = Insight.__table__.c
        given = _flags((own.is_current, self.is_current), (own.is_dismissed, self.is_dismissed))
        given += equal((own.code, self.code), (own.severity, self.severity))
        return given + within(own.found_on, self.since, None)


@dataclass(frozen=True, slots=True)
class SubscriptionFilter(Filter):
    """Criteria of subscriptions."""

    is_current: bool | None = True
    is_dismissed: bool | None = None
    kind: SubscriptionKind | None = None
    status: SubscriptionStatus | None = None
    account_id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        own = Subscription.__table__.c
        given = _flags((own.is_current, self.is_current), (own.is_dismissed, self.is_dismissed))
        return given + equal((own.kind, self.kind), (own.status, self.status), (own.account_id, self.account_id))


def _flags(*pairs: tuple[ColumnElement[bool], bool | None]) -> list[ColumnElement[bool]]:
    return [column if value else ~column for column, value in pairs if value is not None]


class StateRepository(InBookRepository[InsightState, StateRecord]):
    """State of the insights of one book."""

    model = InsightState
    record = StateRecord

    def find(self) -> StateRecord | None:
        """The state, or None before the first time."""
        return _state(**self.scope_values()).first(self.session, StateRecord)

    def lock(self, day: date, *, is_new: bool) -> StateRecord:
        """Lock the state, so that others wait for what is found now; a new one is made unless others just did."""
        require_writable(self.session)
        own = InsightState.__table__.c
        if is_new:
            new = insert(InsightState).values(book_id=self.access.book_id, book_version="", day=day)
            self.session.execute(new.on_conflict_do_nothing(constraint="uq_insight_states_book_id"))
        columns = (own.book_id, own.book_version, own.day)
        locked = select(*columns).where(own.book_id == self.access.book_id).with_for_update()
        return StateRecord._make(self.session.execute(locked).one())

    def put(self, state: StateRecord) -> None:
        """Store the version of the book, and the day."""
        own = InsightState.book_id == self.access.book_id
        changed = update(InsightState).where(own).values(book_version=state.book_version, day=state.day)
        self.session.execute(changed, execution_options=_LATER)


class InsightRepository(InBookRepository[Insight, InsightRecord]):
    """Insights of one book."""

    model = Insight
    record = InsightRecord
    key: ClassVar = ("book_id", "code", "subject", "period")

    def all(self) -> list[InsightRecord]:
        """All insights of the book, also those that do not hold any more."""
        return _insights(**self.scope_values()).all(self.session, InsightRecord)

    def store(self, rows: Sequence[Row], ended: Sequence[int]) -> None:
        """Store insights by their keys; of those that ended only what somebody said something of is kept."""
        _store(self, rows, "uq_insights_key", ended, or_(Insight.is_dismissed, Insight.useful.is_not(None)))


class SubscriptionRepository(InBookRepository[Subscription, SubscriptionRecord]):
    """Subscriptions of one book."""

    model = Subscription
    record = SubscriptionRecord
    key: ClassVar = ("book_id", "account_id", "payee", "part")

    def all(self) -> list[SubscriptionRecord]:
        """All subscriptions of the book, also those that are found no more."""
        return _subscriptions(**self.scope_values()).all(self.session, SubscriptionRecord)

    def store(self, rows: Sequence[Row], ended: Sequence[int]) -> None:
        """Store subscriptions by their keys; of those that are found no more only what somebody answered is kept."""
        answered = or_(Subscription.is_confirmed, Subscription.is_dismissed, Subscription.recurring_id.is_not(None))
        _store(self, rows, "uq_subscriptions_key", ended, answered)


def _store(
    repository: InsightRepository | SubscriptionRepository,
    rows: Sequence[Row],
    constraint: str,
    ended: Iterable[int],
    kept: ColumnElement[bool],
) -> None:
    """Store rows by their keys, each a new version of the one before, and end others."""
    session, book_id = repository.session, repository.access.book_id
    require_writable(session)
    own = Base.metadata.tables[repository.model.__tablename__]
    if rows:
        new = insert(own)
        values: dict[str, Any] = {name: new.excluded[name] for name in rows[0].keys() - {*repository.key, "found_on"}}
        values |= {"version": own.c.version + 1, "updated_at": clock.now()}
        stored: list[dict[str, object]] = [{"book_id": book_id, **row} for row in rows]
        session.execute(new.on_conflict_do_update(constraint=constraint, set_=values), stored)
    over = [*ended]
    if over:
        of_them = (own.c.book_id == book_id, own.c.id.in_(over))
        session.execute(delete(own).where(*of_them, ~kept))
        session.execute(update(own).where(*of_them).values(is_current=False))


@cached_query
def _state() -> Select[Any]:
    return StateRepository.base_query().where(StateRepository.scope_condition())


@cached_query
def _insights() -> Select[Any]:
    return InsightRepository.base_query().where(InsightRepository.scope_condition())


@cached_query
def _subscriptions() -> Select[Any]:
    return SubscriptionRepository.base_query().where(SubscriptionRepository.scope_condition())
