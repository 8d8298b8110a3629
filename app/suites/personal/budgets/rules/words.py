"""Spanish texts of alerts."""

from decimal import Decimal

from app.kernel.currencies import Currency
from app.kernel.languages import Language
from app.kernel.money import in_digits
from app.suites.personal.budgets.rules.limits import Tracking

_LONGEST_NAME = 120


def alert_title(name: str, level: Decimal) -> str:
    """Title of an alert: «Mercado: 80 % del presupuesto»."""
    shown = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    return f"{shown}: {_written(level * 100)} % del presupuesto"


def alert_body(tracking: Tracking, currency: Currency) -> str:
    """Text of an alert: spending, the amount available, and the period."""
    days = tracking.period
    spent, available = (
        f"{written_amount(amount, currency)} {currency}" for amount in (tracking.spent, tracking.available)
    )
    return f"Van {spent} de {available} entre el {days.start:%d/%m/%Y} y el {days.end:%d/%m/%Y}."


def written_amount(amount: Decimal, currency: Currency) -> str:
    """An amount in Spanish with the decimals of its currency: all of them, or none of a whole amount."""
    whole = amount.to_integral_value()
    return Language.SPANISH.digits(f"{whole if whole == amount else in_digits(amount, currency):,f}")


def _written(amount: Decimal) -> str:
    """A number in Spanish, without zeros at the end of its decimals."""
    whole = amount.to_integral_value()
    return Language.SPANISH.digits(f"{whole if whole == amount else amount.normalize():,f}")
