"""Expenses that fell due: accrued from the recurring ones, paid, overdue."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from app.domains.expenses.models import AccruedExpense
from app.domains.expenses.repository import AccruedRepository, RecurringRepository, Standing
from app.domains.expenses.rules import Accrual, AccruedStatus, accrual, end_of_month, next_payment
from app.domains.files.service import FileService
from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid
from app.kernel.files import GivenFile


class AccruedService:
    """Makes an expense of every occurrence, exactly once, and keeps what becomes of it."""

    def __init__(self, context: Context) -> None:
        self.accrued = AccruedRepository(context.session)
        self.recurring = RecurringRepository(context.session)
        self.files = FileService(context)

    def get(self, accrued_id: int) -> Any:
        """One accrued expense."""
        return self.accrued.get(accrued_id)

    def pay(
        self,
        accrued_id: int,
        *,
        today: date,
        payment_date: date | None = None,
        file: GivenFile | None = None,
        **given: Any,
    ) -> AccruedExpense:
        """It was paid, today unless another day is given; only once."""
        expense = self.accrued.get_for_update(accrued_id)
        if expense.status is AccruedStatus.PAID:
            raise Conflict("It is paid already.", code="already_paid")
        paid_date = payment_date or today
        if paid_date > today:
            raise Invalid.field("payment_date", "Lies in the future.")
        known = {name: value for name, value in given.items() if value is not None}
        changes = self.files.attached(known, file)
        return self.accrued.change(expense, {**changes, "status": AccruedStatus.PAID, "paid_date": paid_date})

    def accrue(self, today: date) -> dict[str, int]:
        """Every open occurrence up to the end of this month, of every active recurring expense."""
        through = end_of_month(today)
        owed = [(one, _owed(one, through)) for one in self.recurring.hold_due(through)]
        new = self.accrued.accrue(_occurrences(owed), today)
        self.recurring.move_on(_settled(one, due) for one, due in owed)
        return {"recurring": len(owed), "expenses": new, "cut": sum(due.cut for _, due in owed)}

    def mark_overdue(self, today: date) -> int:
        """Turn overdue what is unpaid and was due before today."""
        return self.accrued.mark_overdue(today)

    def violations(self, today: date) -> list[str]:
        """Expenses whose status contradicts their date, recurring ones whose next payment is on no such day."""
        misjudged = self.accrued.misjudged(today)
        wrong = [one.id for one in self.recurring.every() if one.next_payment != _next(one)]
        return [
            *(f"accrued expense {row_id} has a status that contradicts its date" for row_id in misjudged),
            *(
                f"recurring expense {row_id} has a next payment that does not follow from its calendar"
                for row_id in wrong
            ),
        ]


def _owed(one: Standing, through: date) -> Accrual:
    return accrual(one.start_date, one.frequency, one.settled_through, through)


def _occurrences(owed: list[tuple[Standing, Accrual]]) -> Iterator[tuple[int, date]]:
    return ((one.id, day) for one, due in owed for day in due.days)


def _settled(one: Standing, due: Accrual) -> Standing:
    reached = replace(one, settled_through=due.settled_through)
    return replace(reached, next_payment=_next(reached))


def _next(one: Standing) -> date:
    return next_payment(one.start_date, one.frequency, one.settled_through)
