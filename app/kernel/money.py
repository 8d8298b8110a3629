"""Amounts of money, exact to the cent."""

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum

CENT = Decimal("0.01")
_NOISE = Decimal("1E-12")
"""What is less is not of the amounts: quotients have no last digit, and many of them are added up."""
MAX_AMOUNT = Decimal("9999999999.99")

# Independent of the calling thread's precision: an amount times a rate has some 30 digits, a sum a few more.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_HUNDRED = Decimal(100)


class Currency(StrEnum):
    """The currencies the company bills in."""

    COP = "COP"
    USD = "USD"


def round_cents(value: Decimal) -> Decimal:
    """Half a cent rounds away from zero, as PostgreSQL's round() does; NaN and Infinity are refused."""
    if not value.is_finite():
        raise ValueError(f"{value} is not an amount")
    cents = value.quantize(CENT, context=_EXACT)
    return cents if cents else abs(cents)  # a JSON answer must not say -0.0


def round_worth(value: Decimal) -> Decimal:
    """The same of what many amounts are worth: half a cent but for the last digits of quotients is half a cent."""
    return round_cents(value.quantize(_NOISE, context=_EXACT))


def equal_parts(total: Decimal, n: int) -> list[Decimal]:
    """`n` parts that add up to the total to the cent, odd cents in the first ones; too few leave zeros."""
    if n < 1:
        raise ValueError("there must be at least one part")
    if round_cents(total) != total:
        raise ValueError(f"{total} has more than two decimals")
    part, odd = divmod(int(total.scaleb(2, _EXACT)), n)
    return [_from_cents(part + 1)] * odd + [_from_cents(part)] * (n - odd)


def after_discount(amount: Decimal, percentage: Decimal) -> Decimal:
    """What is left of the amount after 0 to 100 percent off, rounded half up to the cent."""
    if not (percentage.is_finite() and 0 <= percentage <= _HUNDRED):
        raise ValueError(f"{percentage} is not a percentage")
    with localcontext(_EXACT):
        return round_cents(amount * (_HUNDRED - percentage) / _HUNDRED)


def _from_cents(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2, _EXACT)
