"""Insights about what is in the accounts."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.kernel.money import Currency
from app.kernel.periods import Month
from app.suites.personal.insights.rules.figures import ZERO, Figures
from app.suites.personal.insights.rules.insight import Action, Insight, InsightCode, Severity
from app.suites.personal.insights.rules.wording import Money, Value, said

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


class Shortage(NamedTuple):
    """An account whose balance is expected to fall below the least that it should have, in its own currency."""

    account_id: int
    name: str
    currency: Currency
    least: Decimal
    day: date
    balance: Decimal
    is_certain: bool
    """Whether the middle of the forecast is below it; else only the lower end of the interval of 80 % is."""
    possible_from: date
    """First day on which that lower end is below it."""
    has_unplanned: bool = False
    """Whether income is counted on that is not recurring."""


def shortfall_ahead(one: Shortage) -> Insight:
    """A balance that will, or may, fall below the least that its account should have."""
    values: dict[str, Value] = {"name": one.name, "day": one.day}
    will = said("{name} falls short on {day}", "A {name} le faltará dinero el {day}", **values)
    may = said("{name} may fall short on {day}", "A {name} puede faltarle dinero el {day}", **values)
    middle = said("The forecast", "El pronóstico")
    low = said("The lower end of the forecast (80 %)", "El extremo bajo del pronóstico (80 %)")
    which = middle if one.is_certain else low
    if one.has_unplanned:
        which = said("{which}, with the usual income,", "{which}, con los ingresos habituales,", which=which)
    return Insight(
        InsightCode.SHORTFALL_AHEAD,
        Severity.ALERT if one.is_certain else Severity.WARNING,
        f"account:{one.account_id}",
        str(Month.of(one.day)),
        will if one.is_certain else may,
        said(
            "{which} for that day is {balance}; the least balance is {least}.",
            "{which} para ese día es {balance}; el saldo mínimo es {least}.",
            which=which,
            balance=Money(one.balance, one.currency),
            least=Money(one.least, one.currency),
        ),
        one.balance,
        one.currency,
        {
            "account_id": one.account_id,
            "date": one.day,
            "balance": one.balance,
            "low_balance": one.least,
            "is_certain": one.is_certain,
            "possible_from": one.possible_from,
        },
        Action.FORECAST,
    )


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
            said("Money at hand for {months} months", "Dinero para {months} meses", months=months.quantize(_TENTH)),
            said(
                "{liquid} in cash and bank accounts; the median month costs {usual}.",
                "{liquid} en efectivo y cuentas bancarias; el mes mediano cuesta {usual}.",
                liquid=Money(liquid, figures.currency),
                usual=Money(usual, figures.currency),
            ),
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
            said(
                "{lowest} untouched in {name}",
                "{lowest} sin usar en {name}",
                lowest=Money(one.lowest, figures.currency),
                name=one.name,
            ),
            said(
                "The balance was never below that in {days} days; {months} median months cost {cost}.",
                "El saldo no bajó de ahí en {days} días; {months} meses medianos cuestan {cost}.",
                days=IDLE_DAYS,
                months=IDLE_MONTHS,
                cost=Money(IDLE_MONTHS * usual, figures.currency),
            ),
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
