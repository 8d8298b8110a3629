"""Handlers of the events of cash flow and imports."""

from typing import Any

from app.core.cashflow.events import ForecastBeginning, Planned
from app.core.imports.events import ImportUndoing
from app.core.movements.rules import Kind
from app.infra.context import Context, Subscription
from app.suites.fresco.expenses.service import ExpenseImporter, ExpenseService, RecurringService


def plan_occurrences(context: Context, event: ForecastBeginning) -> None:
    """Add the occurrences of recurring expenses that are not accrued yet."""
    for day, currency, amount in RecurringService(context).occurrences_through(event.last):
        event.planned.append(Planned("fresco", Kind.EXPENSE, day, amount, currency))


def undo_import(context: Context, event: ImportUndoing) -> None:
    """Delete the expenses of an import that nobody changed or uses."""
    if event.kind == ExpenseImporter.kind:
        ExpenseService(context).take_back(event.ids, event.left)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(ForecastBeginning, plan_occurrences),
    Subscription(ImportUndoing, undo_import),
)
