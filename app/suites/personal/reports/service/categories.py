"""Reports by months and categories."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.kernel.errors import Invalid
from app.kernel.money import Currency, round_worth, rounded_parts
from app.kernel.periods import DateRange, Month
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.reports.rules.figures import (
    CategorySum,
    Result,
    by_category,
    months_between,
    result_of,
    rolled_up,
)
from app.suites.personal.reports.service.base import CategoryFigure, ReportBase, require_few


@dataclass(frozen=True, slots=True)
class MonthFigures(Result):
    """Figures of a month, and how they changed since the one before."""

    month: Month
    date_from: date
    date_to: date
    currency: Currency
    change: Result
    categories: list[CategoryFigure]


class CategoryMonth(NamedTuple):
    """Figure of a category in a month."""

    month: Month
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CategoryTrend(CategoryFigure):
    """Figure of a category over a range of days, with that of the range before and each month's."""

    previous: Decimal
    average: Decimal
    months: list[CategoryMonth]


@dataclass(frozen=True, slots=True)
class CategoryReport(Result):
    """Figures of all categories over a range of days, in the currency of the book."""

    date_from: date
    date_to: date
    currency: Currency
    items: list[CategoryTrend]


class CategoryReports(ReportBase):
    """Reports of a book by months and categories."""

    def monthly(
        self, first: Month | None = None, last: Month | None = None, month: Month | None = None
    ) -> list[MonthFigures]:
        """Figures of one month, or of those from the first to the last; by default of the current one."""
        if month is not None and (first is not None or last is not None):
            raise Invalid.field("month", "Give either one month, or from and to.")
        last = last or month or first or self.calendar.month_of(self.access.today)
        first = first or last
        require_few(first, last)
        days = DateRange(self.calendar.days(first.previous).start, self.calendar.days(last).end)
        sums = self.sums(days)
        results = {
            month: result_of([one for one in sums if one.month == month], self.access.currency)
            for month in months_between(first.previous, last)
        }
        return [
            MonthFigures(
                results[month].income,
                results[month].expenses,
                month,
                self.calendar.days(month).start,
                self.calendar.days(month).end,
                self.access.currency,
                results[month].less(results[month.previous]),
                self.figures([one for one in sums if one.month == month], results[month]),
            )
            for month in months_between(first, last)
        ]

    def by_category(self, days: DateRange, *, depth: int = 1, category_id: int | None = None) -> CategoryReport:
        """Figures of categories, those of the tree below a level added to the ones above; or of one and those below."""
        require_few(self.calendar.month_of(days.start), self.calendar.month_of(days.end))
        sums = self._rolled(days, depth, category_id)
        before = self._rolled(self.calendar.before(days), depth, category_id)
        result = result_of(sums, self.access.currency)
        earlier, monthly = by_category(before), by_category(sums)
        months = months_between(self.calendar.month_of(days.start), self.calendar.month_of(days.end))
        items = [
            self._trend(figure, earlier.get((figure.type, figure.category_id), {}), monthly, months)
            for figure in self.figures(sums, result)
        ]
        return CategoryReport(result.income, result.expenses, days.start, days.end, self.access.currency, items)

    def _trend(
        self,
        figure: CategoryFigure,
        earlier: dict[Month, Decimal],
        monthly: dict[tuple[CategoryType, int | None], dict[Month, Decimal]],
        months: Sequence[Month],
    ) -> CategoryTrend:
        own = monthly[figure.type, figure.category_id]
        shown = rounded_parts([own.get(month, Decimal(0)) for month in months], self.access.currency, figure.amount)
        previous = round_worth(sum(earlier.values(), Decimal(0)), self.access.currency)
        average = round_worth(sum(own.values(), Decimal(0)) / len(months), self.access.currency)
        of_months = [CategoryMonth(month, amount) for month, amount in zip(months, shown, strict=True)]
        own_figure = {one.name: getattr(figure, one.name) for one in fields(figure)}
        return CategoryTrend(**own_figure, previous=previous, average=average, months=of_months)

    def _rolled(self, days: DateRange, depth: int, category_id: int | None) -> list[CategorySum]:
        sums, tree = self.sums(days), self.categories.tree()
        if category_id is None:
            return rolled_up(sums, tree, depth)
        self.categories.get(category_id)
        below = tree.below(category_id)
        level = tree.depth(category_id) + depth
        return rolled_up([one for one in sums if one.category_id in below], tree, level)
