"""Trends: slopes, seasons, forecasts and their backtests, by hand and by properties."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.infra import clock
from app.suites.personal.reports.rules.trends import (
    Direction,
    Method,
    SeasonVerdict,
    direction_of,
    forecast,
    season_of,
    theil_sen,
)
from tests.factories.personal import Person
from tests.suites.personal.reports.test_reports_api import REPORTS, enter, named


def test_a_straight_line_has_its_slope_and_no_width() -> None:
    assert theil_sen([10.0 * n for n in range(8)]) == (10, 10, 10)


def test_one_wild_month_does_not_make_a_trend() -> None:
    values = [100.0, 101, 99, 100, 900, 100, 101, 99]
    assert direction_of(values, theil_sen(values)) is Direction.STEADY


@pytest.mark.parametrize(
    ("values", "direction"),
    [
        ([100.0, 110, 120, 130, 140, 150], Direction.RISING),
        ([150.0, 140, 130, 120, 110, 100], Direction.FALLING),
        ([100.0, 101, 102, 103, 104, 104], Direction.STEADY),
        ([100.0, 110, 120], Direction.UNKNOWN),
    ],
)
def test_a_direction_needs_the_whole_interval_and_a_twentieth(values: list[float], direction: Direction) -> None:
    assert direction_of(values, theil_sen(values)) is direction


@pytest.mark.parametrize(
    ("years", "verdict"), [(1, SeasonVerdict.UNKNOWN), (2, SeasonVerdict.POSSIBLE), (3, SeasonVerdict.LIKELY)]
)
def test_a_season_is_possible_from_two_years_and_likely_from_three(years: int, verdict: SeasonVerdict) -> None:
    found = season_of([*([100.0] * 11), 300.0] * years, first_month=1)
    assert (found.verdict, [one.month for one in found.months]) == (verdict, [12] if years > 1 else [])


def test_noise_has_seldom_a_season() -> None:
    chance = random.Random(3)
    found = [season_of([chance.gauss(100, 15) for _ in range(36)], 1).verdict for _ in range(200)]
    assert found.count(SeasonVerdict.LIKELY) <= 4


def test_a_seasonal_series_is_forecast_by_its_season() -> None:
    found = forecast([100.0, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 400] * 3, 12)
    assert found is not None
    assert found.method in {Method.SEASONAL, Method.SEASONAL_TREND}
    assert [round(one.amount) for one in found.months] == [*([100] * 11), 400]


def test_of_two_months_nothing_is_forecast() -> None:
    assert forecast([1.0, 2.0], 3) is None


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=40), st.integers(1, 12))
def test_intervals_hold_their_forecast_and_no_spending_is_negative(values: list[float], horizon: int) -> None:
    found = forecast(values, horizon)
    assert found is not None
    assert len(found.months) == horizon
    assert all(0 <= one.low <= one.amount <= one.high for one in found.months)


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1e6), min_size=20, max_size=30), st.floats(0, 1e6))
def test_a_later_month_does_not_change_what_was_forecast_before(values: list[float], later: float) -> None:
    before, again = forecast(values, 1), forecast([*values, later][:-1], 1)
    assert before == again


@pytest.fixture(autouse=True)
def june() -> Iterator[None]:
    """The tests are on 15 June 2026."""
    with clock.frozen(datetime(2026, 6, 15, 17, tzinfo=UTC)):
        yield


def test_a_trend_is_of_complete_months_from_the_first_on(ana: Person) -> None:
    for month in (1, 2, 3, 4, 5, 6):
        enter(ana, str(100 * month), f"2026-0{month}-03", "Groceries")
    enter(ana, "9000", "2026-03-01", "Salary", type="income")
    found = ana.caller.get(f"{REPORTS}/trends", horizon=2)["data"]
    assert [(one["month"], one["amount"]) for one in found["series"]] == [
        (f"2026-0{month}", 100 * month) for month in (1, 2, 3, 4, 5)
    ]
    assert (found["direction"], found["slope"], found["seasonal"]["verdict"]) == (
        "insufficient_history",
        None,
        "insufficient_history",
    )
    assert [one["month"] for one in found["forecast"]["months"]] == ["2026-06", "2026-07"]
    assert found["forecast"]["method"] == "median_3"
    income = ana.caller.get(f"{REPORTS}/trends", type="income")["data"]["series"]
    assert [one["amount"] for one in income] == [9000, 0, 0]
    of_one = ana.caller.get(f"{REPORTS}/trends", category_id=named(ana, "Food"))["data"]["series"]
    assert [one["amount"] for one in of_one] == [100, 200, 300, 400, 500]


def test_an_empty_book_has_no_trend(ana: Person) -> None:
    found = ana.caller.get(f"{REPORTS}/trends")["data"]
    assert (found["series"], found["forecast"]) == ([], None)
    for wrong in ({"months": 5}, {"horizon": 13}, {"months": 61}):
        assert list(ana.caller.get(f"{REPORTS}/trends", expect=400, **wrong)["errors"]) == list(wrong)
