"""Amounts of money, exact to the smallest unit of their currency."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cache

from app.kernel.currencies import MOST_DIGITS, Currency
from app.kernel.errors import Invalid

__all__ = [
    "CENT",
    "COP_AND_USD",
    "MAX_AMOUNT",
    "MOST_DIGITS",
    "Currency",
    "after_discount",
    "amount_of",
    "equal_parts",
    "in_digits",
    "require_digits",
    "round_cents",
    "round_money",
    "round_worth",
    "rounded_parts",
    "smallest",
    "without_zeros",
]

CENT = Decimal("0.01")
_PRECISION = Decimal("1E-12")
"""Precision of converted amounts: smaller digits are rounding errors of divisions, which add up in long sums."""
MAX_AMOUNT = Decimal("9999999999.99")

COP_AND_USD = (Currency.COP, Currency.USD)
"""Currencies of a company in Colombia that bills in its own and in dollars."""

# Independent of the calling thread's precision: an amount times two rates has some 60 digits, a sum a few more.
_EXACT = Context(prec=80, rounding=ROUND_HALF_UP)
_HUNDRED = Decimal(100)


def smallest(currency: Currency) -> Decimal:
    """The smallest unit: 0.01 for most currencies."""
    return _unit(currency.digits)


def round_money(value: Decimal, currency: Currency) -> Decimal:
    """Round half a unit away from zero, as PostgreSQL's round() does; NaN and Infinity are a ValueError."""
    return _rounded(value, currency.digits)


def round_cents(value: Decimal) -> Decimal:
    """Round to two decimals, whatever is counted."""
    return _rounded(value, 2)


def round_worth(value: Decimal, currency: Currency) -> Decimal:
    """Round a sum of converted amounts, without the errors that divisions leave in its last digits."""
    return round_money(value.quantize(_PRECISION, context=_EXACT), currency)


def require_digits(amount: Decimal, currency: Currency, field: str) -> None:
    """Raise Invalid, naming the field, for an amount with more decimals than its currency has."""
    if round_money(amount, currency) != amount:
        message = f"Not an amount with at most {currency.digits} decimals, as {currency} has."
        raise Invalid(message, code="currency_decimals", errors={field: [message]})


def in_digits(amount: Decimal, currency: Currency) -> Decimal:
    """A stored amount with as many decimals as its currency has; with more where it has them nevertheless."""
    rounded = round_money(amount, currency)
    return rounded if rounded == amount else without_zeros(amount)


def without_zeros(amount: Decimal) -> Decimal:
    """A stored amount, whose currency is not known here, without zeros at the end of its decimals."""
    whole = amount.to_integral_value()
    return whole if whole == amount else amount.normalize(_EXACT)


def rounded_parts(parts: Sequence[Decimal], currency: Currency, total: Decimal | None = None) -> list[Decimal]:
    """The parts rounded so that they give their rounded sum, or a total that was rounded elsewhere.

    All are cut to whole units; those that lost most get the units that are missing then, of equal ones the first.
    """
    with localcontext(_EXACT):
        exact = [part.quantize(_PRECISION) for part in parts]
        unit = smallest(currency)
        total = round_worth(sum(parts, Decimal(0)), currency) if total is None else total
        whole = [part.quantize(unit, rounding=ROUND_DOWN) for part in exact]
        missing = int((total - sum(whole, Decimal(0))) / unit)
        sign = 1 if missing > 0 else -1
        by_loss = sorted(range(len(parts)), key=lambda place: sign * (whole[place] - exact[place]))
        for place in by_loss[: abs(missing)]:
            whole[place] += sign * unit
        return [part if part else abs(part) for part in whole]


def amount_of(quantity: Decimal, unit_value: Decimal, currency: Currency) -> Decimal:
    """The amount that a quantity comes to at the value of one unit; it is rounded here and only here."""
    with localcontext(_EXACT):
        return round_money(quantity * unit_value, currency)


def equal_parts(total: Decimal, n: int, currency: Currency) -> list[Decimal]:
    """Split the total into `n` parts that add up to it; the first get the odd units, later ones may be zero."""
    if n < 1:
        raise ValueError("there must be at least one part")
    if round_money(total, currency) != total:
        raise ValueError(f"{total} has more decimals than {currency}")
    unit = smallest(currency)
    part, odd = divmod(int(total.scaleb(currency.digits, _EXACT)), n)
    with localcontext(_EXACT):
        return [(part + 1) * unit] * odd + [part * unit] * (n - odd)


def after_discount(amount: Decimal, percentage: Decimal, currency: Currency) -> Decimal:
    """The amount less a discount of 0 to 100 percent, rounded half up."""
    if not (percentage.is_finite() and 0 <= percentage <= _HUNDRED):
        raise ValueError(f"{percentage} is not a percentage")
    with localcontext(_EXACT):
        return round_money(amount * (_HUNDRED - percentage) / _HUNDRED, currency)


def _rounded(value: Decimal, digits: int) -> Decimal:
    if not value.is_finite():
        raise ValueError(f"{value} is not an amount")
    units = value.quantize(_unit(digits), context=_EXACT)
    return units if units else abs(units)  # JSON must not contain -0.0


@cache
def _unit(digits: int) -> Decimal:
    return Decimal(1).scaleb(-digits)
