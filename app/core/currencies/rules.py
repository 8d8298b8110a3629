"""Rules of exchange rates and conversion, over plain values; `queries.py` has their SQL counterparts."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from operator import itemgetter

from app.kernel.money import Currency

DatedRate = tuple[date, Decimal]
"""A day, and the price of one unit of a base currency in a quote currency on it."""

Pair = tuple[Currency, Currency]
"""Base and quote currency, in the direction in which the pair's rates are stored."""

LOWEST_RATE, HIGHEST_RATE = Decimal("0.000000000001"), Decimal("9999999999999999.999999999999")
RATE = re.compile(r"[0-9]{1,16}(\.[0-9]{1,12})?", re.ASCII)
"""Notation of a rate, which must also be above zero."""
SHOWN_DECIMALS = 6
"""Decimals that a rate is shown with at least."""

# Precise enough for an exact product, and for quotients whose sums equal the exact ones after rounding.
_UNROUNDED = Context(prec=80, rounding=ROUND_HALF_UP)
_HALF = Decimal("0.5")


class RateKind(StrEnum):
    """Side of a rate: between the two, or that at which the base currency is bought or sold by who publishes it."""

    MID = "mid"
    BUY = "buy"
    SELL = "sell"

    @property
    def inverse(self) -> "RateKind":
        """Side of the inverse rate: who buys one currency sells the other."""
        return _INVERSE.get(self, self)


_INVERSE = {RateKind.BUY: RateKind.SELL, RateKind.SELL: RateKind.BUY}

Rates = Mapping[Pair, Mapping[RateKind, Sequence[DatedRate]]]
"""Stored rates by pair and side, sorted by day."""


@dataclass(frozen=True, slots=True)
class Leg:
    """The stored rate of a pair that applies to a day, with its own day; `inverse` if it is to be divided by."""

    rate: Decimal
    day: date
    inverse: bool


@dataclass(frozen=True, slots=True)
class Price:
    """Price of one currency in another: no leg for the same currency, one for a stored pair, two for a cross."""

    legs: tuple[Leg, ...] = ()
    via: Currency | None = None
    """Currency between the two legs of a cross."""

    @property
    def rate(self) -> Decimal:
        """The rate of a stored pair as it is stored; of a cross, the price of one unit, rounded to twelve decimals."""
        if not self.legs:
            return Decimal(1)
        if len(self.legs) == 1:
            return shown(self.legs[0].rate)
        return shown(self.worth(Decimal(1)).quantize(LOWEST_RATE, context=_UNROUNDED))

    @property
    def day(self) -> date | None:
        """The day of the rate, of two the older; None if no rate is needed."""
        return min((leg.day for leg in self.legs), default=None)

    def worth(self, amount: Decimal) -> Decimal:
        """The converted amount, unrounded."""
        divisor = Decimal(1)
        with localcontext(_UNROUNDED):
            for leg in self.legs:
                if leg.inverse:
                    divisor *= leg.rate
                else:
                    amount *= leg.rate
            return amount if divisor == 1 else amount / divisor


def rate_in(text: str) -> Decimal | None:
    """The rate in a text, or None if the text is not a rate."""
    rate = Decimal(text) if RATE.fullmatch(text) else Decimal(0)
    return rate if rate > 0 else None


def shown(rate: Decimal) -> Decimal:
    """The rate with as many decimals as it needs, but at least those that rates of the dollar always had."""
    needed = -int(rate.normalize(_UNROUNDED).as_tuple().exponent) if rate else 0
    return rate.quantize(Decimal(1).scaleb(-max(needed, SHOWN_DECIMALS)), context=_UNROUNDED)


def rate_on(rates: Sequence[DatedRate], day: date) -> DatedRate:
    """The latest rate on or before the day, or else the first; the rates must be sorted by day, and not be none."""
    known = bisect_right(rates, day, key=itemgetter(0))
    return rates[max(known - 1, 0)]


def pivots(base: Currency) -> tuple[Currency, ...]:
    """Currencies by which a cross may go, the preferred one first."""
    return tuple(dict.fromkeys((Currency.USD, base)))


def price_of(
    rates: Rates,
    currency: Currency,
    target: Currency,
    day: date,
    kind: RateKind = RateKind.MID,
    via: Sequence[Currency] = (Currency.USD,),
) -> Price | None:
    """The price on a day: of the stored pair, either way round, or else by the first pivot that has both rates."""
    if currency is target:
        return Price()
    for pivot, steps in _routes(currency, target, via):
        legs = [leg for step in steps if (leg := _leg(rates, step, day, kind)) is not None]
        if len(legs) == len(steps):
            return Price(tuple(legs), pivot)
    return None


def _routes(
    currency: Currency, target: Currency, via: Sequence[Currency]
) -> Iterator[tuple[Currency | None, Sequence[Pair]]]:
    yield None, [(currency, target)]
    for pivot in via:
        if pivot not in (currency, target):
            yield pivot, [(currency, pivot), (pivot, target)]


def _leg(rates: Rates, step: Pair, day: date, kind: RateKind) -> Leg | None:
    for pair, asked, inverse in ((step, kind, False), (step[::-1], kind.inverse, True)):
        found = [rate_on(series, day) for series in _series(rates.get(pair, {}), asked)]
        if found:
            return Leg(mean([rate for _, rate in found]), min(found)[0], inverse)
    return None


def _series(by_kind: Mapping[RateKind, Sequence[DatedRate]], asked: RateKind) -> list[Sequence[DatedRate]]:
    """The series that answer for a side: its own, or else the middle, or else those there are."""
    for kinds in ([asked], [RateKind.MID], [RateKind.BUY, RateKind.SELL]):
        if known := [by_kind[kind] for kind in kinds if by_kind.get(kind)]:
            return known
    return []


def mean(rates: Sequence[Decimal]) -> Decimal:
    """The mean of one or two rates, exact."""
    with localcontext(_UNROUNDED):
        return (rates[0] + rates[1]) * _HALF if len(rates) > 1 else rates[0]
