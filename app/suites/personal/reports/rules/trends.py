"""Trends of monthly figures: slope, season, and forecasts that name their own backtest; without any library."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import floor
from statistics import NormalDist, median
from typing import NamedTuple

LEAST = 3
"""Complete months without which there is no forecast."""
LEAST_MONTHS, MOST_MONTHS = 6, 60
"""Complete months of which a trend may be."""
USUAL_MONTHS, USUAL_HORIZON = 24, 3
LEAST_SLOPE = 6
YEAR = 12
LEAST_SEASON = 2 * YEAR
MOST_HORIZON = 12
_LEVEL = 0.8
_RISING = 0.05
_HORIZONS = (1, 2, 3)
"""Months ahead over which methods are compared."""
_LEAST_ORIGINS = 6


class Direction(StrEnum):
    """Direction of a series."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"
    UNKNOWN = "insufficient_history"


class SeasonVerdict(StrEnum):
    """Whether months of the year differ."""

    UNKNOWN = "insufficient_history"
    NONE = "none"
    POSSIBLE = "possible"
    LIKELY = "likely"


class Method(StrEnum):
    """Method of a forecast."""

    LAST_3 = "median_3"
    LAST_12 = "median_12"
    SEASONAL = "seasonal_naive"
    SEASONAL_TREND = "seasonal_naive_trend"


class Slope(NamedTuple):
    """Change a month: the median of all pairs, and its interval of 80 %."""

    amount: float
    low: float
    high: float


class SeasonMonth(NamedTuple):
    """A month of the year against the others: its factor, and the years that agree with it."""

    month: int
    factor: float
    years: int


class Season(NamedTuple):
    """Verdict on the months of the year, and the months that stand out."""

    verdict: SeasonVerdict
    months: list[SeasonMonth]


class Backtest(NamedTuple):
    """Errors of a method over earlier months, each forecast from what was known before it alone."""

    origins: int
    mase: float | None
    """Mean absolute error, 1 for that of the naive forecast within the series."""
    bias: float | None
    """Mean error as a part of the mean of the series."""
    coverage: float | None
    """Part of the months that lay within the interval of 80 %."""


