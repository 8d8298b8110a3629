"""Expenses that recur: entered once, paused and resumed."""

from datetime import date
from typing import Any

from app.domains.expenses.models import RecurringExpense
from app.domains.expenses.repository import AccruedRepository, RecurringRepository
from app.domains.expenses.rules import RecurringStatus, next_payment, settled_by_change, settled_by_pause
from app.domains.expenses.service.belonging import Belonging
from app.domains.projects.service import ProjectService
from app.infra.context import Context
from app.kernel.recurrence import Frequency, Recurrence


class RecurringService:
    """Keeps recurring expenses; their next payment follows from calendar and status."""

    def __init__(self, context: Context) -> None:
        self.recurring = RecurringRepository(context.session)
        self.accrued = AccruedRepository(context.session)
        self.belonging = Belonging(ProjectService(context))

    def get(self, recurring_id: int) -> Any:
        """One recurring expense."""
        return self.recurring.get(recurring_id)

    def create(self, **values: Any) -> RecurringExpense:
        """A new one; its first payment is on the day it starts."""
        recurring = RecurringExpense(**self.belonging.settled(values))
        _set_next(recurring)
        return self.recurring.add(recurring)

    def update(self, recurring_id: int, *, today: date, **changes: Any) -> RecurringExpense:
        """Change what is given; what is accrued stays as it is, but for what a pause spares."""
        recurring = self.recurring.get_for_update(recurring_id)
        calendar, status, coming = _calendar(recurring), recurring.status, recurring.next_payment
        for name, value in self.belonging.settled(changes, recurring).items():
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

    def delete(self, recurring_id: int) -> None:
        """Remove one of which nothing was paid, with what it has accrued."""
        recurring = self.recurring.get_for_update(recurring_id)
        self.accrued.remove_unpaid(recurring.id)
        self.recurring.delete(recurring)

    def preview(self, start: date, frequency: Frequency, count: int) -> list[date]:
        """The first so many occurrences; nothing is stored."""
        calendar = Recurrence(start, frequency)
        return [calendar.occurrence(k) for k in range(count)]


def _calendar(recurring: RecurringExpense) -> tuple[date, Frequency]:
    return recurring.start_date, recurring.frequency


def _set_next(recurring: RecurringExpense) -> None:
    recurring.next_payment = next_payment(*_calendar(recurring), recurring.settled_through)
