"""Insights about budgets and goals."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.kernel.money import Currency
from app.suites.personal.insights.rules.insight import Action, Insight, InsightCode, Severity, day_name, money, percent

PACE = Decimal("0.15")
FROM_DAY = 5


class BudgetState(NamedTuple):
    """The current period of a budget."""

    id: int
    name: str
    currency: Currency
    start: date
    end: date
    available: Decimal
    spent: Decimal
    pace: Decimal | None
    """Part that was spent less part of the days that passed."""


def budget_exceeded(one: BudgetState) -> Insight | None:
    """A budget of which more was spent than there was."""
    if one.spent <= one.available:
        return None
    over = one.spent - one.available
    return _of_budget(
        one,
        InsightCode.BUDGET_EXCEEDED,
        Severity.ALERT,
        f"{one.name} is exceeded by {money(over, one.currency)}",
        over,
    )


def budget_pace(one: BudgetState, today: date) -> Insight | None:
    """A budget that is spent fifteen points faster than its days pass, from the fifth day on."""
    day = (today - one.start).days + 1
    if one.pace is None or one.pace <= PACE or day < FROM_DAY or one.spent > one.available:
        return None
    share = one.spent / one.available
    title = f"{percent(share)} of {one.name} is spent"
    return _of_budget(one, InsightCode.BUDGET_PACE, Severity.WARNING, title, one.spent)


def _of_budget(one: BudgetState, code: InsightCode, severity: Severity, title: str, amount: Decimal) -> Insight:
    length = (one.end - one.start).days + 1
    return Insight(
        code,
        severity,
        f"budget:{one.id}",
        one.start.isoformat(),
        title,
        f"{money(one.spent, one.currency)} of {money(one.available, one.currency)} in the {length} days until "
        f"{day_name(one.end)}.",
        amount,
        one.currency,
        {"budget_id": one.id, "spent": one.spent, "available": one.available, "pace": one.pace, "until": one.end},
        Action.BUDGET,
    )


def of_budgets(budgets: Sequence[BudgetState], today: date) -> Iterable[Insight]:
    """The insights about these budgets."""
    for one in budgets:
        yield from (found for found in (budget_exceeded(one), budget_pace(one, today)) if found is not None)
