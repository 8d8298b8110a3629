"""Budgets: their periods, the amounts and what is carried from one to the next, spending against them, and alerts."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from app.kernel.currencies import Currency
from app.kernel.errors import Invalid
from app.kernel.money import round_money
from app.kernel.periods import LAST_DAY, DateRange
from app.kernel.recurrence import Recurrence
from app.suites.personal.recurring.rules import Every, Frequency

ZERO, ONE = Decimal(0), Decimal(1)
THRESHOLD = Decimal("0.8")
ALERTS = (Decimal("0.5"), Decimal("0.8"), Decimal("1.0"))
_SHARE = Decimal("0.0001")
_A_DAY = timedelta(days=1)


class BudgetPeriod(StrEnum):
    """Length of a budget's periods."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    ONCE = "once"


class Rollover(StrEnum):
    """Rest of a period that the next one gets."""

    NONE = "none"
    SURPLUS = "surplus"
    DEFICIT = "deficit"
    BOTH = "both"


class Status(StrEnum):
    """Spending of a period against what is available."""

    ON_TRACK = "on_track"
    WARNING = "warning"
    EXCEEDED = "exceeded"


class Apply(StrEnum):
    """First period that gets a changed amount; `all` changes past ones too."""

    CURRENT = "current"
    NEXT = "next"
    ALL = "all"


@dataclass(frozen=True)
class Calendar:
    """Periods of a budget from its own start; they are its own, whatever the months and weeks of the book are."""

    period: BudgetPeriod
    start: date
    end: date | None = None
    """The last period ends here, even if it is not over."""

    def on(self, day: date) -> DateRange | None:
        """The period of a day; None before the start and after the end."""
        return next(self.between(day, day), None)

    def between(self, first: date, last: date) -> Iterator[DateRange]:
        """The periods that have one of these days."""
        first, last = max(first, self.start), min(last, self._last_day)
        if first > last:
            return
        if self._recurrence is None:
            yield DateRange(self.start, self._last_day)
            return
        k = self._recurrence.index_on_or_after(first + _A_DAY) - 1
        while (start := self._recurrence.occurrence(k)) <= last:
            yield DateRange(start, min(self._recurrence.occurrence(k + 1) - _A_DAY, self._last_day))
            k += 1

    def last_until(self, day: date, n: int) -> list[DateRange]:
        """The last `n` periods up to that of the day, or up to the end, oldest first."""
        until = min(day, self._last_day)
        if self._recurrence is None or until < self.start:
            return list(self.between(self.start, until))
        k = self._recurrence.index_on_or_after(until + _A_DAY) - 1
        return list(self.between(self._recurrence.occurrence(max(0, k - n + 1)), until))

    def next_start(self, day: date) -> date | None:
        """The first day of the period after that of the day; None if there is none."""
        current = self.on(max(day, self.start))
        if current is None or self._recurrence is None or current.end >= self._last_day:
            return None
        return current.end + _A_DAY

    @property
    def _last_day(self) -> date:
        return LAST_DAY if self.end is None else min(self.end, LAST_DAY)

    @cached_property
    def _recurrence(self) -> Recurrence | None:
        if self.period is BudgetPeriod.ONCE:
            return None
        return Every(Frequency(self.period)).calendar(self.start)


class Amount(NamedTuple):
    """Amount of the periods from one on."""

    from_period_start: date
    amount: Decimal


class Crossed(NamedTuple):
    """A level of alerts that spending of a period reached."""

    budget_id: int
    period_start: date
    level: Decimal


def amount_of_period(history: Sequence[Amount], period_start: date) -> Decimal:
    """The amount of a period: the latest that was set for it or an earlier one, else the first of all."""
    past = [one for one in history if one.from_period_start <= period_start]
    if past:
        return max(past).amount
    return min(history).amount


def changed_amounts(
    history: Sequence[Amount], amount: Decimal, apply: Apply, calendar: Calendar, today: date
) -> list[Amount]:
    """The history with a new amount; what was set for periods after its first one is gone."""
    if apply is Apply.ALL:
        return [Amount(calendar.start, amount)]
    if apply is Apply.NEXT:
        first = calendar.next_start(today)
        if first is None:
            raise Invalid.field("apply", "The budget has no next period.")
    else:
        last = calendar.last_until(max(today, calendar.start), 1)
        first = last[0].start
    return [*(one for one in sorted(history) if one.from_period_start < first), Amount(first, amount)]


