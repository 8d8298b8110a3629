"""Figures of a book that insights are made of: income and spending by month and category."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from app.kernel.money import Currency, round_worth
from app.kernel.periods import Month, MonthCalendar
from app.kernel.statistics import median
from app.suites.personal.categories.rules import CategoryFlag, CategoryType

ZERO = Decimal(0)
MOST_MONTHS = 12
UNCATEGORISED = "Uncategorised"
Key = tuple[CategoryType, int | None]
"""Type and id of a category; without an id what has none."""


@dataclass(frozen=True)
class Figures:
    """Income and spending of the last months, in the currency of the book; both are positive."""

    currency: Currency
    today: date
    calendar: MonthCalendar
    first_day: date | None
    """Day of the first transaction."""
    by_category: Mapping[Key, Mapping[Month, Decimal]]
    names: Mapping[int, str] = field(default_factory=dict)
    flags: Mapping[int, frozenset[CategoryFlag]] = field(default_factory=dict)

    @property
    def month(self) -> Month:
        """The current month."""
        return self.calendar.month_of(self.today)

    @property
    def day(self) -> int:
        """Number of the day in its month."""
        return (self.today - self.calendar.days(self.month).start).days + 1

    @cached_property
    def complete(self) -> list[Month]:
        """Complete months with data, the oldest first; the month in which the book begins counts from its first day."""
        if self.first_day is None:
            return []
        first = self.calendar.month_of(self.first_day)
        if self.first_day > self.calendar.days(first).start:
            first = first.next
        return [self.month.plus(-n) for n in range(MOST_MONTHS, 0, -1) if self.month.plus(-n) >= first]

    def last(self, most: int) -> list[Month]:
        """The last complete months."""
        return self.complete[-most:]

    def total(self, kind: CategoryType, months: Collection[Month]) -> Decimal:
        """Income or spending of these months."""
        own = (sums for (of_kind, _), sums in self.by_category.items() if of_kind is kind)
        return self._rounded(sum((sums.get(month, ZERO) for sums in own for month in months), ZERO))

    def income(self, month: Month) -> Decimal:
        """Income of a month."""
        return self.total(CategoryType.INCOME, [month])

    def expenses(self, month: Month) -> Decimal:
        """Spending of a month."""
        return self.total(CategoryType.EXPENSE, [month])

    def of_category(self, category_id: int | None, months: Collection[Month]) -> list[Decimal]:
        """Spending of a category in each of these months."""
        sums = self.by_category.get((CategoryType.EXPENSE, category_id), {})
        return [self._rounded(sums.get(month, ZERO)) for month in months]

    @property
    def expense_categories(self) -> list[int]:
        """Categories with spending, without what has none."""
        return sorted(id_ for kind, id_ in self.by_category if kind is CategoryType.EXPENSE and id_ is not None)

    def flagged(self, flag: CategoryFlag) -> list[int]:
        """Categories with a flag."""
        return sorted(category_id for category_id, flags in self.flags.items() if flag in flags)

    def usual_expenses(self, most: int = 6) -> Decimal | None:
        """Median spending of the last complete months; None without one."""
        months = self.last(most)
        return self._rounded(median([self.expenses(month) for month in months])) if months else None

    def savings_rate(self, months: Collection[Month]) -> Decimal | None:
        """Part of the income of these months that was not spent; None without income."""
        income = self.total(CategoryType.INCOME, months)
        return None if income <= 0 else (income - self.total(CategoryType.EXPENSE, months)) / income

    def _rounded(self, amount: Decimal) -> Decimal:
        return round_worth(amount, self.currency)
