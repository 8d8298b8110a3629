"""Queries of all kinds of expenses."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, case, func, or_, select

from app.core.movements.models import MovementDaySum
from app.core.movements.rules import Nature
from app.core.parties.models import Party
from app.infra.db.columns import containing, tagged
from app.infra.queries.amounts import AmountTable
from app.infra.queries.names import NamedColumn
from app.infra.queries.repository import Filter, among, equal, within
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
# An expense's IVA is a movement of its own, and no expense more.
_COUNT = case((_sums.nature == Nature.TAX.value, 0), else_=_sums.movements).label("movements")
_SUMS = select(_sums.amount, _sums.currency, _sums.date, _COUNT, _sums.category)
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
_expense, _accrued, _recurring = Expense.__table__.c, AccruedExpense.__table__.c, RecurringExpense.__table__.c
CATEGORIES = (
    NamedColumn(Expense, _expense.category, _expense.date),
    NamedColumn(AccruedExpense, _accrued.category, _accrued.due_date),
    NamedColumn(RecurringExpense, _recurring.category, _recurring.start_date),
)
# Amounts are converted at the rate of the paid date, or of the due date while unpaid.
ACCRUED = AmountTable(AccruedExpense, AccruedExpenseRecord, day=func.coalesce(_accrued.paid_date, _accrued.due_date))


@dataclass(frozen=True, slots=True)
class ExpenseFilter(Filter):
    """Criteria of expenses; all that are set must hold."""

    category: tuple[str, ...] | None = None
    client_id: int | None = None
    project_id: int | None = None
    supplier_id: int | None = None
    payment_method: str | None = None
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    date_from: date | None = None
    date_to: date | None = None
    tag: str | None = None
    q: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        given = among((Expense.category, self.category)) + _belonging(Expense, self) + tagged(Expense.tags, self.tag)
        given += within(Expense.date, self.date_from, self.date_to)
        if self.q is not None:
            given.append(_found(Expense, self.q))
        return given


@dataclass(frozen=True, slots=True)
class RecurringFilter(Filter):
    """Criteria of recurring expenses."""

    status: RecurringStatus | None = None
    category: str | None = None
    supplier_id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        return equal(
            (RecurringExpense.status, self.status),
            (RecurringExpense.category, self.category),
            (RecurringExpense.supplier_id, self.supplier_id),
        )


@dataclass(frozen=True, slots=True)
class AccruedFilter(Filter):
    """Criteria of accrued expenses; the dates are due dates."""

    status: tuple[AccruedStatus, ...] | None = None
    category: tuple[str, ...] | None = None
    client_id: int | None = None
    project_id: int | None = None
    supplier_id: int | None = None
    payment_method: str | None = None
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    date_from: date | None = None
    date_to: date | None = None
    q: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        given = among((AccruedExpense.status, self.status), (AccruedExpense.category, self.category))
        given += _belonging(AccruedExpense, self) + within(AccruedExpense.due_date, self.date_from, self.date_to)
        if self.q is not None:
            given.append(or_(_found(AccruedExpense, self.q), containing(self.q, AccruedExpense.invoice_number)))
        return given


_Spent = type[Expense] | type[AccruedExpense]


def _belonging(model: _Spent, criteria: ExpenseFilter | AccruedFilter) -> list[ColumnElement[bool]]:
    """Conditions that both kinds have."""
    belongs = equal(
        (model.client_id, criteria.client_id),
        (model.project_id, criteria.project_id),
        (model.supplier_id, criteria.supplier_id),
        (model.payment_method, criteria.payment_method),
    )
    return belongs + within(model.amount, criteria.amount_min, criteria.amount_max)


def _found(model: _Spent, q: str) -> ColumnElement[bool]:
    parties = select(Party.id).where(containing(q, Party.name))
    projects = select(Project.id).where(containing(q, Project.name))
    own = containing(q, model.description, model.category, model.notes)
    return or_(own, model.client_id.in_(parties), model.supplier_id.in_(parties), model.project_id.in_(projects))
