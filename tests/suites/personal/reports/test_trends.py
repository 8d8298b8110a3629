"""Trends: slopes, seasons, forecasts and their backtests, by hand and by properties."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.personal.books.service import program_access
from app.suites.personal.reports.rules.trends import (
    Direction,
    Forecast,
    Late,
    Method,
    SeasonVerdict,
    direction_of,
    forecast,
    known_then,
    season_of,
    theil_sen,
)
from tests.factories.personal import Person
from tests.statements import counted
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


def test_a_series_as_it_was_known_lacks_later_months_and_what_was_entered_later() -> None:
    then = known_then([Decimal(110), Decimal(200), Decimal(300)], [Late(0, 1, Decimal(10)), Late(1, 9, Decimal(200))])
    assert [then(origin) for origin in (1, 2, 3)] == [[100], [110, 0], [110, 0, 300]]


def test_a_method_sees_no_more_than_was_known() -> None:
    seen: list[int] = []

    def known(origin: int) -> list[float]:
        seen.append(origin)
        return [100.0] * origin

    values = [100.0] * 4 + [1000.0, 1000.0] + [100.0] * 6
    blind, open_ = forecast(values, 3, known), forecast(values, 3)
    assert blind is not None
    assert open_ is not None
    assert blind.backtest != open_.backtest
    assert sorted(set(seen)) == list(range(12))


def entered(ana: Person, app: Flask, **days: str) -> None:
    """Let transactions be entered on their own day, and those whose external id begins so on another."""
    with app.app_context():
        session = program_access(make_context(db.session()), ana.book_id).session
        own = "UPDATE transactions SET created_at = :at WHERE book_id = :book AND starts_with(external_id, :name)"
        session.execute(
            text("UPDATE transactions SET created_at = date + time '12:00' WHERE book_id = :book"),
            {"book": ana.book_id},
        )
        for name, day in days.items():
            session.execute(text(own), {"at": f"{day} 12:00+00", "book": ana.book_id, "name": name})
        db.session.commit()


def test_a_backtest_hides_what_was_entered_after_its_origin(ana: Person, app: Flask) -> None:
    months = [f"{2025 + n // 12}-{n % 12 + 1:02}" for n in range(17)]
    for month in months:
        enter(ana, "100", f"{month}-03", "Groceries")
    for month in months[8:10]:
        enter(ana, "900", f"{month}-04", "Groceries", external_id=f"late {month}")
    values = [1000.0 if month in months[8:10] else 100.0 for month in months]
    whole, on_time = forecast(values, 3), forecast(values, 3, lambda origin: [100.0] * origin)
    assert whole is not None
    assert on_time is not None
    assert whole.backtest != on_time.backtest
    entered(ana, app)
    assert backtest(ana) == shown(whole)
    entered(ana, app, late="2026-06-10")
    assert backtest(ana) == shown(on_time)


def test_a_history_that_was_brought_in_at_the_start_is_known_from_its_own_days_on(ana: Person) -> None:
    for month in range(1, 13):
        enter(ana, str(100 + month), f"2025-{month:02}-03", "Groceries")
    found = backtest(ana)
    assert found["origins"] == 14
    assert found["mase"] is not None


def backtest(ana: Person) -> dict[str, Any]:
    found: dict[str, Any] = ana.caller.get(f"{REPORTS}/trends")["data"]["forecast"]["backtest"]
    return found


def shown(found: Forecast) -> dict[str, Any]:
    one = found.backtest
    figures = {"mase": one.mase, "bias": one.bias, "coverage": one.coverage}
    return {
        "origins": one.origins,
        **{name: None if value is None else Decimal(f"{value:.4f}").normalize() for name, value in figures.items()},
    }


def test_a_trend_is_worked_out_again_only_after_a_change_of_the_book(ana: Person) -> None:
    for month in range(1, 6):
        enter(ana, "100", f"2026-0{month}-03", "Groceries")
    with counted() as first:
        before = ana.caller.get(f"{REPORTS}/trends")
    with counted() as second:
        assert ana.caller.get(f"{REPORTS}/trends") == before
    assert not [one for one in second if "account_day_sums" in one or "lines" in one]
    assert len(second) < len(first)
    assert ana.caller.get(f"{REPORTS}/trends", horizon=4)["data"] != before["data"]
    enter(ana, "50", "2026-05-04", "Groceries")
    assert ana.caller.get(f"{REPORTS}/trends")["data"]["series"][-1]["amount"] == 150


@pytest.mark.parametrize(
    ("report", "params"),
    [
        ("trends", {"months": 12, "horizon": 2, "type": "expense"}),
        ("trends", {}),
        ("forecast", {"days": 10}),
        ("forecast", {}),
    ],
)
def test_trends_and_forecasts_can_be_saved(ana: Person, report: str, params: dict[str, Any]) -> None:
    for month in range(1, 6):
        enter(ana, "100", f"2026-0{month}-03", "Groceries")
    saved = ana.caller.post(f"{REPORTS}/saved", {"name": "Mío", "report": report, "params": params})["data"]
    assert saved["params"] == params
    run = ana.caller.get(f"{REPORTS}/saved/{saved['id']}/run")["data"]["result"]
    assert run == ana.caller.get(f"{REPORTS}/{report}", **params)["data"]


@pytest.mark.parametrize(
    ("report", "params"),
    [("trends", {"days": 10}), ("trends", {"months": 61}), ("forecast", {"months": 12}), ("forecast", {"days": 366})],
)
def test_a_saved_trend_takes_its_own_parameters_alone(ana: Person, report: str, params: dict[str, object]) -> None:
    wrong = ana.caller.post(f"{REPORTS}/saved", {"name": "Mal", "report": report, "params": params}, 400)
    assert list(wrong["errors"]) == ["params"]
