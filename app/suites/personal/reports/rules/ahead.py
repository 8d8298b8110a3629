"""Balances of an account ahead: what is known, and the rest of its spending by the days of the week."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import NormalDist, pstdev
from typing import NamedTuple

WEEKS = 26
"""Weeks before today whose spending is looked at."""
MOST_DAYS, USUAL_DAYS = 365, 30
_WEEK = 7
_NONE = Decimal(0)
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
    """Rest of the spending: what a day of the week costs on average, and how much a week varies.

    Income that nobody planned is no part of it, but may come again: of a week its average, and how much it varies.
    """

    by_weekday: tuple[Decimal, ...]
    varies: Decimal
    earned: Decimal = _NONE
    earned_varies: Decimal = _NONE

    @classmethod
    def of(cls, spent: Mapping[date, Decimal], today: date, earned: Mapping[date, Decimal] | None = None) -> "Habit":
        """The habit of the weeks before today, from the first one with anything; days without it count as none."""
        totals = [_NONE] * _WEEK
        for day, amount in _of_weeks(spent, today):
            totals[day.weekday()] += amount
        spent_weeks, earned_weeks = _weekly(spent, today), _weekly(earned or {}, today)
        begun = next((n for n in range(WEEKS, 0, -1) if spent_weeks[n - 1] or earned_weeks[n - 1]), 0)
        if not begun:
            return cls((_NONE,) * _WEEK, _NONE)
        return cls(
            tuple(one / begun for one in totals),
            _deviation(spent_weeks[:begun]),
            sum(earned_weeks, _NONE) / begun,
            _deviation(earned_weeks[:begun]),
        )

    def below(self, weeks: Decimal) -> Decimal:
        """Width of the interval below the middle, after so many weeks."""
        return _SPREAD * self.varies * weeks.sqrt()

    def above(self, weeks: Decimal) -> Decimal:
        """Width of the interval above the middle, with the income that nobody planned."""
        both = (self.varies**2 + self.earned_varies**2).sqrt()
        return self.earned * weeks + _SPREAD * both * weeks.sqrt()


def _of_weeks(amounts: Mapping[date, Decimal], today: date) -> Iterator[tuple[date, Decimal]]:
    """The amounts of the weeks before today."""
    first = today - timedelta(weeks=WEEKS)
    return ((day, amount) for day, amount in amounts.items() if first <= day < today)


def _weekly(amounts: Mapping[date, Decimal], today: date) -> list[Decimal]:
    """Amounts of the weeks before today, the last one first."""
    weeks = [_NONE] * WEEKS
    for day, amount in _of_weeks(amounts, today):
        weeks[((today - day).days - 1) // _WEEK] += amount
    return weeks


def _deviation(weeks: Sequence[Decimal]) -> Decimal:
    return Decimal(str(pstdev([float(one) for one in weeks])))


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
        weeks = Decimal(ahead) / _WEEK
        found.append(Point(day, mid - below - habit.below(weeks), mid, mid + above + habit.above(weeks)))
    return found


def with_income(points: Iterable[Point], weekly: Decimal) -> list[Point]:
    """The balances with income that nobody planned, at its average of a week."""
    found = []
    for ahead, one in enumerate(points, 1):
        more = weekly * ahead / _WEEK
        found.append(one._replace(low=one.low + more, mid=one.mid + more))
    return found


def shortfalls_of(points: Sequence[Point], least: Decimal) -> list[Shortfall]:
    """The first day on which the lower end, and that on which the middle, is below the least."""
    possible = next((one for one in points if one.low < least), None)
    certain = next((one for one in points if one.mid < least), None)
    found = [] if possible is None else [Shortfall(possible.date, possible.low, is_certain=False)]
    return found if certain is None else [*found, Shortfall(certain.date, certain.mid, is_certain=True)]
