"""Subscriptions and recurring bills, found by the days and amounts of their charges."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from app.kernel.money import Currency, in_digits, round_money
from app.kernel.statistics import median, variation
from app.suites.personal.insights.rules.calendars import Fit, best_fit
from app.suites.personal.insights.rules.charges import Charge, Payee, amounts_of, by_payee, in_order
from app.suites.personal.recurring.rules import Every, yearly_cost
from app.suites.personal.recurring.rules import Frequency as Frequency  # noqa: PLC0414 - it is of this domain, too

FEWEST = 3
"""Charges of a series; yearly ones need two."""
GAP, CLOSE_GAP = Decimal("1.2"), Decimal("1.02")
"""Ratios of neighbouring amounts above which charges of one payee are of two contracts."""
SAME = Decimal("0.01")
"""Part of an amount by which charges of one price may differ."""
STEADY, VARIES = 0.05, 0.3
"""Variations: of one price that a rate of exchange moves, and above which only few days are no chance."""
LIKELY, POSSIBLE, OF_BILL, OF_VARYING = 0.01, 0.25, 0.005, 0.0001
"""Greatest probability that the days are as they are by chance: of one that is certain, of one that is possible, of a
bill, and of one whose amounts vary much."""
FEWEST_OF_BILL = 4
CANCELLED_AFTER = 2
"""Periods without a charge after which it is over."""


class SubscriptionKind(StrEnum):
    """Kind of what recurs: with a price, or a bill that varies."""

    SUBSCRIPTION = "subscription"
    BILL = "bill"


class SubscriptionStatus(StrEnum):
    """Status of a subscription: it goes on, the last charge did not come, or no more come."""

    ACTIVE = "active"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Price(NamedTuple):
    """A level of the price, with the days of its first and last charge."""

    amount: Decimal
    since: date
    until: date
    charges: int


class PriceChange(NamedTuple):
    """The last change of a price."""

    old: Decimal
    new: Decimal
    percent: Decimal
    since: date
    yearly_difference: Decimal
    """Difference in the cost of a year."""


class SeriesKey(NamedTuple):
    """Key by which a series is known again: its payee and account, and its number among several, from the cheapest."""

    payee: str
    account_id: int
    part: int


@dataclass(frozen=True, slots=True)
class Series:
    """Charges that recur."""

    key: SeriesKey
    charges: tuple[Charge, ...]
    fit: Fit
    prices: tuple[Price, ...]
    """Levels of its price; none of a bill."""

    @property
    def kind(self) -> SubscriptionKind:
        """Subscription or bill."""
        return SubscriptionKind.SUBSCRIPTION if self.prices else SubscriptionKind.BILL

    @property
    def every(self) -> Every:
        """The step from one charge to the next."""
        return self.fit.band.every

    @property
    def currency(self) -> Currency:
        """Currency of the charges."""
        return self.charges[-1].currency

    @property
    def amount(self) -> Decimal:
        """The price now; the median of a bill."""
        if self.prices:
            return self.prices[-1].amount
        return round_money(median(amounts_of(self.charges)), self.currency)

    @property
    def is_possible(self) -> bool:
        """Whether it is only possible: too few charges to be certain."""
        return len(self.charges) < FEWEST or self.fit.chance > LIKELY

    @property
    def last_date(self) -> date:
        """Day of the last charge."""
        return self.charges[-1].day

    @property
    def next_date(self) -> date:
        """Day on which the next charge is expected."""
        return self.fit.day(self.fit.last + 1)

    @property
    def yearly_cost(self) -> Decimal:
        """Cost of a year at the price of now."""
        return yearly_cost(self.amount, self.every, self.currency)

    @property
    def change(self) -> PriceChange | None:
        """The last change of the price, if there was one."""
        return change_of(self.prices, self.every, self.currency)

    def status(self, today: date) -> SubscriptionStatus:
        """Status on a day."""
        tolerance = timedelta(days=self.fit.band.tolerance)
        if today <= self.next_date + tolerance:
            return SubscriptionStatus.ACTIVE
        if today <= self.fit.day(self.fit.last + CANCELLED_AFTER) + tolerance:
            return SubscriptionStatus.MISSED
        return SubscriptionStatus.CANCELLED


def find_series(charges: Iterable[Charge], everyday: Collection[int] = ()) -> list[Series]:
    """Series among the charges; those of everyday categories, such as groceries and fuel, are none."""
    found: list[Series] = []
    counted = (one for one in charges if one.category_id not in everyday)
    for payee, own in by_payee(counted).items():
        if len(own) > 1:
            found += _series_of(payee, own)
    return found


def change_of(prices: Sequence[Price], every: Every, currency: Currency) -> PriceChange | None:
    """The last change among the levels of a price, if there is one."""
    if len(prices) < 2:
        return None
    old, new = prices[-2].amount, prices[-1].amount
    costs = [yearly_cost(price, every, currency) for price in (old, new)]
    percent = ((new - old) * 100 / old).quantize(Decimal("0.1"))
    return PriceChange(old, new, percent, prices[-1].since, costs[1] - costs[0])


class ActiveService(NamedTuple):
    """A subscription that goes on, as others are compared with it."""

    id: int
    payee: str
    account_id: int
    category_id: int | None


def services_twice(active: Sequence[ActiveService], flagged: Collection[int]) -> dict[int, list[int]]:
    """Ids of other services of the same flagged category, or of the same payee by another account."""
    return {
        one.id: [
            other.id
            for other in active
            if other.id != one.id
            and (
                (one.category_id in flagged and other.category_id == one.category_id)
                or (other.payee == one.payee and other.account_id != one.account_id)
            )
        ]
        for one in active
    }


def _series_of(payee: Payee, charges: list[Charge]) -> list[Series]:
    """Series of a payee and account: of each cluster of amounts one, if it is one."""
    found = []
    for number, cluster in enumerate(_clusters(charges), 1):
        one = _series(SeriesKey(payee.payee, payee.account_id, number), cluster)
        if one is not None:
            found.append(one)
    return found


def _clusters(charges: list[Charge]) -> list[list[Charge]]:
    """Charges by contract, from the cheapest: parted where amounts differ much, or little but each has its calendar."""
    apart = _parted(charges, GAP)
    closer = [part for cluster in apart for part in _own_calendars(cluster)]
    return closer if len(closer) > len(apart) else apart


def _own_calendars(cluster: list[Charge]) -> list[list[Charge]]:
    """The parts of close amounts if each has one amount and is a series on its own, else the cluster."""
    parts = _parted(cluster, CLOSE_GAP)
    fits = all(
        len({one.amount for one in part}) == 1 and best_fit([one.day for one in part], FEWEST) is not None
        for part in parts
    )
    return parts if fits else [cluster]


def _parted(charges: list[Charge], ratio: Decimal) -> list[list[Charge]]:
    """Charges parted at wide gaps between amounts, unless a part has too few, or one begins when the other ends."""
    ordered = sorted(charges, key=lambda one: one.amount)
    parts = [[ordered[0]]]
    for before, one in pairwise(ordered):
        if one.amount > before.amount * ratio:
            parts.append([])
        parts[-1].append(one)
    if len(parts) == 1 or any(len(part) < FEWEST for part in parts):
        return [charges]
    joined = [in_order(parts[0])]
    for part in map(in_order, parts[1:]):
        if part[0].day > joined[-1][-1].day or part[-1].day < joined[-1][0].day:
            joined[-1] = in_order([*joined[-1], *part])  # one price after the other
        else:
            joined.append(part)
    return joined


def _series(key: SeriesKey, charges: list[Charge]) -> Series | None:
    """The charges as a series, if they recur and are no chance."""
    fit = best_fit([one.day for one in charges], FEWEST)
    if fit is None:
        return None
    kept = tuple(charges[place] for place in fit.places)
    prices = _prices(kept)
    if prices:
        return Series(key, kept, fit, prices) if fit.chance <= POSSIBLE else None
    return Series(key, kept, fit, ()) if _is_bill(kept, fit) else None


def _is_bill(charges: Sequence[Charge], fit: Fit) -> bool:
    """Whether charges whose amounts vary are a bill: not by chance, and not few amounts that come again and again."""
    amounts = amounts_of(charges)
    limit = OF_VARYING if variation(amounts) > VARIES else OF_BILL
    comes_again = len(set(amounts)) * 2 <= len(amounts)
    return len(amounts) >= FEWEST_OF_BILL and fit.band.months > 0 and fit.chance <= limit and not comes_again


def _prices(charges: Sequence[Charge]) -> tuple[Price, ...]:
    """Levels of the price; none if the amounts vary.

    Each level has two charges and more but the last. A single charge of another amount between equal ones, or at the
    start, is an exception.
    """
    levels = _without_exceptions(_levels(charges))
    if all(len(level) > 1 for level in levels[:-1]):
        return tuple(_price(level) for level in levels)
    return (_price(charges),) if variation(amounts_of(charges)) <= STEADY else ()


def _levels(charges: Sequence[Charge]) -> list[list[Charge]]:
    levels = [[charges[0]]]
    for one in charges[1:]:
        if _is_same(one, levels[-1][0]):
            levels[-1].append(one)
        else:
            levels.append([one])
    return levels


def _without_exceptions(levels: list[list[Charge]]) -> list[list[Charge]]:
    """Levels with single charges between equal ones taken out, and one at the start before three others."""
    kept = levels[1:] if len(levels) > 1 and len(levels[0]) == 1 and len(levels[1]) >= FEWEST else levels
    found: list[list[Charge]] = []
    for place, level in enumerate(kept):
        is_between = found and len(level) == 1 and place + 1 < len(kept) and _is_same(found[-1][0], kept[place + 1][0])
        if is_between:
            continue
        if found and _is_same(found[-1][0], level[0]):
            found[-1] += level
        else:
            found.append([*level])
    return found


def _is_same(one: Charge, other: Charge) -> bool:
    return abs(one.amount - other.amount) <= SAME * max(one.amount, other.amount)


def _price(level: Sequence[Charge]) -> Price:
    currency = level[-1].currency
    amount = in_digits(round_money(median(amounts_of(level)), currency), currency)
    return Price(amount, level[0].day, level[-1].day, len(level))
