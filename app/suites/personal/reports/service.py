"""Reports of a book: months, categories, net worth."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from app.core.currencies.service import CurrencyService, exchange
from app.infra.books import BookAccess
from app.kernel.errors import Invalid
from app.kernel.money import Currency, round_worth, rounded_parts
from app.kernel.periods import DateRange, Month, MonthCalendar, require_order
from app.suites.personal.accounts.rules import AccountType, totals_of
from app.suites.personal.accounts.service import AccountService, Converter
from app.suites.personal.books.service import InBookService
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.reports.queries import ReportQueries
from app.suites.personal.reports.rules import (
    CategorySum,
    Result,
    by_category,
    month_ends,
    months_between,
    result_of,
    rolled_up,
    running,
    share_of,
)

MOST_MONTHS = 120
UNCATEGORISED = "Uncategorised"


@dataclass(frozen=True, slots=True)
class CategoryFigure:
    """Figure of a category: income and spending are positive, a refund lowers spending."""

    category_id: int | None
    name: str
    path: list[str]
    type: CategoryType
    amount: Decimal
    share: Decimal | None


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


@dataclass(frozen=True, slots=True)
class Worth:
    """Net worth at the ends of months, in the currency of the book."""

    currency: Currency
    points: "list[WorthPoint]"


class WorthPoint(NamedTuple):
    """Assets and liabilities at the end of a day, at the rates of that day."""

    date: date
    assets: Decimal
    liabilities: Decimal

    @property
    def net_worth(self) -> Decimal:
        """Assets less liabilities."""
        return self.assets - self.liabilities


class ReportService(InBookService):
    """Reads the reports of a book; a rate that is missing is a Conflict."""

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.queries = ReportQueries(access.session, access.book_id, access.settings.month_start_day)
        self.calendar = MonthCalendar(access.settings.month_start_day)
        self.currencies = CurrencyService(access.context)
        self.categories = CategoryService(access)

    def days(self, date_from: date | None, date_to: date | None) -> DateRange:
        """The days between two; by default the current month of the book."""
        require_order(date_from, date_to)
        month = self.calendar.days(self.calendar.month_of(date_to or date_from or self.access.today))
        start, end = date_from or month.start, date_to or month.end
        return DateRange(min(start, end), end)

    def monthly(self, first: Month | None = None, last: Month | None = None) -> list[MonthFigures]:
        """Figures of months, by default of the current one."""
        last = last or first or self.calendar.month_of(self.access.today)
        first = first or last
        _require_few(first, last)
        days = DateRange(self.calendar.days(first.previous).start, self.calendar.days(last).end)
        sums = self._sums(days)
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
                self._figures([one for one in sums if one.month == month], results[month]),
            )
            for month in months_between(first, last)
        ]

    def by_category(self, days: DateRange, *, depth: int = 1, category_id: int | None = None) -> CategoryReport:
        """Figures of categories, those of the tree below a level added to the ones above; or of one and those below."""
        _require_few(self.calendar.month_of(days.start), self.calendar.month_of(days.end))
        sums, before = self._rolled(days, depth, category_id), self._rolled(days.before(), depth, category_id)
        result = result_of(sums, self.access.currency)
        earlier, monthly = by_category(before), by_category(sums)
        months = months_between(self.calendar.month_of(days.start), self.calendar.month_of(days.end))
        items = [
            self._trend(figure, earlier.get((figure.type, figure.category_id), {}), monthly, months)
            for figure in self._figures(sums, result)
        ]
        return CategoryReport(result.income, result.expenses, days.start, days.end, self.access.currency, items)

    def net_worth(self, days: DateRange) -> Worth:
        """Net worth at the end of each month of a range, and on its last day."""
        _require_few(self.calendar.month_of(days.start), self.calendar.month_of(days.end))
        accounts = AccountService(self.access)
        known = accounts.all_keys()
        first = self.calendar.days(self.calendar.month_of(days.start)).start
        before = accounts.balances(sorted(known), first - timedelta(days=1))
        changes: dict[Month, dict[int, Decimal]] = {}
        for one in self.queries.accounts(DateRange(first, days.end)):
            changes.setdefault(self._month(one.month), {})[one.account_id] = one.amount
        ends = month_ends(self.calendar, days)
        balances = running(before, [changes.get(self.calendar.month_of(end), {}) for end in ends])
        points = [self._point(end, of_end, known) for end, of_end in zip(ends, balances, strict=True)]
        return Worth(self.access.currency, points)

    def _point(
        self, day: date, balances: dict[int, Decimal], known: dict[int, tuple[AccountType, Currency]]
    ) -> WorthPoint:
        rated = min(day, self.access.today)
        given = [(balances.get(account_id, Decimal(0)), currency) for account_id, (_, currency) in known.items()]
        converted = Converter(self.access).converted(given, rated)
        for warning in converted.warnings:
            self.currencies.price(warning.base, self.access.currency, rated)  # which raises
        worth = [amount or Decimal(0) for amount in converted.amounts]
        totals = totals_of(list(zip((kind for kind, _ in known.values()), worth, strict=True)))
        return WorthPoint(day, totals.assets, totals.liabilities)

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

    def _figures(self, sums: Sequence[CategorySum], result: Result) -> list[CategoryFigure]:
        """Figures of the categories of these sums, the largest first; those of a type add up to its total."""
        found, names = by_category(sums), self.categories.names()
        figures: list[CategoryFigure] = []
        for kind, total in ((CategoryType.EXPENSE, result.expenses), (CategoryType.INCOME, result.income)):
            of_kind = {key: sum(months.values(), Decimal(0)) for key, months in found.items() if key[0] is kind}
            shown = rounded_parts(list(of_kind.values()), self.access.currency, total)
            for (_, category_id), amount in zip(of_kind, shown, strict=True):
                path = [UNCATEGORISED] if category_id is None else names[category_id]
                figures.append(CategoryFigure(category_id, path[-1], path, kind, amount, share_of(amount, total)))
        return sorted(figures, key=lambda one: (one.type is CategoryType.INCOME, -one.amount, one.path))

    def _rolled(self, days: DateRange, depth: int, category_id: int | None) -> list[CategorySum]:
        sums, tree = self._sums(days), self.categories.tree()
        if category_id is None:
            return rolled_up(sums, tree, depth)
        self.categories.get(category_id)
        below = tree.below(category_id)
        level = tree.depth(category_id) + depth
        return rolled_up([one for one in sums if one.category_id in below], tree, level)

    def _sums(self, days: DateRange) -> list[CategorySum]:
        """Sums of categories by month, converted; what has no category has None."""
        target = self.access.currency
        found = self.queries.categories(days, exchange(self.context.company.base_currency), target)
        self.currencies.require_rates(found, target)
        return [
            CategorySum(
                None if code is not None else account_id,
                CategoryType(kind),
                self._month(month),
                (one.total or Decimal(0)) * (-1 if kind == CategoryType.INCOME.value else 1),
            )
            for one in found
            for account_id, kind, code, month in (one.key,)
        ]

    def _month(self, shifted: date) -> Month:
        """The book's month of a calendar month of shifted days."""
        return Month.of(shifted).plus(1 if self.access.settings.month_start_day > 1 else 0)


def _require_few(first: Month, last: Month) -> None:
    if not 0 <= last - first < MOST_MONTHS:
        raise Invalid.field("to", f"Must not be before the first month, nor {MOST_MONTHS} months after it.")
