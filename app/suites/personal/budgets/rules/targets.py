"""Targets of categories: each kind of rule, and the amount that it wants in a month."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.kernel.currencies import Currency
from app.kernel.periods import DateRange, Month, MonthCalendar
from app.suites.personal.recurring.rules import Every, Frequency, Schedule

ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_WEEKLY = Every(Frequency.WEEKLY)


class CapPeriod(StrEnum):
    """Unit of a cap that is for a day or a week of the month."""

    DAY = "day"
    WEEK = "week"


class PercentOf(StrEnum):
    """Sum that a percentage is of, if it is not that of a category."""

    INCOME = "income"
    AVAILABLE = "available"
    LAST_MONTH = "last_month"


@dataclass(frozen=True, slots=True)
class Cap:
    """Most that a category may hold: an amount, or that amount for each day or week that starts in the month."""

    amount: Decimal
    period: CapPeriod | None = None
    starting: date | None = None
    hold: bool = False
    """Whether a category above it keeps the excess."""

    def of(self, days: DateRange) -> Decimal:
        """The cap of a month."""
        if self.period is CapPeriod.DAY:
            return self.amount * days.days
        if self.period is CapPeriod.WEEK:
            return self.amount * _occurrences(_WEEKLY, self.starting, days)
        return self.amount


@dataclass(frozen=True, slots=True)
class Monthly:
    """An amount each month."""

    amount: Decimal
    cap: Cap | None = None


@dataclass(frozen=True, slots=True)
class Refill:
    """Amount that is lacking to the cap."""

    cap: Cap


@dataclass(frozen=True, slots=True)
class By:
    """An amount that is saved until a month, in equal parts; again every `repeat` months."""

    amount: Decimal
    by: Month
    repeat: int | None = None


@dataclass(frozen=True, slots=True)
class Spend:
    """An amount that is saved until a month, and may be spent from another on."""

    amount: Decimal
    by: Month
    spend_from: Month
    repeat: int | None = None


@dataclass(frozen=True, slots=True)
class Periodic:
    """An amount for each date of a period in the month; without a start the period begins with the month."""

    amount: Decimal
    every: Every
    starting: date | None = None
    cap: Cap | None = None


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage of a sum, or of the income of a category."""

    percent: Decimal
    of: PercentOf | int


@dataclass(frozen=True, slots=True)
class Recurring:
    """Money for a recurring transaction: all in the month in which it occurs, or a month's share of it."""

    amount: Decimal
    schedule: Schedule
    full: bool = False
    adjust_percent: Decimal = ZERO
    adjust_amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Average:
    """Average spending of months before."""

    months: int
    adjust_percent: Decimal = ZERO
    adjust_amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Copy:
    """Assignment of a number of months before."""

    months: int


@dataclass(frozen=True, slots=True)
class Remainder:
    """A share of all that is left after the other targets."""

    weight: Decimal = Decimal(1)
    cap: Cap | None = None


Rule = Monthly | Refill | By | Spend | Periodic | Percent | Recurring | Average | Copy | Remainder


class Past(NamedTuple):
    """A category in a month before."""

    assigned: Decimal = ZERO
    activity: Decimal = ZERO


_NOTHING = Past()


@dataclass(frozen=True, slots=True)
class Category:
    """A category in the month that targets are applied to, before its activity."""

    balance: Decimal = ZERO
    """Carry of the month before."""
    assigned: Decimal = ZERO
    past: Mapping[Month, Past] = field(default_factory=dict)
    """Months before; those that are not there are zero."""


@dataclass(frozen=True, slots=True)
class Money:
    """Sums of the month that percentages are of, and its days."""

    month: Month
    currency: Currency
    available: Decimal
    """Money that can be assigned before any target is applied."""
    income: Decimal = ZERO
    income_last_month: Decimal = ZERO
    income_by_category: Mapping[int, Decimal] = field(default_factory=dict)
    calendar: MonthCalendar = field(default_factory=MonthCalendar)

    @property
    def days(self) -> DateRange:
        """The days of the month."""
        return self.calendar.days(self.month)


