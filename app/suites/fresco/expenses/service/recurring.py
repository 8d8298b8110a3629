"""Service of recurring expenses."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypedDict, Unpack

from app.infra.context import Context
from app.kernel.money import Currency
from app.kernel.recurrence import Frequency, Recurrence
from app.suites.fresco.expenses.models import RecurringExpense, RecurringExpenseRecord
from app.suites.fresco.expenses.repository import AccruedRepository, RecurringRepository
from app.suites.fresco.expenses.rules import (
    RecurringStatus,
    end_of_month,
    next_payment,
    settled_by_change,
    settled_by_pause,
)
from app.suites.fresco.expenses.service.accrued import AccruedService
from app.suites.fresco.expenses.service.resolving import ExpenseResolver


class RecurringValues(TypedDict, total=False):
    """The values of a recurring expense that a caller may set."""

    description: str
    amount: Decimal
    currency: Currency
    category: str
    payment_method: str
    frequency: Frequency
    start_date: date
    status: RecurringStatus
    client_id: int | None
    project_id: int | None
    supplier_id: int | None
    notes: str | None


class PreviewRequest(TypedDict):
    """A recurring expense that is not stored, and the number of its occurrences to compute."""

    start_date: date
    frequency: Frequency
    amount: Decimal
    currency: Currency
    count: int


class Occurrence(NamedTuple):
    """One occurrence of a recurring expense; numbers begin at 1."""

    number: int
    date: date
    amount: Decimal
    currency: Currency


class RecurringService:
    """Creates, changes, pauses and deletes recurring expenses; the next payment follows from calendar and status."""

    def __init__(self, context: Context) -> None:
        self.recurring = RecurringRepository(context.session)
        self.accrued = AccruedRepository(context.session)
        self.accruals = AccruedService(context)
        self.resolver = ExpenseResolver(context)

    def get(self, recurring_id: int) -> RecurringExpenseRecord:
        """One recurring expense."""
        return self.recurring.get(recurring_id)

    def create(self, *, today: date, **values: Unpack[RecurringValues]) -> RecurringExpense:
        """Create a recurring expense, and accrue what is due by the end of this month."""
        recurring = RecurringExpense(**{**values, **self.resolver.resolved(values)})
        _set_next(recurring)
        self.recurring.add(recurring)
        if recurring.status is RecurringStatus.ACTIVE and recurring.next_payment <= end_of_month(today):
            self.accruals.accrue_states([self.recurring.state_of(recurring)], today)
        return recurring

    def update(self, recurring_id: int, *, today: date, **changes: Unpack[RecurringValues]) -> RecurringExpense:
        """Change the given values; accrued expenses stay, except future ones on a pause."""
        recurring = self.recurring.get_for_update(recurring_id)
        calendar, status, coming = _calendar(recurring), recurring.status, recurring.next_payment
        changes = {**changes, **self.resolver.resolved(changes, recurring)}
        for name, value in changes.items():
            setattr(recurring, name, value)
        if _calendar(recurring) != calendar:
            recurring.settled_through = settled_by_change(recurring.settled_through, coming, today)
        if (status, recurring.status) == (RecurringStatus.ACTIVE, RecurringStatus.PAUSED):
            self.accrued.remove_coming(recurring.id, today)
        if (status, recurring.status) == (RecurringStatus.PAUSED, RecurringStatus.ACTIVE):
            recurring.settled_through = settled_by_pause(today)
        _set_next(recurring)
        self.recurring.flush()
        return recurring

    def delete(self, recurring_id: int, *, today: date) -> int:
        """Delete a recurring expense and what is coming of it; returns the number of accrued expenses that went.

        What is due by today, or paid, stays.
        """
        recurring = self.recurring.get_for_update(recurring_id)
        removed = self.accrued.remove_coming(recurring.id, today)
        self.accrued.detach(recurring.id)
        self.recurring.delete(recurring)
        return removed

    def occurrences_through(self, last: date) -> Iterator[tuple[date, Currency, Decimal]]:
        """Occurrences that are not accrued yet: day, currency and amount."""
        for expense in self.recurring.repeating():
            calendar = Recurrence(expense.start_date, expense.frequency)
            for _, day in calendar.between(expense.next_payment, last):
                yield day, expense.currency, expense.amount

    def preview(self, **given: Unpack[PreviewRequest]) -> list[Occurrence]:
        """First occurrences of a calendar; nothing is stored."""
        days = Recurrence(given["start_date"], given["frequency"])
        return [
            Occurrence(k + 1, days.occurrence(k), given["amount"], given["currency"]) for k in range(given["count"])
        ]


def _calendar(recurring: RecurringExpense) -> tuple[date, Frequency]:
    return recurring.start_date, recurring.frequency


def _set_next(recurring: RecurringExpense) -> None:
    recurring.next_payment = next_payment(*_calendar(recurring), recurring.settled_through)
