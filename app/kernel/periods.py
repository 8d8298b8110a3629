"""Months and ranges of days, for reports and schedules."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import StrEnum

from app.kernel.errors import Invalid

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
"""The first and last day that the program accepts."""


def require_order(date_from: date | None, date_to: date | None) -> None:
    """Raise Invalid, naming the field, if a range ends before it begins."""
    if date_from is not None and date_to is not None and date_from > date_to:
        raise Invalid.field("date_to", "Must not be before date_from.")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; earlier ones sort first."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (MINYEAR <= self.year <= MAXYEAR and 1 <= self.month <= 12):
            raise ValueError(f"{self} is not a month")

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month that contains the day."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def __sub__(self, earlier: "Month") -> int:
        """Number of months between the two: February minus January is 1."""
        return (self.year - earlier.year) * 12 + self.month - earlier.month

    @property
    def first_day(self) -> date:
        """The 1st."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The 28th, 29th, 30th or 31st."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def next(self) -> "Month":
        """The month after."""
        return self.plus(1)

    @property
    def previous(self) -> "Month":
        """The month before."""
        return self.plus(-1)

    def plus(self, n: int) -> "Month":
        """The month `n` months later, or earlier; past the year 9999 is an OverflowError, as for dates."""
        year, month = divmod(self.year * 12 + self.month - 1 + n, 12)
        if not MINYEAR <= year <= MAXYEAR:
            raise OverflowError("month out of range")
        return Month(year, month + 1)

    def on(self, day: int) -> date:
        """The date of this `day` (1 to 31); in a shorter month, its last day."""
        if not 1 <= day <= 31:
            raise ValueError(f"{day} is not a day of the month")
        return date(self.year, self.month, min(day, monthrange(self.year, self.month)[1]))


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days from `start` to `end`, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise ValueError(f"{self.start} comes after {self.end}")

    def __str__(self) -> str:
        return f"{self.start}/{self.end}"

    @property
    def days(self) -> int:
        """Number of days, at least 1."""
        return (self.end - self.start).days + 1

    def contains(self, day: date) -> bool:
        """Whether the day is in the range, both ends included."""
        return self.start <= day <= self.end

    def months(self) -> list[Month]:
        """Every month that has a day in the range, in order."""
        first = Month.of(self.start)
        return [first.plus(i) for i in range(Month.of(self.end) - first + 1)]

    def before(self) -> "DateRange":
        """The range of equal length that ends the day before this one starts."""
        length = timedelta(days=self.days)
        return DateRange(self.start - length, self.end - length)


@dataclass(frozen=True, slots=True)
class MonthCalendar:
    """Months that start on a day from 1 to 28 and are named by their last day: from the 25th, 25 Jan is February's."""

    start_day: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.start_day <= 28:
            raise ValueError(f"{self.start_day} is not a day on which every month can start")

    def month_of(self, day: date) -> Month:
        """The month that contains the day."""
        month = Month.of(day)
        return month.next if 1 < self.start_day <= day.day else month

    def days(self, month: Month) -> DateRange:
        """The days of the month."""
        if self.start_day == 1:
            return DateRange(month.first_day, month.last_day)
        return DateRange(month.previous.on(self.start_day), month.on(self.start_day - 1))

    def before(self, days: DateRange) -> DateRange:
        """The days with which a range compares: before whole months as many whole months, else as many days."""
        first, last = self.month_of(days.start), self.month_of(days.end)
        if (days.start, days.end) != (self.days(first).start, self.days(last).end):
            return days.before()
        return DateRange(self.days(first.plus(first - last - 1)).start, self.days(first.previous).end)


class Period(StrEnum):
    """Lengths of the reporting periods."""

    MONTH = "month"
    QUARTER = "quarter"
    SEMESTER = "semester"
    YEAR = "year"


_MONTHS_IN = {Period.MONTH: 1, Period.QUARTER: 3, Period.SEMESTER: 6, Period.YEAR: 12}


def current(period: Period, today: date) -> DateRange:
    """The whole calendar month, quarter, semester or year that contains today."""
    length = _MONTHS_IN[period]
    this_month = Month.of(today)
    first = this_month.plus(-((today.month - 1) % length))
    return DateRange(first.first_day, first.plus(length - 1).last_day)


def trailing(period: Period, today: date) -> DateRange:
    """The last n = 1, 3, 6 or 12 calendar months: from the 1st of the month n - 1 months ago to today."""
    first = Month.of(today).plus(1 - _MONTHS_IN[period])
    return DateRange(first.first_day, today)


def last_complete_months(n: int, today: date) -> list[Month]:
    """The `n` months before the current one, oldest first: a month is complete once the next has begun."""
    this_month = Month.of(today)
    return [this_month.plus(-back) for back in range(n, 0, -1)]


def add_months(d: date, n: int, day: int | None = None) -> date:
    """The date `n` months later, on `day` (default: the same day); in a shorter month, its last day."""
    return Month.of(d).plus(n).on(d.day if day is None else day)
