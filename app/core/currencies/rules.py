"""Rules of exchange rates and conversion, over plain values; `repository.py` has their SQL counterparts."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import Context, Decimal, localcontext
from operator import itemgetter

from app.kernel.money import Currency

DatedRate = tuple[date, Decimal]
"""A day, and the price of a dollar in pesos on it."""

LOWEST_RATE, HIGHEST_RATE = Decimal("0.000001"), Decimal("999999999999.999999")
RATE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)
"""Notation of a rate, which must also be above zero."""

# Precise enough for an exact product, and for quotients whose sums equal the exact ones after rounding.
_UNROUNDED = Context(prec=60)


def rate_in(text: str) -> Decimal | None:
    """The rate in a text, or None if the text is not a rate."""
    rate = Decimal(text) if RATE.fullmatch(text) else Decimal(0)
    return rate if rate > 0 else None


def rate_on(rates: Sequence[DatedRate], day: date) -> Decimal | None:
    """The latest rate on or before the day; before the first rate, the first; None without rates.

    The rates must be sorted by day.
    """
    if not rates:
        return None
    known = bisect_right(rates, day, key=itemgetter(0))
    return rates[max(known - 1, 0)][1]


def convert(amount: Decimal, currency: Currency, target: Currency, rate: Decimal) -> Decimal:
    """The amount in the target currency, unrounded; the rate is in pesos per dollar."""
    if currency is target:
        return amount
    with localcontext(_UNROUNDED):
        return amount * rate if target is Currency.COP else amount / rate
