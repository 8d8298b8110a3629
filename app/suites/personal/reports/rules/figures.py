"""Rules of reports: figures of a month and of categories, from sums that were rounded once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.kernel.money import Currency, round_worth
from app.kernel.periods import DateRange, Month, MonthCalendar
from app.suites.personal.categories.rules import CategoryType, Tree

_SHARE = Decimal("0.0001")


class CategorySum(NamedTuple):
    """Sum of a category in a month: income and spending are positive."""

    category_id: int | None
    """None for what has no category."""
    type: CategoryType
    month: Month
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Result:
    """Income and expenses, rounded, and what follows from them."""

    income: Decimal
    expenses: Decimal

    @property
    def net(self) -> Decimal:
        """Income less expenses."""
        return self.income - self.expenses

    @property
    def savings_rate(self) -> Decimal | None:
        """Part of the income that was not spent; None without income."""
        return None if self.income <= 0 else (self.net / self.income).quantize(_SHARE)

    def less(self, before: "Result") -> "Result":
        """Difference to an earlier one."""
        return Result(self.income - before.income, self.expenses - before.expenses)


def result_of(sums: Iterable[CategorySum], currency: Currency) -> Result:
    """Income and expenses of these sums."""
    found = {kind: Decimal(0) for kind in CategoryType}
    for one in sums:
        found[one.type] += one.amount
    return Result(*(round_worth(found[kind], currency) for kind in (CategoryType.INCOME, CategoryType.EXPENSE)))


def share_of(amount: Decimal, whole: Decimal) -> Decimal | None:
    """Part of a whole; None if that is not above zero."""
    return None if whole <= 0 else (amount / whole).quantize(_SHARE)


def rolled_up(sums: Iterable[CategorySum], tree: Tree, depth: int) -> list[CategorySum]:
    """The sums with each category replaced by the one above it at this level of the tree."""
    return [
        one if one.category_id is None else one._replace(category_id=tree.path(one.category_id)[:depth][-1])
        for one in sums
    ]


def by_category(sums: Iterable[CategorySum]) -> dict[tuple[CategoryType, int | None], dict[Month, Decimal]]:
    """Amounts by type and category, and by month."""
    found: dict[tuple[CategoryType, int | None], dict[Month, Decimal]] = {}
    for one in sums:
        months = found.setdefault((one.type, one.category_id), {})
        months[one.month] = months.get(one.month, Decimal(0)) + one.amount
    return found


def months_between(first: Month, last: Month) -> list[Month]:
    """Months from one to another."""
    return [first.plus(n) for n in range(last - first + 1)]


def month_ends(calendar: MonthCalendar, days: DateRange) -> list[date]:
    """Last days of the months of a range; the last one is that of the range."""
    months = months_between(calendar.month_of(days.start), calendar.month_of(days.end))
    return [min(calendar.days(month).end, days.end) for month in months]