class Expected(NamedTuple):
    """Forecast of a month with its interval of 80 %."""

    amount: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The next months by the method that did best in this series."""

    method: Method
    months: list[Expected]
    backtest: Backtest


def theil_sen(values: Sequence[float]) -> Slope | None:
    """Slope of a series with its interval, from order statistics of the slopes of all pairs; None of too few."""
    n = len(values)
    if n < LEAST_SLOPE:
        return None
    slopes = sorted((values[j] - values[i]) / (j - i) for i in range(n) for j in range(i + 1, n))
    spread = NormalDist().inv_cdf((1 + _LEVEL) / 2) * (n * (n - 1) * (2 * n + 5) / 18) ** 0.5
    low = max(floor((len(slopes) - spread) / 2), 0)
    return Slope(median(slopes), slopes[low], slopes[len(slopes) - 1 - low])


def direction_of(values: Sequence[float], slope: Slope | None) -> Direction:
    """Rising or falling only where the whole interval says so, and the window changed by more than a twentieth."""
    if slope is None:
        return Direction.UNKNOWN
    level = abs(median(values)) or 1.0
    if abs(slope.amount) * (len(values) - 1) / level <= _RISING:
        return Direction.STEADY
    if slope.low > 0:
        return Direction.RISING
    return Direction.FALLING if slope.high < 0 else Direction.STEADY


def season_of(values: Sequence[float], first_month: int) -> Season:
    """Months of the year whose median differs from that of all, where the years agree; `first_month` is 1 to 12."""
    if len(values) < LEAST_SEASON:
        return Season(SeasonVerdict.UNKNOWN, [])
    whole = median(values)
    if whole <= 0:
        return Season(SeasonVerdict.NONE, [])
    found = [one for month in range(1, YEAR + 1) if (one := _season_month(values, first_month, month, whole))]
    if not found:
        return Season(SeasonVerdict.NONE, [])
    is_likely = max(one.years for one in found) > LEAST_SEASON // YEAR
    return Season(SeasonVerdict.LIKELY if is_likely else SeasonVerdict.POSSIBLE, found)


_STANDS_OUT = 0.25


def _season_month(values: Sequence[float], first_month: int, month: int, whole: float) -> SeasonMonth | None:
    own = [value for place, value in enumerate(values) if (first_month - 1 + place) % YEAR + 1 == month]
    factor = median(own) / whole
    signs = {value > whole for value in own}
    far = all(abs(value / whole - 1) > _STANDS_OUT for value in own)
    return SeasonMonth(month, factor, len(own)) if len(signs) == 1 and far else None


def _last(n: int) -> "_Predict":
    return lambda values, _ahead: median(values[-n:])


def _seasonal(values: Sequence[float], ahead: int) -> float:
    return values[-YEAR + (ahead - 1) % YEAR]


def _seasonal_trend(values: Sequence[float], ahead: int) -> float:
    """Figure of last year, moved by a year of slope; never below zero where the series never was."""
    slope = theil_sen(values)
    moved = _seasonal(values, ahead) + (0 if slope is None else slope.amount * YEAR)
    return max(moved, 0.0) if min(values) >= 0 else moved


class Late(NamedTuple):
    """An amount that was entered after its month: the places of both months in the series."""

    place: int
    entered: int
    amount: Decimal


Known = Callable[[int], Sequence[float]]
"""Gives the series as it was known at the end of so many of its months."""


def known_then(amounts: Sequence[Decimal], late: Sequence[Late]) -> Known:
    """The series as it was known at earlier times: without later months, and without what was entered later."""

    def known(origin: int) -> list[float]:
        found = list(amounts[:origin])
        for one in late:
            if one.place < origin <= one.entered:
                found[one.place] -= one.amount
        return [float(one) for one in found]

    return known


_Predict = Callable[[Sequence[float], int], float]
METHODS: Mapping[Method, tuple[int, _Predict]] = {
    Method.LAST_3: (LEAST, _last(3)),
    Method.LAST_12: (6, _last(12)),
    Method.SEASONAL: (YEAR + 1, _seasonal),
    Method.SEASONAL_TREND: (YEAR + LEAST_SLOPE, _seasonal_trend),
}
"""Least number of months of each method, and its prediction; the first wins where two do equally well."""


def forecast(values: Sequence[float], horizon: int, known: Known | None = None) -> Forecast | None:
    """The next months by the method with the least error in the past of this series; None of too few months.

    At each month of the past a method sees no more than was `known` then; by default all months before it.
    """
    if len(values) < LEAST:
        return None
    then = _known_from(values, known)
    usable = [method for method in METHODS if len(values) >= METHODS[method][0]]
    errors = {method: _errors(values, then, *METHODS[method]) for method in usable}
    common = min((len(found) for found in errors.values() if found), default=0)
    best = min(errors, key=lambda one: _mean_error(errors[one], common))
    predict = METHODS[best][1]
    own = [error for ahead in _HORIZONS for error in _of_horizon(errors[best], ahead)]
    months = [_expected(predict(values, ahead), own, values) for ahead in range(1, horizon + 1)]
    return Forecast(best, months, _backtest(values, errors[best]))


_Errors = list[tuple[int, int, float]]
"""Origin, months ahead, and how much more there was than predicted."""


def _known_from(values: Sequence[float], known: Known | None) -> Sequence[Sequence[float]]:
    """The series as it was known at each month."""
    return [values[:origin] if known is None else known(origin) for origin in range(len(values))]


def _errors(values: Sequence[float], known: Sequence[Sequence[float]], least: int, predict: _Predict) -> _Errors:
    """Errors of a method at each month from which on it could be used."""
    return [
        (origin, ahead, values[origin + ahead - 1] - predict(known[origin], ahead))
        for origin in range(least, len(values))
        for ahead in _HORIZONS
        if origin + ahead <= len(values)
    ]


def _of_horizon(errors: _Errors, ahead: int) -> list[float]:
    return [error for _, of_horizon, error in errors if of_horizon == ahead]


def _mean_error(errors: _Errors, common: int) -> float:
    """Mean absolute error over the newest origins that all methods have; without any the worst."""
    newest = errors[-common:] if common >= _LEAST_ORIGINS else errors
    return sum(abs(error) for *_, error in newest) / len(newest) if newest else float("inf")


def _expected(amount: float, errors: Sequence[float], values: Sequence[float]) -> Expected:
    """The forecast with the quantiles of its errors; without enough of them those of the series itself."""
    found = sorted(errors) if len(errors) >= _LEAST_ORIGINS else sorted(one - median(values) for one in values)
    low, high = amount + min(quantile(found, 0.1), 0.0), amount + max(quantile(found, 0.9), 0.0)
    return Expected(amount, max(low, 0.0) if min(values) >= 0 else low, high)


def quantile(ordered: Sequence[float], part: float) -> float:
    """Quantile of sorted values, between the two next to it, the ends widened for the few there are."""
    place = part * (len(ordered) + 1) - 1
    below = min(max(floor(place), 0), len(ordered) - 1)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * min(max(place - below, 0.0), 1.0)


def _backtest(values: Sequence[float], errors: _Errors) -> Backtest:
    if not errors:
        return Backtest(0, None, None, None)
    step = YEAR if len(values) >= LEAST_SEASON else 1
    scale = [abs(values[place] - values[place - step]) for place in range(step, len(values))]
    naive, level = sum(scale) / len(scale), sum(values) / len(values)
    mean = sum(abs(error) for *_, error in errors) / len(errors)
    bias = sum(error for *_, error in errors) / len(errors)
    origins = len({origin for origin, *_ in errors})
    return Backtest(
        origins,
        mean / naive if naive else None,
        bias / level if level else None,
        _coverage(errors),
    )


def _coverage(errors: _Errors) -> float | None:
    """Part of the months within the interval that the errors before them gave."""
    within = judged = 0
    for origin in sorted({one for one, *_ in errors}):
        before = sorted(error for since, ahead, error in errors if since + ahead - 1 < origin)
        if len(before) < _LEAST_ORIGINS:
            continue
        low, high = min(quantile(before, 0.1), 0.0), max(quantile(before, 0.9), 0.0)
        for since, _, error in errors:
            if since == origin:
                judged += 1
                within += low <= error <= high
    return within / judged if judged else None


def as_amount(value: float) -> Decimal:
    """A figure of a trend as an amount, not yet rounded."""
    return Decimal(repr(value))
