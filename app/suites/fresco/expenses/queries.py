"""Queries of all kinds of expenses."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select

from app.core.movements.models import MovementDaySum
from app.core.parties.models import Party
from app.infra.db.columns import containing
from app.infra.queries.amounts import AmountTable
from app.infra.queries.repository import Filter, equal, within
from app.suites.fresco.expenses.models import (
    AccruedExpense,
    AccruedExpenseRecord,
    Expense,
    ExpenseRecord,
    RecurringExpense,
    RecurringExpenseRecord,
)
from app.suites.fresco.expenses.rules import AccruedStatus, RecurringStatus
from app.suites.fresco.projects.models import Project

_sums = MovementDaySum.__table__.c
_SUMS = select(_sums.amount, _sums.currency, _sums.date, _sums.movements, _sums.category)
EXPENSES = AmountTable(
    Expense,
    ExpenseRecord,
    day=Expense.__table__.c.date,
    rollup=_SUMS.where(_sums.suite == "fresco", _sums.source == "expense").subquery("sums"),
)
RECURRING = AmountTable(
    RecurringExpense,
    RecurringExpenseRecord,
    day=RecurringExpense.__table__.c.next_payment,
)
_accrued = AccruedExpense.__table__.c
# Amounts are converted at the rate of the paid date, or of the due date while unpaid.
ACCRUED = AmountTable(AccruedExpense, AccruedExpenseRecord, day=func.coalesce(_accrued.paid_date, _accrued.due_date))


@dataclass(frozen=True, slots=True)
class ExpenseFilter(Filter):
    """Criteria of expenses; all that are set must hold."""

    category: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    q: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        given = equal((Expense.category, self.category))
        given += within(Expense.date, self.date_from, self.date_to)
        if self.q is not None:
            given.append(_found(self.q))
        return given


@dataclass(frozen=True, slots=True)
class RecurringFilter(Filter):
    """Criteria of recurring expenses."""

    status: RecurringStatus | None = None
    category: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        return equal((RecurringExpense.status, self.status), (RecurringExpense.category, self.category))


@dataclass(frozen=True, slots=True)
class AccruedFilter(Filter):
    """Criteria of accrued expenses; the dates are due dates."""

    status: AccruedStatus | None = None
    date_from: date | None = None
    date_to: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        given = equal((AccruedExpense.status, self.status))
        return given + within(AccruedExpense.due_date, self.date_from, self.date_to)


def _found(q: str) -> ColumnElement[bool]:
    parties = select(Party.id).where(containing(q, Party.name))
    projects = select(Project.id).where(containing(q, Project.name))
    own = containing(q, Expense.description, Expense.category, Expense.notes)
    return or_(own, Expense.client_id.in_(parties), Expense.project_id.in_(projects))
