"""Amounts of money, exact to the cent."""

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum

CENT = Decimal("0.01")
_PRECISION = Decimal("1E-12")
"""Precision of converted amounts: smaller digits are rounding errors of divisions, which add up in long sums."""
MAX_AMOUNT = Decimal("9999999999.99")

# Independent of the calling thread's precision: an amount times a rate has some 30 digits, a sum a few more.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_HUNDRED = Decimal(100)


class Currency(StrEnum):
    """The currencies the company bills in."""

    COP = "COP"
    USD = "USD"


def round_cents(value: Decimal) -> Decimal:
    """Round half a cent away from zero, as PostgreSQL's round() does; NaN and Infinity are a ValueError."""
    if not value.is_finite():
        raise ValueError(f"{value} is not an amount")
    cents = value.quantize(CENT, context=_EXACT)
    return cents if cents else abs(cents)  # JSON must not contain -0.0


def round_worth(value: Decimal) -> Decimal:
    """Round a sum of converted amounts to cents, without the errors that divisions leave in its last digits."""
    return round_cents(value.quantize(_PRECISION, context=_EXACT))


def equal_parts(total: Decimal, n: int) -> list[Decimal]:
    """Split the total into `n` parts that add up to it; the first parts get the odd cents, later ones may be zero."""
    if n < 1:
        raise ValueError("there must be at least one part")
    if round_cents(total) != total:
        raise ValueError(f"{total} has more than two decimals")
    part, odd = divmod(int(total.scaleb(2, _EXACT)), n)
    return [_from_cents(part + 1)] * odd + [_from_cents(part)] * (n - odd)


def after_discount(amount: Decimal, percentage: Decimal) -> Decimal:
    """The amount less a discount of 0 to 100 percent, rounded half up to the cent."""
    if not (percentage.is_finite() and 0 <= percentage <= _HUNDRED):
        raise ValueError(f"{percentage} is not a percentage")
    with localcontext(_EXACT):
        return round_cents(amount * (_HUNDRED - percentage) / _HUNDRED)


def _from_cents(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2, _EXACT)
