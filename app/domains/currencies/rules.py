"""What a rate is, and the rule of conversion, over plain values. `repository.py` says the same in SQL."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import Context, Decimal, localcontext
from operator import itemgetter

from app.kernel.money import Currency

DatedRate = tuple[date, Decimal]
"""A day, and what a dollar cost in pesos on it."""

LOWEST_RATE, HIGHEST_RATE = Decimal("0.000001"), Decimal("999999999999.999999")
RATE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)
"""How a rate is written; above zero besides."""

# Wide enough for an amount times a rate, and for a quotient that no later sum can tell from the exact one.
_UNROUNDED = Context(prec=60)


def rate_in(text: str) -> Decimal | None:
    """The rate that is written there, or None if none is."""
    rate = Decimal(text) if RATE.fullmatch(text) else Decimal(0)
    return rate if rate > 0 else None


def rate_on(rates: Sequence[DatedRate], day: date) -> Decimal | None:
    """The latest on or before the day, or, before the first, the first; None of none. They come sorted by day."""
    if not rates:
        return None
    known_by_then = bisect_right(rates, day, key=itemgetter(0))
    return rates[max(known_by_then - 1, 0)][1]


def convert(amount: Decimal, currency: Currency, target: Currency, rate: Decimal) -> Decimal:
    """The amount in the target currency, unrounded; the rate is in pesos for a dollar."""
    if currency is target:
        return amount
    with localcontext(_UNROUNDED):
        return amount * rate if target is Currency.COP else amount / rate
