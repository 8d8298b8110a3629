"""Budgets over HTTP: periods, rollovers, filters, currencies, alerts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.infra import clock
from tests.factories.currencies import RateFactory
from tests.factories.personal import Person
from tests.suites.personal.reports.test_reports_api import enter, named

BUDGETS, CATEGORIES, TRANSACTIONS = (f"/api/personal/{name}" for name in ("budgets", "categories", "transactions"))
ACCOUNTS = "/api/personal/accounts"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen(datetime(2026, 3, 11, 17, tzinfo=UTC)):
        yield


def budget(who: Person, amount: str = "100", *names: str, **values: Any) -> dict[str, Any]:
    """A new budget of these default categories."""
    body = {"name": "Mercado", "amount": amount, "period": "monthly", "start_date": "2026-01-01", **values}
    if names:
        body["categories"] = [named(who, name) for name in names]
    made: dict[str, Any] = who.caller.post(BUDGETS, body)["data"]
    return made


def on(who: Person, day: str) -> dict[str, Any]:
    """The only budget's period of a day."""
    [one] = who.caller.get(BUDGETS, date=day)["data"]
    current: dict[str, Any] = one["current"]
    return current


def told(who: Person) -> list[str]:
    """Titles of the alerts, the oldest first."""
    found = who.caller.get("/api/notifications", per_page=100)["data"]
    return [one["title"] for one in sorted(found, key=lambda one: one["id"]) if one["kind"] == "budget_alert"]


def test_spending_is_that_of_the_categories_and_all_below_them_less_refunds(ana: Person) -> None:
    budget(ana, "400", "Food", "Groceries")  # the parent and one below it count once
    enter(ana, "120", "2026-03-01", "Groceries")
    enter(ana, "30", "2026-03-01", "Restaurants")
    enter(ana, "50", "2026-03-31", "Groceries", is_refund=True)
    enter(ana, "7", "2026-03-01", "Gifts")
    enter(ana, "999", "2026-03-01", "Groceries", exclude_from_reports=True)
    march = on(ana, "2026-03-11")
    assert (march["period_start"], march["period_end"]) == ("2026-03-01", "2026-03-31")
    figures = ("budgeted_amount", "carried", "available", "spent_amount", "remaining_amount", "variance", "status")
    assert [march[name] for name in figures] == [400, 0, 400, 100, 300, -300, "on_track"]
    assert march["pace"] == Decimal("-0.1048")


def test_a_budget_without_categories_is_of_all_expenses(ana: Person) -> None:
    budget(ana, "400")
    enter(ana, "10", "2026-03-01")
    enter(ana, "20", "2026-03-01", "Gifts")
    enter(ana, "500", "2026-03-01", "Salary", type="income")
    assert on(ana, "2026-03-11")["spent_amount"] == 30


@pytest.mark.parametrize(
    ("values", "carried"),
    [
        ({"rollover": "none"}, (0, 0)),
        ({"rollover": "surplus"}, (60, 30)),
        ({"rollover": "deficit"}, (0, -30)),
        ({"rollover": "both"}, (60, 30)),
        ({"rollover": "both", "rollover_cap": "20"}, (20, -10)),
    ],
)
def test_the_rest_of_a_period_is_carried_as_the_rollover_says(
    ana: Person, values: dict[str, str], carried: tuple[int, int]
) -> None:
    budget(ana, "100", "Groceries", **values)
    enter(ana, "40", "2026-01-10", "Groceries")
    enter(ana, "130", "2026-02-10", "Groceries")
    assert (on(ana, "2026-02-01")["carried"], on(ana, "2026-03-01")["carried"]) == carried


def test_a_past_transaction_changes_all_carries_after_it(ana: Person) -> None:
    budget(ana, "100", "Groceries", rollover="both")
    assert on(ana, "2026-03-11")["carried"] == 200
    enter(ana, "25", "2026-01-10", "Groceries")
    assert (on(ana, "2026-03-11")["carried"], on(ana, "2026-03-11")["budgeted_amount"]) == (175, 100)


