"""Rules of recurring transactions, over plain values: their dates and amounts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import islice, takewhile
from typing import NamedTuple

from app.kernel import recurrence
from app.kernel.currencies import Currency
from app.kernel.errors import Invalid
from app.kernel.money import amount_of, round_money
from app.kernel.periods import LAST_DAY
from app.kernel.recurrence import Recurrence, Weekend
from app.suites.personal.transactions.rules import TransactionType as TransactionType  # noqa: PLC0414 - for the models

NEXT_DATES = 12
"""Dates ahead that the answer about a recurring transaction lists."""
AVERAGED = 3
MOST_INTERVAL = 1_000
MOST_OCCURRENCES = 100_000
MOST_TEMPLATES = 500
"""Recurring transactions of a book."""
MOST_AT_ONCE = 500
"""Occurrences that a run of the job enters in one book; the next run goes on."""
_ONE_DAY = timedelta(days=1)


class Frequency(StrEnum):
    """Frequency of a recurring transaction."""

    DAILY = "daily"
    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    SEMIMONTHLY = "semimonthly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEMIANNUAL = "semiannual"
    YEARLY = "yearly"


_IN_KERNEL = {
    Frequency.DAILY: (recurrence.Frequency.DAILY, 1),
    Frequency.WEEKLY: (recurrence.Frequency.WEEKLY, 1),
    Frequency.BIWEEKLY: (recurrence.Frequency.WEEKLY, 2),
    Frequency.SEMIMONTHLY: (recurrence.Frequency.SEMIMONTHLY, 1),
    Frequency.MONTHLY: (recurrence.Frequency.MONTHLY, 1),
    Frequency.QUARTERLY: (recurrence.Frequency.QUARTERLY, 1),
    Frequency.SEMIANNUAL: (recurrence.Frequency.SEMIANNUAL, 1),
    Frequency.YEARLY: (recurrence.Frequency.ANNUAL, 1),
}
"""Frequency of the kernel, and the step in it."""


class Every(NamedTuple):
    """Each `interval`-th date of a frequency."""

    frequency: Frequency
    interval: int = 1

    @property
    def months(self) -> Fraction:
        """Average number of months from one date to the next."""
        frequency, step = _IN_KERNEL[self.frequency]
        return recurrence.months_between(frequency, step * self.interval)

    @property
    def per_year(self) -> Fraction:
        """Average number of dates in a year: 52 for weekly, 365 for daily."""
        return 12 / self.months

    def calendar(self, start: date, day: int | None = None, weekend: Weekend = Weekend.SAME) -> Recurrence:
        """The dates from a start on."""
        frequency, step = _IN_KERNEL[self.frequency]
        return Recurrence(start, frequency, day, step * self.interval, weekend)


class AmountMode(StrEnum):
    """Source of an occurrence's amount: the template's, exact or as an estimate, or amounts of occurrences before."""

    FIXED = "fixed"
    ESTIMATE = "estimate"
    LAST = "last"
    AVERAGE_3 = "average_3"


class Occurrence(NamedTuple):
    """An occurrence: its number, from 1, and its day."""

    number: int
    day: date


@dataclass(frozen=True)
class Schedule:
    """Occurrences of a recurring transaction.

    Each keeps its number, whatever the weekend does to its day and whichever others are skipped: so what was skipped
    stays skipped, and skipped ones count for `max_occurrences`. The end is compared with the day before the weekend
    moves it.
    """

    start: date
    every: Every
    end: date | None = None
    day: int | None = None
    weekend: Weekend = Weekend.SAME
    max_occurrences: int | None = None
    skipped: frozenset[int] = frozenset()
    resumed: date | None = None
    """Day on which a pause ended: occurrences before it that were not handled are not made up for."""

    @cached_property
    def calendar(self) -> Recurrence:
        """All dates, without an end."""
        return self.every.calendar(self.start, self.day, self.weekend)

    def between(self, first: date, last: date) -> Iterator[Occurrence]:
        """The occurrences of these days, without those that are skipped."""
        for k, day in self.calendar.between(first, last):
            if self._is_over(k):
                return
            if k + 1 not in self.skipped:
                yield Occurrence(k + 1, day)

    def after(self, handled: int) -> Iterator[Occurrence]:
        """The occurrences still to come once those up to number `handled` were posted or skipped, without an end."""
        first = date.min if self.resumed is None else self.resumed
        return (one for one in self.between(max(first, self._day_after(handled)), LAST_DAY) if one.number > handled)

    def due(self, handled: int, until: date) -> list[Occurrence]:
        """The occurrences to post by that day, each with its own date."""
        found = []
        for one in self.after(handled):
            if one.day > until:
                break
            found.append(one)
        return found

    def next_occurrence(self, handled: int) -> date | None:
        """The day of the next occurrence, which may be past; None if there is none."""
        return next((one.day for one in self.after(handled)), None)

    def next_dates(self, handled: int, n: int = NEXT_DATES) -> list[date]:
        """The next `n` days, fewer if it ends before."""
        return [one.day for one in islice(self.after(handled), n)]

    def next_to_skip(self, handled: int) -> Occurrence | None:
        """The occurrence that is skipped next."""
        return next(self.after(handled), None)

    def occurs_in(self, first: date, last: date) -> int:
        """Number of occurrences of these days."""
        return sum(1 for _ in self.between(first, last))

    def first_from(self, day: date) -> date | None:
        """The day of the first occurrence on that day or later, handled or not; None if there is none."""
        return next((one.day for one in self.between(day, LAST_DAY)), None)

    def _is_over(self, k: int) -> bool:
        if self.max_occurrences is not None and k >= self.max_occurrences:
            return True
        return self.end is not None and self.calendar.nominal(k) > self.end

    def _day_after(self, handled: int) -> date:
        """A day from which the later occurrences are found without walking over all those that were handled."""
        if not handled:
            return date.min
        try:
            return self.calendar.occurrence(handled - 1) + _ONE_DAY
        except OverflowError:  # the calendar has ended
            return date.max


@dataclass(frozen=True)
class Series:
    """Occurrences of a recurring transaction by numbers that stay theirs when its calendar changes.

    A new calendar numbers its dates after those that were handled before, and leaves out the days of theirs.
    """

    schedule: Schedule
    """The schedule as it is now, numbered from 1."""
    numbered_from: int = 0
    """Number of the last occurrence of the calendars before."""
    handled: int = 0
    """Number up to which all were posted or skipped."""

    def coming(self) -> Iterator[Occurrence]:
        """The occurrences still to come, without an end."""
        return map(self._numbered, self.schedule.after(self._own_handled))

    def due(self, until: date, most: int | None = None) -> list[Occurrence]:
        """The occurrences to post by that day, at most so many."""
        return list(islice(takewhile(lambda one: one.day <= until, self.coming()), most))

    def next(self) -> Occurrence | None:
        """The next occurrence, or None."""
        return next(self.coming(), None)

    def next_dates(self, n: int = NEXT_DATES) -> list[date]:
        """The next `n` days, fewer if it ends before."""
        return [one.day for one in islice(self.coming(), n)]

    def between(self, first: date, last: date) -> Iterator[Occurrence]:
        """The occurrences of these days, handled or not; those that a pause left out are not among them."""
        resumed = self.schedule.resumed
        for one in map(self._numbered, self.schedule.between(first, last)):
            if one.number <= self.handled or resumed is None or one.day >= resumed:
                yield one

    @property
    def _own_handled(self) -> int:
        return max(0, self.handled - self.numbered_from)

    def _numbered(self, one: Occurrence) -> Occurrence:
        return one._replace(number=self.numbered_from + one.number)


def require_valid(schedule: Schedule) -> None:
    """Raise Invalid, naming the field, unless the schedule has occurrences and each has a day of its own."""
    frequency, step = _IN_KERNEL[schedule.every.frequency]
    if schedule.end is not None and schedule.end < schedule.start:
        raise Invalid.field("end_date", "Must not be before start_date.")
    if schedule.day is not None and schedule.day not in recurrence.valid_days(frequency):
        raise Invalid.field("day", f"Not a day of the frequency «{schedule.every.frequency}».")
    if recurrence.gives_twins(frequency, step * schedule.every.interval, schedule.weekend):
        raise Invalid.field("weekend", "Several days in a row would become one: use «same» for daily transactions.")


Key = tuple[int, int]
"""Id of a recurring transaction, and the number of an occurrence."""


class ExpectedMovement(NamedTuple):
    """An occurrence that was not entered yet, as the statement of an account shows it."""

    recurring_id: int
    occurrence: int
    type: TransactionType
    account_id: int
    date: date
    least: Decimal
    most: Decimal
    """Signed amounts between which a line is this occurrence."""
    text: str
    payee_id: int | None

    @property
    def key(self) -> Key:
        """The occurrence."""
        return self.recurring_id, self.occurrence


class AmountRule(NamedTuple):
    """Amounts of the occurrences; a bank's line within `least` and `most` is one of them."""

    mode: AmountMode
    amount: Decimal
    least: Decimal | None = None
    most: Decimal | None = None

    def expected(self, posted: Sequence[Decimal], currency: Currency) -> Decimal:
        """The amount of the next occurrence; `posted` are those before it, the last one last."""
        last = posted[-AVERAGED:]
        if not last or self.mode in (AmountMode.FIXED, AmountMode.ESTIMATE):
            return self.amount
        if self.mode is AmountMode.LAST:
            return last[-1]
        return round_money(sum(last, Decimal(0)) / len(last), currency)


def require_valid_amounts(rule: AmountRule) -> None:
    """Raise Invalid, naming the field, if the amount is not within its own limits."""
    if rule.least is not None and rule.least > rule.amount:
        raise Invalid.field("min", "Must not be above the amount.")
    if rule.most is not None and rule.most < rule.amount:
        raise Invalid.field("max", "Must not be below the amount.")


def yearly_cost(amount: Decimal, every: Every, currency: Currency) -> Decimal:
    """The amount of a year, by the frequency: 12 monthly, 52 weekly, 365 daily ones."""
    whole = amount_of(amount, Decimal(every.per_year.numerator), currency)
    return round_money(whole / every.per_year.denominator, currency)
