"""Service of accrued expenses."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TypedDict, Unpack

from app.core.files.service import FileService
from app.infra.context import Context
from app.kernel.errors import Conflict, Invalid
from app.kernel.files import JudgedFile
from app.suites.fresco.expenses.models import AccruedExpense, AccruedExpenseRecord
from app.suites.fresco.expenses.repository import AccrualState, AccruedRepository, RecurringRepository
from app.suites.fresco.expenses.rules import Accrual, AccruedStatus, accrual, end_of_month, next_payment


class PaidValues(TypedDict, total=False):
    """The values of an accrued expense that its payment may set; None keeps the stored one."""

    payment_method: str | None
    receipt_path: str | None


class PaymentRequest(PaidValues, total=False):
    """Payment of an accrued expense; None as day means today."""

    payment_date: date | None


class AccruedService:
    """Accrues every occurrence exactly once, and records payments."""

    def __init__(self, context: Context) -> None:
        self.accrued = AccruedRepository(context.session)
        self.recurring = RecurringRepository(context.session)
        self.files = FileService(context)

    def get(self, accrued_id: int) -> AccruedExpenseRecord:
        """One accrued expense."""
        return self.accrued.get(accrued_id)

    def pay(
        self,
        accrued_id: int,
        *,
        today: date,
        payment_date: date | None = None,
        file: JudgedFile | None = None,
        **given: Unpack[PaidValues],
    ) -> AccruedExpense:
        """Mark as paid once, today unless another day is given."""
        expense = self.accrued.get_for_update(accrued_id)
        if expense.status is AccruedStatus.PAID:
            raise Conflict("It is already paid.", code="already_paid")
        paid_date = payment_date or today
        if paid_date > today:
            raise Invalid.field("payment_date", "Must not be in the future.")
        known = {name: value for name, value in given.items() if value is not None}
        receipt = self.files.attached(given, file)
        return self.accrued.change(expense, {**known, **receipt, "status": AccruedStatus.PAID, "paid_date": paid_date})

    def accrue(self, today: date) -> dict[str, int]:
        """Accrue the open occurrences of active recurring expenses through the end of this month."""
        through = end_of_month(today)
        owed = [(one, _owed(one, through)) for one in self.recurring.get_due_for_update(through)]
        new = self.accrued.accrue(_occurrences(owed), today)
        self.recurring.update_settled(_after_accrual(one, due) for one, due in owed)
        return {"recurring": len(owed), "expenses": new, "cut": sum(due.cut for _, due in owed)}

    def mark_overdue(self, today: date) -> int:
        """Mark unpaid expenses due before today as overdue."""
        return self.accrued.mark_overdue(today)

    def unpaid_between(self, first: date, last: date) -> list[AccruedExpenseRecord]:
        """Unpaid expenses due from the first to the last of these days, by due date."""
        return self.accrued.unpaid_between(first, last)

    def violations(self, today: date) -> list[str]:
        """Messages about wrong statuses of accrued expenses and wrong next payments of recurring ones."""
        misjudged = self.accrued.misjudged(today)
        wrong = [one.id for one in self.recurring.every() if one.next_payment != _next(one)]
        return [
            *(f"accrued expense {row_id} has a status that contradicts its date" for row_id in misjudged),
            *(
                f"recurring expense {row_id} has a next payment that does not follow from its calendar"
                for row_id in wrong
            ),
        ]


def _owed(one: AccrualState, through: date) -> Accrual:
    return accrual(one.start_date, one.frequency, one.settled_through, through)


def _occurrences(owed: list[tuple[AccrualState, Accrual]]) -> Iterator[tuple[int, date]]:
    return ((one.id, day) for one, due in owed for day in due.days)


def _after_accrual(one: AccrualState, due: Accrual) -> AccrualState:
    reached = replace(one, settled_through=due.settled_through)
    return replace(reached, next_payment=_next(reached))


def _next(one: AccrualState) -> date:
    return next_payment(one.start_date, one.frequency, one.settled_through)
