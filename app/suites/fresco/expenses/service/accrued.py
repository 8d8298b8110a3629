"""Service that accrues recurring expenses."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from app.infra.context import Context
from app.suites.fresco.expenses.models import AccruedExpenseRecord
from app.suites.fresco.expenses.repository import AccrualState, AccruedRepository, RecurringRepository
from app.suites.fresco.expenses.rules import Accrual, accrual, end_of_month, next_payment


class AccruedService:
    """Accrues every occurrence exactly once."""

    def __init__(self, context: Context) -> None:
        self.accrued = AccruedRepository(context.session)
        self.recurring = RecurringRepository(context.session)

    def accrue(self, today: date) -> dict[str, int]:
        """Accrue the open occurrences of active recurring expenses through the end of this month."""
        return self.accrue_states(self.recurring.get_due_for_update(end_of_month(today)), today)

    def accrue_states(self, states: Sequence[AccrualState], today: date) -> dict[str, int]:
        """Accrue the open occurrences of these recurring expenses, which are locked, through the end of this month."""
        owed = [(one, _owed(one, end_of_month(today))) for one in states]
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
