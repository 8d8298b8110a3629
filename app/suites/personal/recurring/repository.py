"""Repositories of recurring transactions, their splits and their handled occurrences."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.repository import Filter, equal
from app.kernel.errors import NotFound
from app.suites.personal.recurring.models import (
    LastHandled,
    OccurrenceRecord,
    Recurring,
    RecurringOccurrence,
    RecurringRecord,
    RecurringSplit,
    RecurringSplitRecord,
)
from app.suites.personal.recurring.rules import Frequency, Occurrence, TransactionType

_own, _split, _done = (one.__table__.c for one in (Recurring, RecurringSplit, RecurringOccurrence))


@dataclass(frozen=True, slots=True)
class RecurringFilter(Filter):
    """Criteria of recurring transactions."""

    is_active: bool | None = None
    type: TransactionType | None = None
    frequency: Frequency | None = None
    account_id: int | None = None
    category_id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        return equal(
            (_own.is_active, self.is_active),
            (_own.type, self.type),
            (_own.frequency, self.frequency),
            (_own.account_id, self.account_id),
            (_own.category_id, self.category_id),
        )


class RecurringRepository(InBookRepository[Recurring, RecurringRecord]):
    """Recurring transactions of one book."""

    model = Recurring
    record = RecurringRecord
    conflicts: ClassVar = {
        "fk_recurring_transactions_payee_id_payees": NotFound("The payee does not exist."),
        "fk_recurring_transactions_budget_category_id_categories": NotFound("The category does not exist."),
    }

    def lock_due(self, day: date) -> list[Recurring]:
        """Lock those of which something is due by that day."""
        due = (Recurring.is_active, Recurring.next_occurrence - Recurring.days_before <= day)
        statement = select(Recurring).where(self.scope_condition(), *due).order_by(Recurring.id).with_for_update()
        return list(self.session.scalars(statement, self.scope_values()))

    def lock_of_accounts(self, account_ids: Collection[int]) -> None:
        """Lock those that are not paused and move money of these accounts."""
        of_them = or_(Recurring.account_id.in_(account_ids), Recurring.to_account_id.in_(account_ids))
        wanted = (self.scope_condition(), Recurring.is_active, of_them)
        statement = select(Recurring.id).where(*wanted).order_by(Recurring.id).with_for_update(of=Recurring)
        self.session.execute(statement, self.scope_values())

    def active(self) -> list[RecurringRecord]:
        """Recurring transactions that are not paused."""
        return _active(**self.scope_values()).all(self.session, RecurringRecord)

    def count(self) -> int:
        """Number of all there are."""
        own = select(func.count()).select_from(Recurring).where(self.scope_condition())
        return self.session.scalar(own, self.scope_values()) or 0

    def named_payees(self) -> set[int]:
        """Ids of the payees that some name."""
        own = select(Recurring.payee_id).where(self.scope_condition(), Recurring.payee_id.is_not(None)).distinct()
        return {one for one in self.session.scalars(own, self.scope_values()) if one is not None}

    def of_payee(self, payee_id: int) -> list[int]:
        """Ids of those that name a payee."""
        own = select(Recurring.id).where(self.scope_condition(), Recurring.payee_id == payee_id)
        return list(self.session.scalars(own, self.scope_values()))

    def tagged(self, tag: str) -> list[int]:
        """Ids of those that have a tag, themselves or in a split."""
        parts = select(RecurringSplit.recurring_id).where(
            RecurringSplit.book_id == self.access.book_id, func.array_position(RecurringSplit.tags, tag).is_not(None)
        )
        has_tag = or_(func.array_position(Recurring.tags, tag).is_not(None), Recurring.id.in_(parts))
        return list(
            self.session.scalars(select(Recurring.id).where(self.scope_condition(), has_tag), self.scope_values())
        )

    def of_category(self, category_id: int) -> list[int]:
        """Ids of those that name a category, themselves or in a split."""
        return [row_id for (row_id,) in _of_category(category_id=category_id, **self.scope_values()).rows(self.session)]


class RecurringSplitRepository(InBookRepository[RecurringSplit, RecurringSplitRecord]):
    """Splits of the recurring transactions of one book."""

    model = RecurringSplit
    record = RecurringSplitRecord

    def of(self, ids: Collection[int]) -> dict[int, list[RecurringSplitRecord]]:
        """Splits by the ids of their templates, in order."""
        found: dict[int, list[RecurringSplitRecord]] = {}
        for one in _splits(ids=list(ids), **self.scope_values()).all(self.session, RecurringSplitRecord):
            found.setdefault(one.recurring_id, []).append(one)
        return found

    def replace(self, recurring_id: int, splits: Sequence[RecurringSplit]) -> None:
        """Store the splits of a template in place of those before."""
        self.delete_where(RecurringSplit.recurring_id == recurring_id)
        self.add_all(splits)


class OccurrenceRepository(InBookRepository[RecurringOccurrence, OccurrenceRecord]):
    """Handled occurrences of one book."""

    model = RecurringOccurrence
    record = OccurrenceRecord

    def claim(self, recurring_id: int, occurrences: Sequence[Occurrence]) -> set[int]:
        """Record the occurrences as handled; returns the numbers of those that nobody had handled."""
        self.access.require_writer()
        if not occurrences:
            return set()
        book_id = self.access.book_id
        rows = [
            {"book_id": book_id, "recurring_id": recurring_id, "occurrence": one.number, "day": one.day}
            for one in sorted(occurrences)
        ]
        new = insert(RecurringOccurrence).values(rows)
        new = new.on_conflict_do_nothing(constraint="uq_recurring_occurrences_occurrence")
        return set(self.session.scalars(new.returning(RecurringOccurrence.occurrence)))

    def refuse(self, recurring_id: int, number: int, code: str) -> None:
        """Record why an occurrence became no transaction."""
        self.access.require_writer()
        own = (_done.book_id == self.access.book_id, _done.recurring_id == recurring_id, _done.occurrence == number)
        refused = update(RecurringOccurrence).where(*own).values(refusal=code)
        self.session.execute(refused, execution_options={"synchronize_session": False})

    def release(self, recurring_id: int, number: int) -> None:
        """Forget that an occurrence was handled."""
        of_it = (RecurringOccurrence.recurring_id == recurring_id, RecurringOccurrence.occurrence == number)
        self.delete_where(*of_it)

    def last(self, recurring_id: int) -> LastHandled:
        """The highest number and the last day of the occurrences that were handled."""
        found = _last(recurring_id=recurring_id, **self.scope_values()).first(self.session, LastHandled)
        return found or LastHandled(None, None)

    def ahead(self, ids: Collection[int]) -> dict[int, frozenset[int]]:
        """Numbers of the occurrences that were handled out of turn, by the ids of their templates."""
        found: dict[int, set[int]] = {}
        for recurring_id, number in _ahead(ids=list(ids), **self.scope_values()).rows(self.session):
            found.setdefault(recurring_id, set()).add(number)
        return {recurring_id: frozenset(numbers) for recurring_id, numbers in found.items()}


def _of_templates(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column == func.any(parameter("ids", list))


@cached_query
def _active() -> Select[Any]:
    return RecurringRepository.base_query().where(RecurringRepository.scope_condition(), _own.is_active)


@cached_query
def _of_category() -> Select[Any]:
    category = parameter("category_id", int)
    named = (_own.category_id == category) | (_own.budget_category_id == category)
    whole = select(_own.id).where(RecurringRepository.scope_condition(), named)
    parts = select(_split.recurring_id).where(
        RecurringSplitRepository.scope_condition(), _split.category_id == category
    )
    found = whole.union(parts).subquery()
    return select(found.c.id).order_by(found.c.id)


@cached_query
def _splits() -> Select[Any]:
    wanted = (RecurringSplitRepository.scope_condition(), _of_templates(_split.recurring_id))
    return RecurringSplitRepository.base_query().where(*wanted).order_by(_split.recurring_id, _split.place)


@cached_query
def _last() -> Select[Any]:
    of_it = (OccurrenceRepository.scope_condition(), _done.recurring_id == parameter("recurring_id", int))
    return select(func.max(_done.occurrence), func.max(_done.day)).where(*of_it)


@cached_query
def _ahead() -> Select[Any]:
    later = (_done.recurring_id == _own.id, _done.occurrence > _own.handled)
    wanted = (OccurrenceRepository.scope_condition(), RecurringRepository.scope_condition(), _of_templates(_own.id))
    return select(_done.recurring_id, _done.occurrence).where(*wanted, *later)
