"""Insights about budgets and goals."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from app.kernel.money import Currency
from app.kernel.periods import Month
from app.suites.personal.insights.rules.insight import Action, Fact, Insight, InsightCode, Severity
from app.suites.personal.insights.rules.wording import Money, Percent, Said, said

PACE = Decimal("0.15")
FROM_DAY = 5
REACHED_FOR = timedelta(days=60)
"""Time for which a reached goal is listed."""


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
        said(
            "{name} is exceeded by {over}", "{name} se excedió en {over}", name=one.name, over=Money(over, one.currency)
        ),
        over,
    )


def budget_pace(one: BudgetState, today: date) -> Insight | None:
    """A budget that is spent fifteen points faster than its days pass, from the fifth day on."""
    day = (today - one.start).days + 1
    if one.pace is None or one.pace <= PACE or day < FROM_DAY or one.spent > one.available:
        return None
    share = one.spent / one.available
    title = said("{share} of {name} is spent", "Ya se gastó el {share} de {name}", share=Percent(share), name=one.name)
    return _of_budget(one, InsightCode.BUDGET_PACE, Severity.WARNING, title, one.spent)


def _of_budget(one: BudgetState, code: InsightCode, severity: Severity, title: Said, amount: Decimal) -> Insight:
    length = (one.end - one.start).days + 1
    return Insight(
        code,
        severity,
        f"budget:{one.id}",
        one.start.isoformat(),
        title,
        said(
            "{spent} of {available} in the {length} days until {end}.",
            "{spent} de {available} en los {length} días hasta el {end}.",
            spent=Money(one.spent, one.currency),
            available=Money(one.available, one.currency),
            length=length,
            end=one.end,
        ),
        amount,
        one.currency,
        {"budget_id": one.id, "spent": one.spent, "available": one.available, "pace": one.pace, "until": one.end},
        Action.BUDGET,
    )


def of_budgets(budgets: Sequence[BudgetState], today: date) -> Iterable[Insight]:
    """The insights about these budgets."""
    for one in budgets:
        yield from (found for found in (budget_exceeded(one), budget_pace(one, today)) if found is not None)


class GoalState(NamedTuple):
    """A goal and what was reached of it."""

    id: int
    name: str
    currency: Currency
    target: Decimal
    current: Decimal
    target_date: date | None
    required_monthly: Decimal | None
    """Amount to contribute each month until the day of the target; None once it is past."""
    projected_date: date | None
    is_on_track: bool | None
    is_reached: bool
    reached_on: date | None
    """Day on which the milestone of 100 % was reached; None where the goal has none."""


def goal_behind(one: GoalState, today: date) -> Insight | None:
    """A goal that will not be reached by its day at the usual pace, or whose day is past."""
    if one.is_on_track is not False or one.target_date is None:
        return None
    lacking, is_overdue = one.target - one.current, one.target_date < today
    until = said("until {day}", "hasta el {day}", day=one.target_date)
    since = said("; its day was {day}", "; su fecha era el {day}", day=one.target_date)
    monthly = said(
        ", which takes {monthly} a month {until}",
        ", o sea {monthly} al mes {until}",
        monthly=Money(one.required_monthly or lacking, one.currency),
        until=until,
    )
    return Insight(
        InsightCode.GOAL_BEHIND,
        Severity.WARNING,
        f"goal:{one.id}",
        str(Month.of(today)),
        said("{name} is behind its plan", "{name} va atrasada", name=one.name),
        said(
            "{current} of {target}; {lacking} is lacking{more}.",
            "{current} de {target}; faltan {lacking}{more}.",
            current=Money(one.current, one.currency),
            target=Money(one.target, one.currency),
            lacking=Money(lacking, one.currency),
            more=since if is_overdue else monthly,
        ),
        lacking,
        one.currency,
        {
            **_of_goal(one),
            "required_monthly": one.required_monthly,
            "projected_date": one.projected_date,
            "target_date": one.target_date,
            "overdue": is_overdue,
        },
        Action.GOAL,
    )


def goal_reached(one: GoalState, today: date) -> Insight | None:
    """A goal that is reached, for sixty days after it was."""
    if not one.is_reached or (one.reached_on is not None and one.reached_on < today - REACHED_FOR):
        return None
    when = said(" It was reached on {day}.", " Se alcanzó el {day}.", day=one.reached_on or today)
    return Insight(
        InsightCode.GOAL_REACHED,
        Severity.INFO,
        f"goal:{one.id}",
        "",
        said("{name} is reached", "Meta alcanzada: {name}", name=one.name),
        said(
            "{current} of {target}.{when}",
            "{current} de {target}.{when}",
            current=Money(one.current, one.currency),
            target=Money(one.target, one.currency),
            when="" if one.reached_on is None else when,
        ),
        one.current,
        one.currency,
        {**_of_goal(one), "reached_on": one.reached_on},
        Action.GOAL,
    )


def _of_goal(one: GoalState) -> dict[str, Fact]:
    return {"goal_id": one.id, "current": one.current, "target": one.target}


def of_goals(goals: Sequence[GoalState], today: date) -> Iterable[Insight]:
    """The insights about these goals."""
    for one in goals:
        yield from (found for found in (goal_behind(one, today), goal_reached(one, today)) if found is not None)
