"""Balances of an account ahead: what is known, and the rest of its spending by the days of the week."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import NormalDist, pstdev
from typing import NamedTuple

WEEKS = 26
"""Weeks before today whose spending is looked at."""
MOST_DAYS = 365
_WEEK = 7
_SPREAD = Decimal(str(round(NormalDist().inv_cdf(0.9), 4)))
"""Standard deviations on either side that hold 80 %."""


class Known(NamedTuple):
    """A movement that will come, of a recurring transaction or one that was entered ahead."""

    day: date
    name: str
    amount: Decimal
    least: Decimal
    most: Decimal
    recurring_id: int | None


@dataclass(frozen=True, slots=True)
class Habit:
    """Rest of the spending: what a day of the week costs on average, and how much a week varies."""

    by_weekday: tuple[Decimal, ...]
    varies: Decimal

    @classmethod
    def of(cls, spent: Mapping[date, Decimal], today: date) -> "Habit":
        """The habit of the weeks before today; days without spending count as none."""
        totals = [Decimal(0)] * _WEEK
        weeks = [Decimal(0)] * WEEKS
        for ago in range(1, WEEKS * _WEEK + 1):
            day = today - timedelta(days=ago)
            amount = spent.get(day, Decimal(0))
            totals[day.weekday()] += amount
            weeks[(ago - 1) // _WEEK] += amount
        begun = next((place for place in range(WEEKS, 0, -1) if weeks[place - 1]), 0)
        varies = Decimal(str(pstdev([float(one) for one in weeks[:begun]]))) if begun else Decimal(0)
        return cls(tuple(one / begun if begun else one for one in totals), varies)


class Point(NamedTuple):
    """Balance at the end of a day: in the middle, and the ends of the interval of 80 %."""

    date: date
    low: Decimal
    mid: Decimal
    high: Decimal


class Shortfall(NamedTuple):
    """First day on which a balance is below the least: certain if the middle is, possible if the lower end is."""

    date: date
    amount: Decimal
    is_certain: bool


def points_of(balance: Decimal, known: Iterable[Known], habit: Habit, today: date, days: int) -> list[Point]:
    """Balances of the days ahead, unrounded: known movements on their day, the rest by the day of the week."""
    coming: dict[date, list[Known]] = {}
    for one in known:
        coming.setdefault(one.day, []).append(one)
    found: list[Point] = []
    mid, below, above = balance, Decimal(0), Decimal(0)
    for ahead in range(1, days + 1):
        day = today + timedelta(days=ahead)
        for one in coming.get(day, ()):
            mid += one.amount
            below += one.amount - one.least
            above += one.most - one.amount
        mid -= habit.by_weekday[day.weekday()]
        width = habit.varies * _SPREAD * (Decimal(ahead) / _WEEK).sqrt()
        found.append(Point(day, mid - below - width, mid, mid + above + width))
    return found


def shortfalls_of(points: Sequence[Point], least: Decimal) -> list[Shortfall]:
    """The first day on which the lower end, and that on which the middle, is below the least."""
    possible = next((one for one in points if one.low < least), None)
    certain = next((one for one in points if one.mid < least), None)
    found = [] if possible is None else [Shortfall(possible.date, possible.low, is_certain=False)]
    return found if certain is None else [*found, Shortfall(certain.date, certain.mid, is_certain=True)]
