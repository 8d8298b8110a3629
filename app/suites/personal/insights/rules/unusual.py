"""Unusual charges and months, and charges that may have been made twice."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from app.kernel.money import Currency
from app.kernel.periods import Month
from app.kernel.statistics import median, robust_z
from app.suites.personal.insights.rules.charges import Charge, in_order

Z = Decimal("3.5")
Z_OF_LOGARITHM = Decimal("2.47")
"""Least robust z of the logarithm: amounts are skewed, so that a high one is less unusual than its z says."""
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


@dataclass(frozen=True, slots=True)
class _History:
    """Charges that others are compared with, in the order of their days."""

    charges: list[Charge]

    def before(self, charge: Charge) -> list[Charge]:
        """Charges of the year before one, without it."""
        since = charge.day - YEAR
        return [one for one in self.charges if since <= one.day <= charge.day and one.id != charge.id]


def unusual_charges(charges: Sequence[Charge], since: date, until: date) -> list[Unusual]:
    """Unusual charges of these days, each compared with its payee, or else with its category."""
    ordered = in_order(charges)
    payees, categories = _grouped(ordered)
    usual_months = usual_spending(ordered, until)
    found = []
    for one in ordered:
        if not since <= one.day <= until:
            continue
        least = usual_months.get(one.currency, _ZERO) * OF_MONTH
        by_payee = payees.get((one.payee, one.currency), [])
        judged = _judged(one, _History(by_payee).before(one), least, of_payee=True)
        if judged is None and one.category_id is not None:
            judged = _judged(one, _History(categories[one.category_id, one.currency]).before(one), least)
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


def _judged(
    charge: Charge, before: Sequence[Charge], least: Decimal, *, of_payee: bool = False
) -> Unusual | bool | None:
    """The charge if it is unusual, False if it is not, None if there is too little to compare it with."""
    first = Month.of(charge.day).plus(-MONTHS)
    if len({month for one in before if (month := Month.of(one.day)) > first}) < ACTIVE_MONTHS:
        return None
    amounts = [one.amount for one in before]
    z, usual = robust_z(charge.amount, amounts), median(amounts)
    if z is None:
        return False  # amounts that do not vary have a price, and its changes are told
    is_unusual = z > Z and charge.amount > TIMES * usual and charge.amount - usual > least
    if not is_unusual:
        return False
    skewed = robust_z(charge.amount.ln(), [amount.ln() for amount in amounts])
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