def test_only_the_named_accounts_and_tags_count(ana: Person) -> None:
    bank = ana.caller.post(ACCOUNTS, {"name": "Banco", "type": "checking"})["data"]["id"]
    budget(ana, "100", "Travel", accounts=[bank], tags=["Roma"])
    enter(ana, "1", "2026-03-01", "Travel", account_id=bank)
    enter(ana, "2", "2026-03-01", "Travel", tags=["roma"])
    enter(ana, "4", "2026-03-01", "Travel", account_id=bank, tags=["roma", "tren"])
    enter(ana, "8", "2026-03-01", "Gifts", account_id=bank, tags=["roma"])
    parts = [
        {"amount": "16", "category_id": named(ana, "Travel"), "tags": ["roma"]},
        {"amount": "32", "category_id": named(ana, "Travel")},
    ]
    enter(ana, "48", "2026-03-02", account_id=bank, splits=parts)
    assert on(ana, "2026-03-11")["spent_amount"] == 20


def test_each_amount_is_converted_at_the_rate_of_its_own_day(ana: Person) -> None:
    RateFactory(date="2026-03-01", rate="4000")
    RateFactory(date="2026-03-05", rate="4100")
    dollars = ana.caller.post(ACCOUNTS, {"name": "USD", "type": "cash", "currency": "USD"})["data"]["id"]
    budget(ana, "100000", "Travel")
    for day in ("2026-03-01", "2026-03-05"):
        enter(ana, "10", day, "Travel", account_id=dollars)
    enter(ana, "500", "2026-03-05", "Travel")
    assert on(ana, "2026-03-11")["spent_amount"] == 81_500
    budget(ana, "100", "Travel", currency="USD")
    assert ana.caller.get(BUDGETS, date="2026-03-11")["data"][1]["current"]["spent_amount"] == Decimal("20.12")


def test_without_a_rate_a_budget_has_no_figures_and_a_warning_names_the_pair(ana: Person) -> None:
    euros = ana.caller.post(ACCOUNTS, {"name": "EUR", "type": "cash", "currency": "EUR"})["data"]["id"]
    made = budget(ana, "100", "Travel")
    enter(ana, "1", "2026-03-01", "Travel", account_id=euros)
    answer = ana.caller.get(BUDGETS, date="2026-03-11")
    assert (answer["data"][0]["current"], answer["totals"]) == (None, None)
    assert [(one["base"], one["quote"]) for one in answer["warnings"]] == [("EUR", "COP")]
    assert ana.caller.get(f"{BUDGETS}/{made['id']}")["data"]["warnings"]


def test_a_budget_that_begins_later_counts_no_category_twice(ana: Person) -> None:
    budget(ana, "100", "Groceries")
    budget(ana, "50", "Groceries", start_date="2026-04-01")
    days = ("2026-03-11", "2026-04-11")
    assert [ana.caller.get(BUDGETS, date=day)["totals"]["overlapping"] for day in days] == [False, True]


def test_totals_say_that_a_category_counts_twice(ana: Person) -> None:
    budget(ana, "100", "Groceries")
    budget(ana, "50", "Gifts")
    enter(ana, "30", "2026-03-01", "Groceries")
    totals = ana.caller.get(BUDGETS, date="2026-03-11")["totals"]
    expected = {"budgeted": 150, "available": 150, "spent": 30, "remaining": 120, "currency": "COP"}
    assert totals == {**expected, "overlapping": False}
    budget(ana, "200", "Food")
    again = ana.caller.get(BUDGETS, date="2026-03-11")["totals"]
    assert (again["spent"], again["overlapping"]) == (60, True)


def test_an_amount_changes_from_the_current_period_on_or_the_next_or_always(ana: Person) -> None:
    made = budget(ana, "100", "Groceries")
    path = f"{BUDGETS}/{made['id']}"
    days = ("2026-02-01", "2026-03-01", "2026-04-01")

    def amounts() -> list[int]:
        return [on(ana, day)["budgeted_amount"] for day in days]

    ana.caller.put(path, {"amount": "150"})
    assert amounts() == [100, 150, 150]
    ana.caller.put(path, {"amount": "180", "apply": "next"})
    assert amounts() == [100, 150, 180]
    assert ana.caller.get(path)["data"]["amount"] == 180
    ana.caller.put(f"{path}?apply=all", {"amount": "70"})
    assert amounts() == [70, 70, 70]
    once = budget(ana, "5", "Gifts", period="once", end_date="2026-04-30")
    refused = ana.caller.put(f"{BUDGETS}/{once['id']}", {"amount": "6", "apply": "next"}, expect=400)
    assert list(refused["errors"]) == ["apply"]


