"""Insights about what is in the accounts."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from app.suites.personal.insights.rules.figures import ZERO, Figures
from app.suites.personal.insights.rules.insight import Action, Insight, InsightCode, Severity, money

EMERGENCY_MONTHS, IDLE_MONTHS = 3, 3
IDLE_DAYS = 90
FEWEST_MONTHS = 3
_TENTH = Decimal("0.1")


class Held(NamedTuple):
    """Money of an account that can be spent at once, in the currency of the book."""

    account_id: int
    name: str
    is_checking: bool
    balance: Decimal
    lowest: Decimal
    """The lowest balance of the last ninety days."""
    is_old: bool
    """Whether the account has been there for ninety days."""


def emergency_fund(figures: Figures, held: Sequence[Held]) -> list[Insight]:
    """Money at hand for less than three months of spending."""
    usual = _usual(figures)
    if usual is None:
        return []
    liquid = sum((one.balance for one in held), ZERO)
    months = max(ZERO, liquid) / usual
    if months >= EMERGENCY_MONTHS:
        return []
    return [
        Insight(
            InsightCode.EMERGENCY_FUND,
            Severity.WARNING if months < 1 else Severity.INFO,
            "",
            str(figures.month),
            f"Money at hand for {months.quantize(_TENTH)} months",
            f"{money(liquid, figures.currency)} in cash and bank accounts; the median month costs "
            f"{money(usual, figures.currency)}.",
            liquid,
            figures.currency,
            {
                "liquid": liquid,
                "monthly_expenses": usual,
                "months": months,
                "accounts": [one.account_id for one in held],
            },
            Action.ACCOUNT,
        )
    ]


def idle_cash(figures: Figures, held: Sequence[Held]) -> list[Insight]:
    """A checking account that held more than three months of spending on each of the last ninety days."""
    usual = _usual(figures)
    if usual is None:
        return []
    return [
        Insight(
            InsightCode.IDLE_CASH,
            Severity.INFO,
            f"account:{one.account_id}",
            str(figures.month),
            f"{money(one.lowest, figures.currency)} untouched in {one.name}",
            f"The balance was never below that in {IDLE_DAYS} days; {IDLE_MONTHS} median months cost "
            f"{money(IDLE_MONTHS * usual, figures.currency)}.",
            one.lowest,
            figures.currency,
            {"account_id": one.account_id, "lowest": one.lowest, "monthly_expenses": usual, "days": IDLE_DAYS},
            Action.ACCOUNT,
        )
        for one in held
        if one.is_checking and one.is_old and one.lowest > IDLE_MONTHS * usual
    ]


def _usual(figures: Figures) -> Decimal | None:
    usual = figures.usual_expenses()
    return None if usual is None or usual <= 0 or len(figures.complete) < FEWEST_MONTHS else usual


def of_balances(figures: Figures, held: Sequence[Held]) -> Iterable[Insight]:
    """All insights of this module."""
    yield from emergency_fund(figures, held)
    yield from idle_cash(figures, held)
