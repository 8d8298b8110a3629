"""Trends of income, spending or one category, with a forecast of the next months."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.kernel.money import Currency, round_worth
from app.kernel.periods import DateRange, Month
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.reports.rules.figures import months_between
from app.suites.personal.reports.rules.trends import (
    Backtest,
    Direction,
    Expected,
    Method,
    Season,
    SeasonMonth,
    SeasonVerdict,
    Slope,
    as_amount,
    direction_of,
    forecast,
    season_of,
    theil_sen,
)
from app.suites.personal.reports.service.base import ReportBase
from app.suites.personal.reports.service.categories import CategoryMonth

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


class TrendReports(ReportBase):
    """Trends of the complete months of a book."""

    def trend(
        self, months: int = 24, horizon: int = 3, kind: CategoryType | None = None, category_id: int | None = None
    ) -> TrendReport:
        """Trend of income or spending, or of one category with those below it; months before the first do not count."""
        last = self.calendar.month_of(self.access.today).previous
        series = self._series(last.plus(1 - months), last, kind, category_id)
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
            forecast=self._forecast(values, horizon, last),
        )

    def _series(
        self, first: Month, last: Month, kind: CategoryType | None, category_id: int | None
    ) -> list[CategoryMonth]:
        days = DateRange(self.calendar.days(first).start, self.calendar.days(last).end)
        sums = self.sums(days)
        if category_id is None:
            own = [one for one in sums if one.type is (kind or CategoryType.EXPENSE)]
        else:
            self.categories.get(category_id)
            below = self.categories.tree().below(category_id)
            own = [one for one in sums if one.category_id in below]
        found: dict[Month, Decimal] = {}
        for one in own:
            found[one.month] = found.get(one.month, Decimal(0)) + one.amount
        if not found:
            return []
        return [CategoryMonth(month, found.get(month, Decimal(0))) for month in months_between(min(found), last)]

    def _slope(self, slope: Slope) -> SlopeFigures:
        return SlopeFigures(*(self._amount(value) for value in slope))

    def _forecast(self, values: Sequence[float], horizon: int, last: Month) -> ForecastFigures | None:
        found = forecast(values, horizon)
        if found is None:
            return None
        months = [self._expected(last.plus(ahead), one) for ahead, one in enumerate(found.months, start=1)]
        return ForecastFigures(found.method, months, _backtest(found.backtest))

    def _expected(self, month: Month, one: Expected) -> ExpectedMonth:
        return ExpectedMonth(month, self._amount(one.amount), self._amount(one.low), self._amount(one.high))

    def _amount(self, value: float) -> Decimal:
        return round_worth(as_amount(value), self.access.currency)


def _ratio(value: float | None) -> Decimal | None:
    return None if value is None else as_amount(value).quantize(_RATIO)


def _season(season: Season) -> SeasonFigures:
    return SeasonFigures(season.verdict, [_season_month(one) for one in season.months])


def _season_month(one: SeasonMonth) -> SeasonMonthFigures:
    return SeasonMonthFigures(one.month, as_amount(one.factor).quantize(_RATIO), one.years)


def _backtest(one: Backtest) -> BacktestFigures:
    return BacktestFigures(one.origins, _ratio(one.mase), _ratio(one.bias), _ratio(one.coverage))