def test_one_budget_shows_its_last_periods_and_the_categories_of_the_current_one(ana: Person) -> None:
    made = budget(ana, "100", "Food")
    enter(ana, "130", "2026-01-10", "Groceries")
    enter(ana, "60", "2026-02-10", "Groceries")
    enter(ana, "20", "2026-03-01", "Groceries")
    enter(ana, "5", "2026-03-01", "Restaurants")
    one = ana.caller.get(f"{BUDGETS}/{made['id']}")["data"]
    assert [(period["period_start"], period["spent_amount"], period["status"]) for period in one["periods"]] == [
        ("2026-01-01", 130, "exceeded"),
        ("2026-02-01", 60, "on_track"),
        ("2026-03-01", 25, "on_track"),
    ]
    assert (one["variance"], one["on_time_rate"]) == (-5, 0.5)
    assert [(row["name"], row["amount"], row["share"]) for row in one["breakdown"]] == [
        ("Groceries", 20, Decimal("0.8")),
        ("Restaurants", 5, Decimal("0.2")),
    ]


def test_periods_begin_on_the_days_of_the_budget(ana: Person) -> None:
    ana.caller.put(ana.path(), {"week_start": 7, "month_start_day": 25})
    budget(ana, "100", "Food", period="weekly", start_date="2026-02-25")  # a Wednesday
    assert on(ana, "2026-03-04")["period_start"] == "2026-03-04"
    weekly = ana.caller.post(BUDGETS, {"name": "Semana", "amount": "10", "period": "weekly"})["data"]
    monthly = ana.caller.post(BUDGETS, {"name": "Mes", "amount": "10", "period": "monthly"})["data"]
    assert (weekly["start_date"], monthly["start_date"]) == ("2026-03-08", "2026-02-25")


def test_a_yearly_budget_says_what_it_is_per_month_and_the_last_period_is_cut(ana: Person) -> None:
    made = budget(ana, "1200", "Insurance", period="yearly", end_date="2026-06-30")
    assert (made["per_month"], made["current"]["period_end"], made["current"]["budgeted_amount"]) == (
        100,
        "2026-06-30",
        1200,
    )
    assert ana.caller.get(BUDGETS, date="2026-07-01")["data"][0]["current"] is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"end_date": "2025-12-31"}, "end_date"),
        ({"amount": "1.001"}, "amount"),
        ({"rollover": "both", "start_date": "1900-01-01", "period": "daily"}, "start_date"),
        ({"alerts": ["11"]}, "alerts"),
        ({"alert_threshold": "0"}, "alert_threshold"),
        ({"alert_threshold": "1.001"}, "alert_threshold"),
    ],
)
def test_refused_values_are_named(ana: Person, values: dict[str, Any], field: str) -> None:
    body = {"name": "x", "amount": "1", "period": "monthly", "start_date": "2026-01-01", **values}
    assert list(ana.caller.post(BUDGETS, body, expect=400)["errors"]) == [field]


def test_a_budget_names_categories_of_expenses_and_accounts_of_its_book(ana: Person, bob: Person) -> None:
    body = {"name": "x", "amount": "1", "period": "monthly"}
    salary = {**body, "categories": [named(ana, "Salary", "income")]}
    assert ana.caller.post(BUDGETS, salary, expect=400)["code"] == "wrong_category_type"
    ana.caller.post(BUDGETS, {**body, "categories": [named(bob, "Gifts")]}, expect=404)
    account = bob.caller.get(ACCOUNTS)["data"][0]["id"]
    ana.caller.post(BUDGETS, {**body, "accounts": [account]}, expect=404)


