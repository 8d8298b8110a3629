"""Balances ahead: what is known, habits, and shortfalls."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.infra import clock
from app.suites.personal.reports.rules.ahead import WEEKS, Habit, Known, points_of, shortfalls_of
from tests.factories.personal import Person
from tests.suites.personal.reports.test_reports_api import ACCOUNTS, REPORTS, TRANSACTIONS, enter

TODAY = date(2026, 6, 15)
NOTHING = Habit((Decimal(0),) * 7, Decimal(0))


@pytest.fixture(autouse=True)
def june() -> Iterator[None]:
    """The tests are on 15 June 2026."""
    with clock.frozen(datetime(2026, 6, 15, 17, tzinfo=UTC)):
        yield


def known(after: int, amount: int, least: int | None = None, most: int | None = None) -> Known:
    limits = (Decimal(amount if least is None else least), Decimal(amount if most is None else most))
    return Known(TODAY + timedelta(days=after), "x", Decimal(amount), *limits, None)


def test_known_movements_come_on_their_day_with_their_limits() -> None:
    points = points_of(Decimal(100), [known(2, -30, -40, -25)], NOTHING, TODAY, 3)
    assert [tuple(map(int, one[1:])) for one in points] == [(100, 100, 100), (60, 70, 75), (60, 70, 75)]


def test_a_habit_is_by_the_day_of_the_week_and_widens_with_time() -> None:
    spent = {TODAY - timedelta(days=7 * week): Decimal(10 if week % 2 else 20) for week in range(1, WEEKS + 1)}
    habit = Habit.of(spent, TODAY)
    points = points_of(Decimal(100), [], habit, TODAY, 14)
    assert [int(one.mid) for one in points] == [*([100] * 6), *([85] * 7), 70]
    widths = [one.high - one.low for one in points]
    assert widths == sorted(widths)
    assert widths[0] > 0


def test_a_young_book_has_a_habit_of_its_own_weeks() -> None:
    habit = Habit.of({TODAY - timedelta(days=1): Decimal(70), TODAY - timedelta(days=8): Decimal(70)}, TODAY)
    assert (sum(habit.by_weekday), habit.varies) == (70, 0)


def test_shortfalls_are_possible_before_they_are_certain() -> None:
    points = points_of(Decimal(10), [known(1, -5, -20, -5), known(3, -9)], NOTHING, TODAY, 4)
    found = shortfalls_of(points, Decimal(0))
    assert [(one.date.day, int(one.amount), one.is_certain) for one in found] == [(16, -10, False), (18, -4, True)]


def test_a_forecast_is_by_account_and_writes_nothing(ana: Person) -> None:
    bank = ana.caller.post(
        ACCOUNTS, {"name": "Banco", "type": "checking", "opening_balance": "1000", "low_balance": "50"}
    )
    account = bank["data"]["id"]
    enter(ana, "200", "2026-06-20", "Groceries", account_id=account, description="Mercado")
    body = {
        "template_name": "Arriendo",
        "frequency": "monthly",
        "start_date": "2026-06-25",
        "transaction_data": {"type": "expense", "amount": "900", "account_id": account},
    }
    recurring = ana.caller.post("/api/personal/recurring", body)["data"]["id"]
    before = ana.caller.get(TRANSACTIONS)["pagination"]["total"]
    found = ana.caller.get(f"{REPORTS}/forecast", days=40, accounts=str(account))["data"]
    assert (found["date_from"], found["date_to"]) == ("2026-06-16", "2026-07-25")
    [one] = found["accounts"]
    assert [(event["date"], event["amount"], event["recurring_id"]) for event in one["events"]] == [
        ("2026-06-20", -200, None),
        ("2026-06-25", -900, recurring),
        ("2026-07-25", -900, recurring),
    ]
    assert [one["points"][place]["mid"] for place in (0, 4, 9, 39)] == [1000, 800, -100, -1000]
    assert [(each["date"], each["is_certain"]) for each in one["shortfalls"]] == [
        ("2026-06-25", False),
        ("2026-06-25", True),
    ]
    assert ana.caller.get(TRANSACTIONS)["pagination"]["total"] == before
    everything = ana.caller.get(f"{REPORTS}/forecast")["data"]["accounts"]
    assert [each["name"] for each in everything] == ["Cash", "Banco"]
    for wrong in ({"days": 0}, {"days": 366}, {"accounts": "x"}):
        assert list(ana.caller.get(f"{REPORTS}/forecast", expect=400, **wrong)["errors"]) == list(wrong)
