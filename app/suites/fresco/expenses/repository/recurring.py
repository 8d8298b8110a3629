"""Repository of recurring expenses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import BigInteger, Date, Update, select, update

from app.infra.queries.bulk import CHUNK, rows_of
from app.infra.queries.repository import Repository
from app.kernel.batches import batched
from app.kernel.errors import NotFound
from app.kernel.money import Currency
from app.kernel.recurrence import Frequency
from app.suites.fresco.expenses.models import RecurringExpense, RecurringExpenseRecord
from app.suites.fresco.expenses.rules import RecurringStatus


@dataclass(frozen=True, slots=True)
class AccrualState:
    """Calendar of a recurring expense, and its settled day."""

    id: int
    start_date: date
    frequency: Frequency
    next_payment: date
    settled_through: date | None


@dataclass(frozen=True, slots=True)
class Repeating:
    """Calendar and amount of a recurring expense, from its next occurrence on."""

    start_date: date
    frequency: Frequency
    next_payment: date
    amount: Decimal
    currency: Currency


class RecurringRepository(Repository[RecurringExpense, RecurringExpenseRecord]):
    """Recurring expenses."""

    model = RecurringExpense
    record = RecurringExpenseRecord
    conflicts: ClassVar = {
        "fk_recurring_expenses_client_id_clients": NotFound("The client does not exist."),
        "fk_recurring_expenses_supplier_id_suppliers": NotFound("The supplier does not exist."),
        "fk_recurring_expenses_project_id_client_id_projects": NotFound("The client has no such project."),
    }

    def get_due_for_update(self, through: date) -> list[AccrualState]:
        """Lock the active recurring expenses due by that day; a concurrent run waits and then finds none."""
        statement = (
            _STATES.where(RecurringExpense.status == RecurringStatus.ACTIVE)
            .where(RecurringExpense.next_payment <= through)
            .with_for_update(key_share=True)
        )
        return [AccrualState(*row) for row in self.session.execute(statement)]

    def state_of(self, recurring: RecurringExpense) -> AccrualState:
        """Calendar and settled day of one."""
        return AccrualState(
            recurring.id,
            recurring.start_date,
            recurring.frequency,
            recurring.next_payment,
            recurring.settled_through,
        )

    def every(self) -> list[AccrualState]:
        """Calendars and settled days of all recurring expenses."""
        return [AccrualState(*row) for row in self.session.execute(_STATES)]

    def repeating(self) -> list[Repeating]:
        """Every active recurring expense."""
        model = RecurringExpense
        statement = select(model.start_date, model.frequency, model.next_payment, model.amount, model.currency).where(
            model.status == RecurringStatus.ACTIVE
        )
        return [Repeating(*row) for row in self.session.execute(statement)]

    def update_settled(self, reached: Iterable[AccrualState]) -> None:
        """Store the settled day and the next payment of each."""
        for chunk in batched(reached, CHUNK):
            self.session.execute(_move(chunk), execution_options={"synchronize_session": False})
        self.session.expire_all()  # objects that were loaded before have an older version


_STATES = select(
    RecurringExpense.id,
    RecurringExpense.start_date,
    RecurringExpense.frequency,
    RecurringExpense.next_payment,
    RecurringExpense.settled_through,
).order_by(RecurringExpense.id)


def _move(chunk: Sequence[AccrualState]) -> Update:
    given = rows_of(
        {
            "id": (BigInteger(), [one.id for one in chunk]),
            "next_payment": (Date(), [one.next_payment for one in chunk]),
            "settled_through": (Date(), [one.settled_through for one in chunk]),
        }
    )
    return (
        update(RecurringExpense)
        .where(RecurringExpense.id == given.c.id)
        .values(
            next_payment=given.c.next_payment,
            settled_through=given.c.settled_through,
            version=RecurringExpense.version + 1,
        )
    )
