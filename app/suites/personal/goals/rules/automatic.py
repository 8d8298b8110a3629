"""Automatic contributions: their days, and the amounts that are put aside."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from app.kernel.currencies import Currency
from app.kernel.money import round_money
from app.kernel.periods import LAST_DAY, DateRange
from app.suites.personal.goals.rules.progress import rounding_up
from app.suites.personal.recurring.rules import Every, Schedule
from app.suites.personal.recurring.rules import Frequency as Frequency  # noqa: PLC0414 - for the models

MOST_AT_ONCE = 400
"""Days that a run makes up for."""
_A_DAY = timedelta(days=1)
_HUNDRED = Decimal(100)


class Automatic(NamedTuple):
    """The way in which money is put aside: one of an amount, a percentage of the income, or what expenses lack."""

    start: date
    frequency: Frequency
    amount: Decimal | None = None
    percent: Decimal | None = None
    round_up: Decimal | None = None

    def first_from(self, day: date) -> date | None:
        """The first day of a contribution that is not before a day."""
        return Schedule(self.start, Every(self.frequency)).first_from(day)

    def after(self, day: date) -> date | None:
        """The day of the contribution after that of a day."""
        return None if day >= LAST_DAY else self.first_from(day + _A_DAY)

    def period(self, day: date) -> DateRange:
        """The days whose income and expenses count for the contribution of a day: those since the one before."""
        calendar = Every(self.frequency).calendar(self.start)
        k = calendar.index_on_or_after(day)
        first = calendar.occurrence(k - 1) + _A_DAY if k else self.start
        return DateRange(min(first, day), day)

    def due(self, income: Decimal, expenses: Iterable[Decimal], currency: Currency) -> Decimal:
        """The amount to put aside; zero if there was no income, or nothing to round up."""
        if self.amount is not None:
            return self.amount
        if self.percent is not None:
            return round_money(max(Decimal(0), income) * self.percent / _HUNDRED, currency)
        return rounding_up(expenses, self.round_up or Decimal(1))
