"""Dates of a recurrence. Each is computed from the first one: after February, day 31 is 31 again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import count

from app.kernel.periods import Month


class Frequency(StrEnum):
    """Frequency of charges."""

    DAILY = "Diaria"
    WEEKLY = "Semanal"
    SEMIMONTHLY = "Quincenal"
    MONTHLY = "Mensual"
    BIMONTHLY = "Bimensual"
    QUARTERLY = "Trimestral"
    SEMIANNUAL = "Semestral"
    ANNUAL = "Anual"


class Weekend(StrEnum):
    """Day on which a date falls that is a Saturday or Sunday: on itself, the Friday before or the Monday after."""

    SAME = "same"
    BEFORE = "before"
    AFTER = "after"


_EVERY_DAYS = {Frequency.DAILY: 1, Frequency.WEEKLY: 7}
_EVERY_MONTHS = {
    Frequency.SEMIMONTHLY: 1,
    Frequency.MONTHLY: 1,
    Frequency.BIMONTHLY: 2,
    Frequency.QUARTERLY: 3,
    Frequency.SEMIANNUAL: 6,
    Frequency.ANNUAL: 12,
}
_PER_MONTH = {
    Frequency.DAILY: Fraction(365, 12),
    Frequency.WEEKLY: Fraction(52, 12),
    Frequency.SEMIMONTHLY: Fraction(2),
    Frequency.MONTHLY: Fraction(1),
    Frequency.BIMONTHLY: Fraction(1, 2),
    Frequency.QUARTERLY: Fraction(1, 3),
    Frequency.SEMIANNUAL: Fraction(1, 6),
    Frequency.ANNUAL: Fraction(1, 12),
}
_VALID_DAYS = {Frequency.DAILY: range(0), Frequency.WEEKLY: range(1, 8), Frequency.SEMIMONTHLY: range(1, 16)}
_CALENDAR_DAYS = {Frequency.SEMIMONTHLY: range(1, 32)}
"""Days of a calendar that may not be chosen: a start on the 31st charges on the 16th and the 31st."""
_HALF_MONTH = 15
_FRIDAY, _MONDAY_AFTER = 5, 8
_LONGEST_SHIFT = timedelta(days=2)


def per_month(frequency: Frequency, interval: int = 1) -> Fraction:
    """Average number of charges per month, for monthly recurring revenue."""
    return _PER_MONTH[frequency] / interval


def months_between(frequency: Frequency, interval: int = 1) -> Fraction:
    """Average number of months from one charge to the next."""
    return interval / _PER_MONTH[frequency]


def valid_days(frequency: Frequency) -> range:
    """The charge days that may be chosen: ISO weekdays for weekly, else days of the month; none for daily."""
    return _VALID_DAYS.get(frequency, range(1, 32))


@dataclass(frozen=True)
class Recurrence:
    """The charge dates from `start` on, numbered from 0; `day` defaults to the day of `start`.

    With an `interval` of n it has each n-th date of the frequency, beginning with the first: every other week is
    `WEEKLY` with 2. Dates that the weekend moves keep their number, and may leave their month or precede `start`.
    """

    start: date
    frequency: Frequency
    day: int | None = None
    interval: int = 1
    weekend: Weekend = Weekend.SAME

    def __post_init__(self) -> None:
        if self.interval < 1:
            raise ValueError(f"{self.interval} is not an interval")
        if gives_twins(self.frequency, self.interval, self.weekend):
            raise ValueError("several charges would be moved to one day")
        if self.day is not None and self.day not in _CALENDAR_DAYS.get(self.frequency, valid_days(self.frequency)):
            raise ValueError(f"{self.day} is not a charge day for {self.frequency}")

    @property
    def own_day(self) -> int:
        """The chosen day, else that of the start: a day of the month or, weekly, of the week."""
        own = self.start.isoweekday() if self.frequency is Frequency.WEEKLY else self.start.day
        return own if self.day is None else self.day

    def on_day(self, k: int, day: int) -> date:
        """The k-th charge date on another day of its own month, half month or week, whatever the weekend does."""
        old = self.nominal(k)
        if self.frequency is Frequency.WEEKLY:
            return old + timedelta(days=day - old.isoweekday())
        days = self._days_for(day)
        return Month.of(old).on(days[(k * self.interval + self._before_first[1]) % len(days)])

    def occurrence(self, k: int) -> date:
        """The k-th charge date; one after the year 9999 is an OverflowError, as for dates."""
        return _moved(self.nominal(k), self.weekend)

    def nominal(self, k: int) -> date:
        """The k-th charge date before the weekend moves it."""
        if k < 0:
            raise ValueError("charges are numbered from 0")
        return self._nth(k * self.interval)

    def index_on_or_after(self, day: date) -> int:
        """The smallest k whose charge date is not before `day`."""
        if self.weekend is Weekend.SAME:
            return self._nominal_index(day)
        k = self._nominal_index(max(day, date.min + _LONGEST_SHIFT) - _LONGEST_SHIFT)
        while self._comes_before(k, day):
            k += 1
        return k

    def between(self, first: date, last: date) -> Iterator[tuple[int, date]]:
        """The charges from `first` to `last`, both included, each with its number."""
        for k in count(self.index_on_or_after(first)):
            try:
                day = self.occurrence(k)
            except OverflowError:  # the calendar has ended, and so have the charges
                return
            if day > last:
                return
            yield k, day

    def _comes_before(self, k: int, day: date) -> bool:
        try:
            return self.occurrence(k) < day
        except OverflowError:  # after the last day of the calendar
            return False

    def _nth(self, k: int) -> date:
        """The k-th date of the frequency, with an interval of 1."""
        if self.frequency in _EVERY_DAYS:
            return self.start + timedelta(days=self._days_to_first + k * _EVERY_DAYS[self.frequency])
        skipped, passed = self._before_first
        turn, slot = divmod(k + passed, len(self._month_days))
        month = Month.of(self.start).plus(skipped + turn * _EVERY_MONTHS[self.frequency])
        return month.on(self._month_days[slot])

    def _nominal_index(self, day: date) -> int:
        """The smallest k whose date, before the weekend moves it, is not before `day`."""
        return -(-self._index(day) // self.interval)  # the quotient, rounded up

    def _index(self, day: date) -> int:
        """The smallest number of a date of the frequency, with an interval of 1, that is not before `day`."""
        if self.frequency in _EVERY_DAYS:
            elapsed = (day - self.start).days - self._days_to_first
            return max(0, -(-elapsed // _EVERY_DAYS[self.frequency]))  # the quotient, rounded up
        skipped, passed = self._before_first
        step = _EVERY_MONTHS[self.frequency]
        turn = (Month.of(day) - Month.of(self.start) - skipped) // step
        if turn < 0:
            return 0
        month = Month.of(self.start).plus(skipped + turn * step)
        earlier = turn * len(self._month_days) + self._days_before(month, day)
        return max(0, earlier - passed)

    @cached_property
    def _days_to_first(self) -> int:
        if self.day is None:
            return 0
        return (self.day - self.start.isoweekday()) % 7

    @cached_property
    def _month_days(self) -> tuple[int, ...]:
        return self._days_for(self.day or self.start.day)

    def _days_for(self, day: int) -> tuple[int, ...]:
        if self.frequency is not Frequency.SEMIMONTHLY:
            return (day,)
        # A start's own day may lie in the second half: then it is the later of the two.
        return (day, day + _HALF_MONTH) if day <= _HALF_MONTH else (day - _HALF_MONTH, day)

    @cached_property
    def _before_first(self) -> tuple[int, int]:
        """Position of the first charge: months after that of `start`, and index among the charge days of the month."""
        passed = self._days_before(Month.of(self.start), self.start)
        return (1, 0) if passed == len(self._month_days) else (0, passed)

    def _days_before(self, month: Month, limit: date) -> int:
        return sum(month.on(day) < limit for day in self._month_days)


def gives_twins(frequency: Frequency, interval: int, weekend: Weekend) -> bool:
    """Whether the weekend moves two charges to one day: those of a day that recurs within three."""
    return weekend is not Weekend.SAME and frequency is Frequency.DAILY and interval <= _LONGEST_SHIFT.days


def _moved(day: date, weekend: Weekend) -> date:
    weekday = day.isoweekday()
    if weekend is Weekend.SAME or weekday <= _FRIDAY:
        return day
    return day + timedelta(days=(_FRIDAY if weekend is Weekend.BEFORE else _MONDAY_AFTER) - weekday)
