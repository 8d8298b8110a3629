"""Trends of income, spending or one category, with a forecast of the next months."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from app.kernel.money import Currency, round_worth
from app.kernel.periods import DateRange, Month
from app.suites.personal.books.service import book_version
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.reports.queries.late import LateQueries
from app.suites.personal.reports.rules.figures import months_between
from app.suites.personal.reports.rules.trends import (
    USUAL_HORIZON,
    USUAL_MONTHS,
    Backtest,
    Direction,
    Expected,
    Known,
    Late,
    Method,
    Season,
    SeasonMonth,
    SeasonVerdict,
    Slope,
    as_amount,
    direction_of,
    forecast,
    known_then,
    season_of,
    theil_sen,
)
from app.suites.personal.reports.service.base import ReportBase, category_amount
from app.suites.personal.reports.service.categories import CategoryMonth
from app.suites.personal.reports.service.kept import KeptResults

BROUGHT_IN = timedelta(days=31)
"""Time after the first entry in which the history before it is brought in."""
MOST_KEPT = 500
_RATIO = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class SlopeFigures:
    """Change a month, with its interval of 80 %."""

    amount: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class SeasonMonthFigures:
    """A month of the year that differs from the others."""

    month: int
    factor: Decimal
    years: int


@dataclass(frozen=True, slots=True)
class SeasonFigures:
    """Verdict on the months of the year."""

    verdict: SeasonVerdict
    months: list[SeasonMonthFigures]


@dataclass(frozen=True, slots=True)
class ExpectedMonth:
    """Forecast of a month, with its interval of 80 %."""

    month: Month
    amount: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class BacktestFigures:
    """Errors of the method over earlier months; None where there are too few."""

    origins: int
    mase: Decimal | None
    bias: Decimal | None
    coverage: Decimal | None


@dataclass(frozen=True, slots=True)
class ForecastFigures:
    """The next months, by the method that did best."""

    method: Method
    months: list[ExpectedMonth]
    backtest: BacktestFigures


@dataclass(frozen=True, slots=True)
class TrendReport:
    """Trend of complete months, in the currency of the book; no forecast of fewer than three."""

    currency: Currency
    series: list[CategoryMonth]
    direction: Direction
    slope: SlopeFigures | None
    seasonal: SeasonFigures
    forecast: ForecastFigures | None


class Series(NamedTuple):
    """The series that a trend is of: income or spending, or one category with those below it."""

    kind: CategoryType | None = None
    category_id: int | None = None


class TrendReports(ReportBase):
    """Trends of the complete months of a book."""

    def trend(
        self,
        months: int = USUAL_MONTHS,
        horizon: int = USUAL_HORIZON,
        kind: CategoryType | None = None,
        category_id: int | None = None,
    ) -> TrendReport:
        """Trend of income or spending, or of one category with those below it; months before the first do not count.

        It is worked out once for each version of the book and day.
        """
        access, of = self.access, Series(kind, category_id)
        key = (access.book_id, book_version(access), access.settings, access.today, months, horizon, of)
        return _KEPT.get(key, lambda: self._trend(months, horizon, of))

    def _trend(self, months: int, horizon: int, of: Series) -> TrendReport:
        last = self.calendar.month_of(self.access.today).previous
        days = DateRange(self.calendar.days(last.plus(1 - months)).start, self.calendar.days(last).end)
        series = self._series(days, last, of)
        values = [float(one.amount) for one in series]
        slope = theil_sen(values)
        season = season_of(values, series[0].month.month if series else 1)
        shown = [CategoryMonth(one.month, round_worth(one.amount, self.access.currency)) for one in series]
        return TrendReport(
            currency=self.access.currency,
            series=shown,
            direction=direction_of(values, slope),
            slope=None if slope is None else self._slope(slope),
            seasonal=_season(season),
            forecast=self._forecast(values, horizon, last, self._known(series, of)),
        )

    def _series(self, days: DateRange, last: Month, of: Series) -> list[CategoryMonth]:
        counts = self._counts(of)
        found: dict[Month, Decimal] = {}
        for one in self.sums(days):
            if counts(one.category_id, one.type):
                found[one.month] = found.get(one.month, Decimal(0)) + one.amount
        if not found:
            return []
        return [CategoryMonth(month, found.get(month, Decimal(0))) for month in months_between(min(found), last)]

    def _counts(self, of: Series) -> Callable[[int | None, CategoryType], bool]:
        """A function that says whether a category, or what has none, is of the series."""
        if of.category_id is None:
            kind = of.kind or CategoryType.EXPENSE
            return lambda _, of_kind: of_kind is kind
        self.categories.get(of.category_id)
        below = self.categories.tree().below(of.category_id)
        return lambda category_id, _: category_id in below

    def _known(self, series: Sequence[CategoryMonth], of: Series) -> Known | None:
        """The series as it was known at each month: without what was entered after it.

        What was brought in when the book began, in its first days, is known from its own day on: else a book with an
        imported history would have no past to compare methods in.
        """
        if not series:
            return None
        settings = self.access.settings
        queries = LateQueries(self.access.session, self.access.book_id, settings.month_start_day, settings.timezone)
        months = [one.month for one in series]
        days = DateRange(self.calendar.days(months[0]).start, self.calendar.days(months[-1]).end)
        begun = queries.begun(days)
        if begun is None:
            return None
        counts, entered = self._counts(of), queries.sums(days, begun + BROUGHT_IN, self.exchange, self.access.currency)
        self.currencies.require_rates(entered, self.access.currency)
        late = [
            Late(self.month(month) - months[0], self.month(then) - months[0], amount)
            for one in entered
            for *category, month, then in (one.key,)
            for category_id, kind, amount in (category_amount(one, *category),)
            if counts(category_id, kind)
        ]
        return known_then([one.amount for one in series], late)

    def _slope(self, slope: Slope) -> SlopeFigures:
        return SlopeFigures(*(self._amount(value) for value in slope))

    def _forecast(
        self, values: Sequence[float], horizon: int, last: Month, known: Known | None
    ) -> ForecastFigures | None:
        found = forecast(values, horizon, known)
        if found is None:
            return None
        months = [self._expected(last.plus(ahead), one) for ahead, one in enumerate(found.months, start=1)]
        return ForecastFigures(found.method, months, _backtest(found.backtest))

    def _expected(self, month: Month, one: Expected) -> ExpectedMonth:
        return ExpectedMonth(month, self._amount(one.amount), self._amount(one.low), self._amount(one.high))

    def _amount(self, value: float) -> Decimal:
        return round_worth(as_amount(value), self.access.currency)


_KEPT = KeptResults[TrendReport](MOST_KEPT)


def _ratio(value: float | None) -> Decimal | None:
    return None if value is None else as_amount(value).quantize(_RATIO)


def _season(season: Season) -> SeasonFigures:
    return SeasonFigures(season.verdict, [_season_month(one) for one in season.months])


def _season_month(one: SeasonMonth) -> SeasonMonthFigures:
    return SeasonMonthFigures(one.month, as_amount(one.factor).quantize(_RATIO), one.years)


def _backtest(one: Backtest) -> BacktestFigures:
    return BacktestFigures(one.origins, _ratio(one.mase), _ratio(one.bias), _ratio(one.coverage))
