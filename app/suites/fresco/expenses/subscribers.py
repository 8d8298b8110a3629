"""Handlers of the events of cash flow."""

from typing import Any

from app.core.cashflow.events import ForecastBeginning, Planned
from app.core.movements.rules import Kind
from app.infra.context import Context, Subscription
from app.suites.fresco.expenses.service import RecurringService


def plan_occurrences(context: Context, event: ForecastBeginning) -> None:
    """Add the occurrences of recurring expenses that are not accrued yet."""
    for day, currency, amount in RecurringService(context).occurrences_through(event.last):
        event.planned.append(Planned("fresco", Kind.EXPENSE, day, amount, currency))


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (Subscription(ForecastBeginning, plan_occurrences),)