class TargetError(Exception):
    """The target can't be met; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def wanted(rule: Rule, category: Category, money: Money, available: Decimal, before: Decimal) -> Decimal:
    """The amount that a rule wants for a category, not rounded.

    `available` is what can be assigned at its priority, `before` what other targets of the category gave it already.
    A `By` is wanted with the others of the category, by `saving`; a `Remainder` after all, by `shares`.
    """
    match rule:
        case Monthly() | Periodic():
            return _capped(_in_month(rule, money.days), rule.cap, category.balance + before, money.days)
        case Refill(cap):
            return _room(cap, category.balance + before, money.days)
        case Spend():
            return _spend(rule, category, money.month)
        case Percent():
            return max(ZERO, _base(rule.of, money, available)) * rule.percent / _HUNDRED
        case Recurring():
            return _recurring(rule, money)
        case Average():
            return _average(rule, category, money.month)
        case Copy(months):
            return category.past.get(money.month.plus(-months), _NOTHING).assigned
    return ZERO


def saving(rules: Mapping[int, By], balance: Decimal, month: Month) -> dict[int, Decimal]:
    """Parts of this month for amounts that are saved until a month; what was saved goes to the nearest ones.

    A target that is past and does not repeat is left out: `next_month_of` raises for it.
    """
    left = balance
    parts = {}
    by_month = sorted((next_month_of(rule.by, rule.repeat, month), id_) for id_, rule in rules.items())
    for due, id_ in by_month:
        lacking = max(ZERO, rules[id_].amount - left)
        left = max(ZERO, left - rules[id_].amount) if left > 0 else ZERO
        parts[id_] = lacking / (due - month + 1)
    return parts


def next_month_of(by: Month, repeat: int | None, month: Month) -> Month:
    """The month in which the amount is needed next; TargetError if it is past for good."""
    late = month - by
    if late <= 0:
        return by
    if not repeat:
        raise TargetError("target_past")
    return by.plus(-(-late // repeat) * repeat)


def _spend(rule: Spend, category: Category, month: Month) -> Decimal:
    """A month's part of what is lacking; spending since the start of the window counts as saved."""
    due = next_month_of(rule.by, rule.repeat, month)
    first = rule.spend_from.plus(due - rule.by)
    spent = -sum((one.activity for past, one in category.past.items() if first <= past < month), ZERO)
    return max(ZERO, rule.amount - category.balance - spent) / (due - month + 1)


def _in_month(rule: Monthly | Periodic, days: DateRange) -> Decimal:
    if isinstance(rule, Monthly):
        return rule.amount
    return rule.amount * _occurrences(rule.every, rule.starting, days)


def _occurrences(every: Every, starting: date | None, days: DateRange) -> int:
    return sum(1 for _ in every.calendar(starting or days.start).between(days.start, days.end))


def _capped(amount: Decimal, cap: Cap | None, held: Decimal, days: DateRange) -> Decimal:
    return amount if cap is None else min(amount, _room(cap, held, days))


def _room(cap: Cap, held: Decimal, days: DateRange) -> Decimal:
    """Amount that is lacking to the cap; the excess above it is taken back unless it is held."""
    room = cap.of(days) - held
    return max(ZERO, room) if cap.hold else room


def _base(of: PercentOf | int, money: Money, available: Decimal) -> Decimal:
    if of is PercentOf.INCOME:
        return money.income
    if of is PercentOf.AVAILABLE:
        return available
    if of is PercentOf.LAST_MONTH:
        return money.income_last_month
    return money.income_by_category.get(of, ZERO)


def _recurring(rule: Recurring, money: Money) -> Decimal:
    """The amount of the month's occurrences, or the share of a month if it is rarer than monthly.

    A share is due from one turn before the first occurrence on, until the last one.
    """
    months = rule.schedule.every.months
    if rule.full or months <= 1:
        times = rule.schedule.occurs_in(money.days.start, money.days.end)
        return _adjusted(rule.amount, rule) * times
    first = rule.schedule.first_from(money.days.start)
    if first is None or money.calendar.month_of(first) - money.month >= months:
        return ZERO
    return _adjusted(rule.amount * months.denominator / months.numerator, rule)


def _average(rule: Average, category: Category, month: Month) -> Decimal:
    past = (category.past.get(month.plus(-back), _NOTHING) for back in range(1, rule.months + 1))
    return max(ZERO, _adjusted(-sum((one.activity for one in past), ZERO) / rule.months, rule))


def _adjusted(amount: Decimal, rule: Recurring | Average) -> Decimal:
    return amount * (_HUNDRED + rule.adjust_percent) / _HUNDRED + rule.adjust_amount