def test_an_alert_is_sent_once_for_each_level_that_a_write_crosses(ana: Person) -> None:
    budget(ana, "100", "Groceries")
    enter(ana, "49", "2026-03-01", "Groceries")
    assert told(ana) == []
    enter(ana, "1", "2026-03-01", "Groceries")
    assert told(ana) == ["Mercado: 50 % del presupuesto"]
    enter(ana, "50", "2026-03-01", "Groceries")
    assert told(ana)[1:] == ["Mercado: 80 % del presupuesto", "Mercado: 100 % del presupuesto"]
    enter(ana, "40", "2026-03-01", "Groceries", is_refund=True)
    enter(ana, "40", "2026-03-01", "Groceries")
    assert len(told(ana)) == 3
    assert ana.caller.get(BUDGETS)["data"][0]["alerts_sent"] == [Decimal("0.5"), Decimal("0.8"), 1]


def test_a_changed_amount_judges_anew(ana: Person) -> None:
    made = budget(ana, "100", "Groceries", alerts=["1"])
    enter(ana, "60", "2026-03-01", "Groceries")
    assert told(ana) == []
    ana.caller.put(f"{BUDGETS}/{made['id']}", {"amount": "50"})
    ana.caller.put(f"{BUDGETS}/{made['id']}", {"amount": "55"})
    assert told(ana) == ["Mercado: 100 % del presupuesto"]


def test_past_periods_send_no_alerts_and_inactive_budgets_none(ana: Person) -> None:
    made = budget(ana, "100", "Groceries")
    enter(ana, "500", "2026-02-28", "Groceries")
    enter(ana, "500", "2026-04-01", "Groceries")  # a future one is not that of today
    ana.caller.put(f"{BUDGETS}/{made['id']}", {"is_active": False})
    enter(ana, "500", "2026-03-01", "Groceries")
    assert told(ana) == []
    assert ana.caller.get(BUDGETS, active="true")["data"] == []


def test_the_daily_job_sends_what_comes_by_time_once(app: Flask, ana: Person) -> None:
    budget(ana, "100", "Groceries", alerts=["1"])
    enter(ana, "100", "2026-04-02", "Groceries")
    for _ in range(2):
        result = app.test_cli_runner().invoke(args=["jobs", "run", "budget-alerts", "--date", "2026-04-01"])
        assert result.exit_code == 0, result.output
    assert told(ana) == ["Mercado: 100 % del presupuesto"]


def test_a_budget_whose_categories_were_all_deleted_is_inactive_and_one_that_moved_goes_on(ana: Person) -> None:
    made = budget(ana, "100", "Gifts", "Travel")
    path = f"{BUDGETS}/{made['id']}"
    gifts, travel, taxi = (named(ana, name) for name in ("Gifts", "Travel", "Taxi"))
    ana.caller.delete(f"{CATEGORIES}/{gifts}?move_to={taxi}")
    assert set(ana.caller.get(path)["data"]["categories"]) == {travel, taxi}
    ana.caller.delete(f"{CATEGORIES}/{travel}?mode=delete")
    ana.caller.delete(f"{CATEGORIES}/{taxi}?move_to=none")
    left = ana.caller.get(path)["data"]
    assert (left["is_active"], left["no_categories"], left["categories"]) == (False, True, [])
    enter(ana, "5", "2026-03-01", "Clothing")
    assert on(ana, "2026-03-01")["spent_amount"] == 0
    assert ana.caller.put(path, {"is_active": True}, expect=409)["code"] == "no_categories"
    ana.caller.put(path, {"is_active": True, "categories": [named(ana, "Clothing")]})
    assert on(ana, "2026-03-01")["spent_amount"] == 5


def test_a_new_book_has_a_budget_if_its_owner_told_their_income(ana: Person) -> None:
    ana.caller.put("/api/auth/user", {"preferences": {"monthly_income": "5000"}})
    book_id = ana.caller.post("/api/personal/books", {"name": "Otra"})["data"]["id"]
    [one] = ana.caller.get(BUDGETS, book_id=book_id)["data"]
    assert (one["amount"], one["period"], one["categories"]) == (5000, "monthly", [])
    assert ana.caller.get(BUDGETS)["data"] == []