def carried(rest: Decimal, rollover: Rollover, cap: Decimal | None = None) -> Decimal:
    """The part of a period's rest that the next period gets; the cap limits what is left over, not what is lacking."""
    if rest >= 0:
        surplus = rest if rollover in (Rollover.SURPLUS, Rollover.BOTH) else ZERO
        return surplus if cap is None else min(surplus, cap)
    return rest if rollover in (Rollover.DEFICIT, Rollover.BOTH) else ZERO


@dataclass(frozen=True, slots=True)
class Tracking:
    """A period of a budget: its amount, the carry, and spending."""

    period: DateRange
    budgeted: Decimal
    carried: Decimal
    spent: Decimal
    threshold: Decimal = THRESHOLD

    @property
    def available(self) -> Decimal:
        """The amount and what was carried into the period."""
        return self.budgeted + self.carried

    @property
    def remaining(self) -> Decimal:
        """The rest, below zero if more was spent."""
        return self.available - self.spent

    @property
    def status(self) -> Status:
        """`warning` from the threshold on; where nothing is available, nothing but spending more exceeds it."""
        if self.spent > self.available:
            return Status.EXCEEDED
        if self.available > 0 and self.spent >= self.threshold * self.available:
            return Status.WARNING
        return Status.ON_TRACK

    def pace(self, today: date) -> Decimal | None:
        """Share that was spent less share of the days that passed, today included; None if nothing is available."""
        if self.available <= 0:
            return None
        passed = (min(today, self.period.end) - self.period.start).days + 1
        return _share(self.spent / self.available - Decimal(max(0, passed)) / self.period.days)

    def crossed(self, levels: Iterable[Decimal], sent: Collection[Decimal], today: date) -> list[Decimal]:
        """Levels of alerts that spending reached and that were not sent yet; none in a past period."""
        if self.period.end < today:
            return []
        return [one for one in sorted(set(levels)) if one not in sent and self._reaches(one)]

    def _reaches(self, level: Decimal) -> bool:
        if self.available <= 0:
            return self.spent > self.available
        return self.spent >= level * self.available


@dataclass(frozen=True, slots=True)
class Limit:
    """Rule of a budget's amounts."""

    history: Sequence[Amount]
    rollover: Rollover = Rollover.NONE
    cap: Decimal | None = None
    threshold: Decimal = THRESHOLD


def track(limit: Limit, periods: Iterable[DateRange], spent: Mapping[date, Decimal]) -> list[Tracking]:
    """Follow the periods, beginning with the first of the budget; `spent` is spending by the start of a period."""
    found: list[Tracking] = []
    carry = ZERO
    for period in periods:
        budgeted = amount_of_period(limit.history, period.start)
        one = Tracking(period, budgeted, carry, spent.get(period.start, ZERO), limit.threshold)
        carry = carried(one.remaining, limit.rollover, limit.cap)
        found.append(one)
    return found


def average_variance(trackings: Iterable[Tracking], today: date, currency: Currency) -> Decimal | None:
    """Average of spending less the amount of the complete periods, above 0 if too much was spent."""
    complete = [one.spent - one.budgeted for one in trackings if one.period.end < today]
    return round_money(sum(complete, ZERO) / len(complete), currency) if complete else None


def usual_start(period: BudgetPeriod, month: DateRange, today: date, week_start: int) -> date:
    """The first day of a budget that names none: of the book's month or week, or today."""
    if period is BudgetPeriod.DAILY:
        return today
    if period is BudgetPeriod.WEEKLY:
        return today - timedelta(days=(today.isoweekday() - week_start) % 7)
    return month.start


def on_time_rate(trackings: Iterable[Tracking], today: date) -> Decimal | None:
    """Share of the complete periods in which no more was spent than was available; None if none is complete."""
    complete = [one for one in trackings if one.period.end < today]
    if not complete:
        return None
    return _share(Decimal(sum(one.status is not Status.EXCEEDED for one in complete)) / len(complete))


def per_month(amount: Decimal, period: BudgetPeriod, currency: Currency) -> Decimal | None:
    """The share of a month in the amount of a period; None if there is but one period."""
    if period is BudgetPeriod.ONCE:
        return None
    months = Every(Frequency(period)).months
    return round_money(amount * months.denominator / months.numerator, currency)


def overlapping(budgets: Iterable[Collection[int]]) -> bool:
    """Whether a category, with those below it, is in several of the budgets, so that their sum counts it twice."""
    return any(set(one) & set(other) for one, other in combinations(budgets, 2))


def _share(value: Decimal) -> Decimal:
    share = value.quantize(_SHARE, rounding=ROUND_HALF_UP)
    return share if share else abs(share)
