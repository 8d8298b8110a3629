"""Unusual charges and months, and charges that may have been made twice."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from app.kernel.money import Currency
from app.kernel.periods import Month
from app.kernel.statistics import median, robust_z, trimmed_z
from app.suites.personal.insights.rules.charges import Charge, in_order

Z = Decimal("3.5")
Z_OF_LOGARITHM = Decimal("2.4")
"""Least trimmed z of the logarithm: amounts are skewed, so that a high one is less unusual than its z says."""
TIMES, OF_MONTH = Decimal("1.5"), Decimal("0.01")
"""Least ratio to the median, and least part of a month's spending by which an unusual charge exceeds it."""
MONTHS, ACTIVE_MONTHS = 12, 8
"""Months that are looked at, and those of them in which there must have been a charge."""
YEAR = timedelta(days=365)
FEWEST_MONTHS, FEWEST_ACTIVE = 6, 4
"""Complete months before an unusual one, and those of them with spending."""
FROM_DAY = 10
"""Day of the current month after which it is scaled to its whole length."""
TWICE_WITHIN = timedelta(days=3)
_ZERO = Decimal(0)


class Unusual(NamedTuple):
    """A charge that is much above what is usual."""

    charge: Charge
    usual: Decimal
    """Median of the charges before."""
    z: Decimal
    of_payee: bool
    """Whether it was compared with charges of its payee, and not with those of its category."""


class Twice(NamedTuple):
    """A charge, and an equal one of the same payee shortly before it."""

    charge: Charge
    before: Charge


class _Year:
    """Charges of a payee or category in the year up to a day, which moves on."""

    def __init__(self, charges: Sequence[Charge]) -> None:
        self._charges = charges
        self._first = self._next = 0
        self._amounts: list[Decimal] = []
        self._months: Counter[Month] = Counter()

    def move_to(self, day: date) -> None:
        """Take the charges of the year up to this day, which is not before the last one."""
        while self._next < len(self._charges) and (one := self._charges[self._next]).day <= day:
            insort(self._amounts, one.amount)
            self._months[Month.of(one.day)] += 1
            self._next += 1
        while self._first < self._next and (one := self._charges[self._first]).day < day - YEAR:
            del self._amounts[bisect_left(self._amounts, one.amount)]
            self._months[Month.of(one.day)] -= 1
            self._first += 1

    def months_without(self, charge: Charge) -> int:
        """Number of the last months with another charge than this one."""
        own = Month.of(charge.day)
        first = own.plus(-MONTHS)
        return sum(number > (month == own) for month, number in self._months.items() if month > first)

    def amounts_without(self, charge: Charge) -> Sequence[Decimal]:
        """The amounts of the others, the smallest first."""
        place = bisect_left(self._amounts, charge.amount)
        return [*self._amounts[:place], *self._amounts[place + 1 :]]

    def median_without(self, charge: Charge) -> Decimal:
        """The median of the others."""
        place, number = bisect_left(self._amounts, charge.amount), len(self._amounts) - 1
        middle = {(number - 1) // 2, number // 2}
        return median([self._amounts[at + (at >= place)] for at in middle])


def unusual_charges(charges: Sequence[Charge], since: date, until: date) -> list[Unusual]:
    """Unusual charges of these days, each compared with its payee, or else with its category."""
    ordered = in_order(charges)
    payees, categories = _grouped(ordered)
    years: dict[object, _Year] = {key: _Year(own) for key, own in (*payees.items(), *categories.items())}
    usual_months = usual_spending(ordered, until)
    found = []
    for one in ordered:
        if not since <= one.day <= until:
            continue
        least = usual_months.get(one.currency, _ZERO) * OF_MONTH
        judged = _judged(one, years.get((one.payee, one.currency)), least, of_payee=True)
        if judged is None and one.category_id is not None:
            judged = _judged(one, years.get((one.category_id, one.currency)), least)
        if isinstance(judged, Unusual):
            found.append(judged)
    return found


def usual_spending(charges: Iterable[Charge], until: date) -> dict[Currency, Decimal]:
    """Median spending of the complete months before a day, at most twelve, by currency."""
    last = Month.of(until)
    first = last.plus(-MONTHS)
    totals: dict[Currency, dict[Month, Decimal]] = {}
    for one in charges:
        if first <= (month := Month.of(one.day)) < last:
            months = totals.setdefault(one.currency, {})
            months[month] = months.get(month, _ZERO) + one.amount
    return {currency: median([*months.values()]) for currency, months in totals.items()}


def _grouped(
    charges: Iterable[Charge],
) -> tuple[Mapping[tuple[str, Currency], list[Charge]], Mapping[tuple[int, Currency], list[Charge]]]:
    payees: dict[tuple[str, Currency], list[Charge]] = {}
    categories: dict[tuple[int, Currency], list[Charge]] = {}
    for one in charges:
        if one.payee:
            payees.setdefault((one.payee, one.currency), []).append(one)
        if one.category_id is not None:
            categories.setdefault((one.category_id, one.currency), []).append(one)
    return payees, categories


def _judged(charge: Charge, year: _Year | None, least: Decimal, *, of_payee: bool = False) -> Unusual | bool | None:
    """The charge if it is unusual, False if it is not, None if there is too little to compare it with."""
    if year is None:
        return None
    year.move_to(charge.day)
    if year.months_without(charge) < ACTIVE_MONTHS:
        return None
    usual = year.median_without(charge)
    if charge.amount <= TIMES * usual or charge.amount - usual <= least:
        return False
    amounts = year.amounts_without(charge)
    z = robust_z(charge.amount, amounts)
    if z is None or z <= Z:
        return False  # amounts that do not vary have a price, and its changes are told
    skewed = trimmed_z(charge.amount.ln(), [amount.ln() for amount in amounts])
    return Unusual(charge, usual, z, of_payee) if skewed is None or skewed > Z_OF_LOGARITHM else False


def charged_twice(charges: Iterable[Charge], since: date, until: date, known: Collection[int] = ()) -> list[Twice]:
    """Charges of these days that equal one of the same payee and account within three days.

    `known` are charges of subscriptions: if both are, there are two contracts. Who pays the same amount in such pairs
    now and then, as for coffee, is not told.
    """
    groups: dict[tuple[str, int, Currency, Decimal], list[Charge]] = {}
    for one in in_order(charges):
        if one.payee:
            groups.setdefault((one.payee, one.account_id, one.currency, one.amount), []).append(one)
    found = []
    for own in groups.values():
        pairs = [Twice(later, one) for one, later in pairwise(own) if _is_close(one, later)]
        if len(pairs) == 1 and since <= pairs[0].charge.day <= until and not _are_known(pairs[0], known):
            found += pairs
    return found


def _is_close(one: Charge, later: Charge) -> bool:
    return later.day - one.day <= TWICE_WITHIN


def _are_known(pair: Twice, known: Collection[int]) -> bool:
    return pair.charge.id in known and pair.before.id in known


def unusual_month(
    before: Sequence[Decimal], spent: Decimal, *, day: int | None = None, days: int = 0
) -> Decimal | None:
    """Robust z of a month's total if it is unusual, or None; `before` are the complete months before it, with zeros.

    The current month is judged after its day 10, scaled from its `day` to its `days`.
    """
    if len(before) < FEWEST_MONTHS or sum(1 for one in before if one) < FEWEST_ACTIVE:
        return None
    if day is not None:
        if day <= FROM_DAY:
            return None
        spent = spent * days / day
    z = robust_z(spent, before)
    return z if z is not None and z > Z else None
