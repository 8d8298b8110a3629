"""Expenses that recur: entered once, paused and resumed."""

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from app.domains.expenses.models import RecurringExpense, RecurringExpenseRecord
from app.domains.expenses.repository import AccruedRepository, RecurringRepository
from app.domains.expenses.rules import RecurringStatus, next_payment, settled_by_change, settled_by_pause
from app.domains.expenses.service.client_resolver import ClientResolver
from app.domains.projects.service import ProjectService
from app.infra.context import Context
from app.kernel.money import Currency
from app.kernel.recurrence import Frequency, Recurrence


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
    notes: str | None


class RecurringService:
    """Keeps recurring expenses; their next payment follows from calendar and status."""

    def __init__(self, context: Context) -> None:
        self.recurring = RecurringRepository(context.session)
        self.accrued = AccruedRepository(context.session)
        self.clients = ClientResolver(ProjectService(context))

    def get(self, recurring_id: int) -> RecurringExpenseRecord:
        """One recurring expense."""
        return self.recurring.get(recurring_id)

    def create(self, **values: Unpack[RecurringValues]) -> RecurringExpense:
        """A new one; its first payment is on the day it starts."""
        recurring = RecurringExpense(**self.clients.resolved(values))
        _set_next(recurring)
        return self.recurring.add(recurring)

    def update(self, recurring_id: int, *, today: date, **changes: Unpack[RecurringValues]) -> RecurringExpense:
        """Change the given values; accrued expenses stay, except future ones on a pause."""
        recurring = self.recurring.get_for_update(recurring_id)
        calendar, status, coming = _calendar(recurring), recurring.status, recurring.next_payment
        for name, value in self.clients.resolved(changes, recurring).items():
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
        """Remove one without paid occurrences, together with its accrued expenses."""
        recurring = self.recurring.get_for_update(recurring_id)
        self.accrued.remove_unpaid(recurring.id)
        self.recurring.delete(recurring)

    def preview(self, start: date, frequency: Frequency, count: int) -> list[date]:
        """First `count` occurrences; nothing is stored."""
        calendar = Recurrence(start, frequency)
        return [calendar.occurrence(k) for k in range(count)]


def _calendar(recurring: RecurringExpense) -> tuple[date, Frequency]:
    return recurring.start_date, recurring.frequency


def _set_next(recurring: RecurringExpense) -> None:
    recurring.next_payment = next_payment(*_calendar(recurring), recurring.settled_through)
