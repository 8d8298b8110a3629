"""Goals: what they follow, what is put aside, and what they reach."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.personal.goals.service import contribute_due
from tests.factories.personal import Household, Person
from tests.factories.personal_goals import GOALS, PLAN, TRIP
from tests.statements import counted
from tests.suites.personal.transactions.test_transactions_api import (
    ACCOUNTS,
    CATEGORIES,
    TRANSACTIONS,
    account,
    balance,
    category,
    enter,
)


@pytest.fixture(autouse=True)
def noon(anonymous: Any) -> Iterator[None]:
    with clock.frozen(datetime(2026, 3, 15, 17, tzinfo=UTC)):
        yield


def make(who: Person, expect: int = 201, **values: Any) -> dict[str, Any]:
    """A goal, or the refusal of one."""
    answer = who.caller.post(GOALS, {**TRIP, **values}, expect=expect)
    found: dict[str, Any] = answer["data"] if expect == 201 else answer
    return found


def read(who: Person, goal: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = who.caller.get(f"{GOALS}/{goal['id']}")["data"]
    return found


def put(who: Person, goal: dict[str, Any], **values: Any) -> dict[str, Any]:
    found: dict[str, Any] = who.caller.put(f"{GOALS}/{goal['id']}", values)["data"]
    return found


def contribute(who: Person, goal: dict[str, Any], amount: Any, expect: int = 201, **values: Any) -> dict[str, Any]:
    answer = who.caller.post(f"{GOALS}/{goal['id']}/contribute", {"amount": amount, **values}, expect=expect)
    found: dict[str, Any] = answer["data"] if expect == 201 else answer
    return found


def contributions(who: Person, goal: dict[str, Any]) -> list[tuple[str, float]]:
    listed = who.caller.get(f"{GOALS}/{goal['id']}/contributions", per_page=100)["data"]
    return [(one["contribution_date"], one["amount"]) for one in listed]


def told(who: Person) -> list[str]:
    listed = who.caller.get("/api/notifications", per_page=100)["data"]
    return [one["title"] for one in listed if one["kind"] == "goal_reached"]


def run(app: Flask, day: date) -> dict[str, object]:
    """The job of a day."""
    with app.app_context():
        counts = dict(contribute_due(make_context(db.session()), day))
        db.session.commit()
    return counts


def test_a_goal_needs_a_name_and_a_target(ana: Person) -> None:
    made = make(ana, target_date="2026-12-31")
    assert (made["goal_type"], made["tracking"], made["priority"]) == ("savings", "contributions", 1)
    assert (made["current_amount"], made["progress"], made["required_monthly"]) == (0, 0, 100)
    assert (made["projected_date"], made["on_track"], made["milestones"]) == (None, True, [25, 50, 75, 100])


def test_milestones_are_reached_once_and_told(home: Household) -> None:
    who, editor = home.owner, home.editor
    goal = who.caller.post(f"{GOALS}?book_id={home.book_id}", TRIP)["data"]
    reached = contribute(who, goal, "600", date="2026-03-02")
    assert (reached["milestones_reached"], reached["current_amount"], float(reached["progress"])) == (
        [25, 50],
        600,
        0.6,
    )
    contribute(who, goal, "-500")
    again = contribute(who, goal, "450")
    assert (again["milestones_reached"], [one["milestone"] for one in again["reached"]]) == ([], [25, 50])
    assert sorted(told(editor)) == ["25 % de la meta Viaje", "50 % de la meta Viaje"]


def test_a_goal_stays_achieved_and_says_when_it_dropped(ana: Person) -> None:
    goal = make(ana)
    full = contribute(ana, goal, "1200")
    assert (full["is_achieved"], full["progress"], float(full["ratio"]), full["remaining"]) == (True, 1, 1.2, 0)
    assert told(ana)[0] == "Meta alcanzada: Viaje"
    newest = ana.caller.get("/api/notifications")["data"][0]
    assert newest["body"] == f"1.200 de 1.000 {goal['currency']}."
    less = contribute(ana, goal, "-300")
    assert (less["is_achieved"], less["dropped_below"]) == (True, True)


def test_no_more_is_taken_back_than_there_is(ana: Person) -> None:
    goal = make(ana)
    contribute(ana, goal, "40")
    assert contribute(ana, goal, "-50", 409)["code"] == "below_zero"
    assert contribute(ana, goal, "0", 400)["errors"].keys() == {"amount"}
    assert contribute(ana, goal, "1.001", 400)["code"] == "currency_decimals"
    contribute(ana, goal, "-40")
    [taken, given] = ana.caller.get(f"{GOALS}/{goal['id']}/contributions", sort="amount")["data"]
    address = f"{GOALS}/{goal['id']}/contributions"
    assert ana.caller.delete(f"{address}/{given['id']}", expect=409)["code"] == "below_zero"
    ana.caller.delete(f"{address}/{taken['id']}")
    assert read(ana, goal)["current_amount"] == 40


def test_nothing_is_contributed_to_an_archived_goal(ana: Person) -> None:
    goal = make(ana)
    assert put(ana, goal, is_archived=True)["is_archived"]
    assert contribute(ana, goal, "5", 409)["code"] == "goal_archived"
    assert ana.caller.get(GOALS)["data"] == []
    assert len(ana.caller.get(GOALS, include_archived="true")["data"]) == 1
    put(ana, goal, is_archived=False)
    contribute(ana, goal, "5")


def test_the_pace_of_six_months_projects_the_day(ana: Person) -> None:
    goal = make(ana, target_date="2026-12-31", start_date="2025-09-01")
    for month in ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02"):
        contribute(ana, goal, "100", date=f"{month}-10")
    shown = read(ana, goal)
    assert (shown["projected_date"], shown["required_monthly"]) == ("2026-06-30", 40)


def test_a_past_target_date_is_overdue(ana: Person) -> None:
    goal = make(ana, start_date="2025-01-01", target_date="2026-03-14")
    assert (goal["overdue"], goal["required_monthly"], goal["on_track"]) == (True, None, False)
    assert make(ana, 400, target_date="2026-03-14")["errors"].keys() == {"target_date"}


def test_goals_of_one_account_share_its_balance_by_priority(ana: Person) -> None:
    bank = account(ana, opening_balance="1300")
    later = make(ana, tracking="account", account_id=bank, priority=2)
    first = make(ana, tracking="account", account_id=bank, priority=1, start_amount="100")
    assert read(ana, first)["current_amount"] == 1000
    assert read(ana, later)["current_amount"] == 300
    assert [one["current_amount"] for one in ana.caller.get(GOALS)["data"]] == [1000, 300]


def test_a_transaction_of_its_account_reaches_a_milestone(ana: Person) -> None:
    bank = account(ana, opening_balance="0")
    goal = make(ana, tracking="account", account_id=bank)
    enter(ana, type="income", amount="300", account_id=bank)
    shown = read(ana, goal)
    assert (shown["current_amount"], [one["milestone"] for one in shown["reached"]]) == (300, [25])
    assert told(ana) == ["25 % de la meta Viaje"]
    assert contribute(ana, goal, "5", 409)["code"] == "not_by_contributions"


def test_money_is_moved_to_the_account_of_the_goal(ana: Person) -> None:
    bank, savings = account(ana, opening_balance="1000"), account(ana, name="Ahorro", type="savings")
    goal = make(ana, tracking="account", account_id=savings)
    done = contribute(ana, goal, "300", from_account_id=bank, notes="Marzo")
    assert (done["current_amount"], done["milestones_reached"]) == (300, [25])
    contribute(ana, goal, "-100", from_account_id=bank)
    assert (balance(ana, bank), balance(ana, savings)) == (800, 200)
    [back, given] = ana.caller.get(f"{GOALS}/{goal['id']}/contributions")["data"]
    assert given["notes"] == "Marzo"
    ana.caller.delete(f"{GOALS}/{goal['id']}/contributions/{back['id']}")
    assert (balance(ana, bank), balance(ana, savings)) == (700, 300)
    ana.caller.delete(f"{TRANSACTIONS}/{given['transaction_id']}")
    assert (contributions(ana, goal), read(ana, goal)["current_amount"]) == ([], 0)


def test_a_transfer_needs_an_account_of_the_goal_in_its_currency(ana: Person) -> None:
    bank, dollars = account(ana), account(ana, name="USD", currency="USD")
    assert contribute(ana, make(ana), "5", 400, from_account_id=bank)["errors"].keys() == {"from_account_id"}
    goal = make(ana, account_id=dollars)
    assert contribute(ana, goal, "5", 409, from_account_id=bank)["code"] == "currency_mismatch"


def test_a_debt_counts_what_was_paid_off(ana: Person) -> None:
    loan = account(ana, name="Crédito", type="loan", opening_balance="-1000")
    bank = account(ana, opening_balance="5000")
    goal = make(ana, goal_type="debt", tracking="debt", account_id=loan)
    assert goal["start_amount"] == -1000
    contribute(ana, goal, "250", from_account_id=bank)
    shown = read(ana, goal)
    assert (shown["current_amount"], shown["progress"]) == (250, 0.25)


def test_a_category_counts_what_was_booked_below_it_since_the_start(ana: Person) -> None:
    saved = category(ana, "Ahorros")
    below = ana.caller.post(CATEGORIES, {"name": "Pensión", "type": "expense", "parent_id": saved})["data"]["id"]
    goal = make(ana, tracking="category", category_id=saved, start_date="2026-02-01")
    for day, category_id in (("2026-01-31", saved), ("2026-02-01", saved), ("2026-03-01", below)):
        enter(ana, amount="100", date=day, category_id=category_id)
    assert read(ana, goal)["current_amount"] == 200
    ana.caller.delete(f"{CATEGORIES}/{below}?move_to=none&mode=delete")
    assert read(ana, goal)["current_amount"] == 100


def test_another_currency_counts_at_the_rate_of_today(ana: Person, admin: Any) -> None:
    dollars = account(ana, name="USD", currency="USD", opening_balance="10")
    goal = make(ana, tracking="account", account_id=dollars, target_amount="40000")
    assert (goal["fx"], goal["current_amount"], goal["progress"]) == (True, None, None)
    admin.post("/api/exchange-rates", {"base": "USD", "quote": "COP", "date": "2026-03-01", "rate": "4000"})
    shown = read(ana, goal)
    assert (shown["current_amount"], shown["fx"], shown["is_achieved"]) == (40_000, True, False)


def test_another_currency_counts_at_the_own_rate_of_the_book(ana: Person, admin: Any) -> None:
    dollars = account(ana, name="USD", currency="USD", opening_balance="10")
    goal = make(ana, tracking="account", account_id=dollars, target_amount="90000")
    admin.post("/api/exchange-rates", {"base": "USD", "quote": "COP", "date": "2026-03-01", "rate": "4000"})
    ana.caller.post("/api/personal/rates", {"base": "USD", "date": "2026-03-01", "rate": "5000"})
    assert read(ana, goal)["current_amount"] == 50_000
    saved = category(ana, "Ahorros")
    followed = make(ana, tracking="category", category_id=saved, target_amount="90000", start_date="2026-03-01")
    enter(ana, amount="2", date="2026-03-02", category_id=saved, account_id=dollars)
    assert read(ana, followed)["current_amount"] == 10_000


def test_months_of_accounts_and_categories_project_the_day(ana: Person) -> None:
    bank, saved = account(ana, opening_balance="0"), category(ana, "Ahorros")
    goals = [
        make(ana, tracking="account", account_id=bank, target_amount="1000"),
        make(ana, tracking="category", category_id=saved, target_amount="1000", start_date="2025-12-15"),
    ]
    for month in ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02"):
        enter(ana, type="income", amount="150", date=f"{month}-20", account_id=bank)
        enter(ana, amount="100", date=f"{month}-20", category_id=saved, account_id=bank)
    enter(ana, amount="100", date="2026-03-31", category_id=saved)
    shown = [read(ana, goal) for goal in goals]
    assert [one["current_amount"] for one in shown] == [300, 300]
    # 700 more, from this month on: 50 a month with the account, 100 with the category
    assert [one["projected_date"] for one in shown] == ["2027-04-30", "2026-09-30"]


def test_goals_read_their_months_by_few_statements_however_many_there_are(ana: Person) -> None:
    def add(number: int) -> None:
        make(ana, tracking="account", account_id=account(ana, name=f"Bank {number}", opening_balance="5"))
        follows = category(ana, "Ahorros")
        make(ana, tracking="category", category_id=follows, start_date=f"2026-01-0{number}")

    add(1)
    with counted() as few:
        ana.caller.get(GOALS)
    for number in range(2, 5):
        add(number)
    with counted() as many:
        ana.caller.get(GOALS)
    assert len(many) == len(few)
    assert len([one for one in many if "_sums" in one]) == 4  # balances at two ends, changes between, and categories


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"target_amount": "0"}, "target_amount"),
        ({"target_amount": "1.001"}, "target_amount"),
        ({"tracking": "account"}, "account_id"),
        ({"tracking": "category"}, "category_id"),
        ({"auto_contribution": {"frequency": "monthly"}}, "auto_contribution"),
        ({"auto_contribution": {"amount": "5", "percent": "5", "frequency": "monthly"}}, "auto_contribution"),
        ({"auto_contribution": {"amount": "5"}}, "auto_contribution"),
        ({"milestones": [0]}, "milestones"),
    ],
)
def test_a_refusal_names_the_field(ana: Person, values: dict[str, Any], field: str) -> None:
    assert make(ana, 400, **values)["errors"].keys() == {field}


def test_accounts_of_others_are_not_found(ana: Person, bob: Person) -> None:
    make(ana, 404, tracking="account", account_id=account(bob))
    make(ana, 404, tracking="category", category_id=category(bob, "Gifts"))
    put_address = f"{GOALS}/{make(ana)['id']}"
    ana.caller.put(put_address, {"tracking": "account", "account_id": account(bob)}, expect=404)
    ana.caller.put(put_address, {"tracking": "account"}, expect=400)


def test_an_amount_is_put_aside_on_its_days_once_until_the_target(app: Flask, ana: Person) -> None:
    goal = make(ana, auto_contribution={"amount": "400", "frequency": "monthly"})
    assert goal["auto_contribution"]["next_date"] == "2026-03-15"
    assert run(app, date(2026, 4, 20)) == {"books": 1, "contributed": 2, "refused": 0}
    assert run(app, date(2026, 4, 20)) == {}
    assert contributions(ana, goal) == [("2026-04-15", 400), ("2026-03-15", 400)]
    run(app, date(2026, 7, 1))
    assert contributions(ana, goal)[0] == ("2026-05-15", 200)
    assert read(ana, goal)["is_achieved"]


def test_a_share_of_the_income_is_put_aside(app: Flask, ana: Person) -> None:
    bank, savings = account(ana, opening_balance="9000"), account(ana, name="Ahorro", type="savings")
    way = {"percent": "10", "frequency": "monthly", "from_account_id": bank}
    goal = make(ana, tracking="account", account_id=savings, auto_contribution=way)
    enter(ana, type="income", amount="2000", date="2026-03-20", account_id=bank)
    run(app, date(2026, 4, 15))
    assert (contributions(ana, goal), balance(ana, savings, date="2026-04-15")) == ([("2026-04-15", 200)], 200)


def test_expenses_are_rounded_up_and_the_rest_is_put_aside(app: Flask, ana: Person) -> None:
    goal = make(ana, auto_contribution={"round_up": "10", "frequency": "weekly"})
    enter(ana, amount="12.50", date="2026-03-16"), enter(ana, amount="40", date="2026-03-17")
    enter(ana, amount="3", date="2026-03-22"), enter(ana, amount="1", date="2026-03-23")
    run(app, date(2026, 3, 22))
    assert contributions(ana, goal) == [("2026-03-22", 14.5)]


def test_a_refused_automatic_contribution_keeps_no_other_back(app: Flask, ana: Person) -> None:
    bank, savings = account(ana), account(ana, name="Ahorro", type="savings")
    way = {"amount": "10", "frequency": "monthly", "from_account_id": bank}
    refused = make(ana, account_id=savings, auto_contribution=way)
    other = make(ana, auto_contribution={"amount": "10", "frequency": "monthly"})
    ana.caller.put(f"{ACCOUNTS}/{bank}", {"is_closed": True})
    assert run(app, date(2026, 3, 15)) == {"books": 1, "contributed": 1, "refused": 1}
    assert (contributions(ana, refused), len(contributions(ana, other))) == ([], 1)


def owe(who: Person, name: str, owed: str, apr: str, minimum: str) -> int:
    values = {"opening_balance": f"-{owed}", "apr": apr, "minimum_amount": minimum}
    return account(who, name=name, type="loan", **values)


def test_a_plan_pays_the_highest_rate_first_and_compares_both_strategies(ana: Person) -> None:
    small, dear = owe(ana, "Pequeña", "500", "10", "50"), owe(ana, "Cara", "1000", "30", "50")
    account(ana, opening_balance="500")
    plan = ana.caller.get(PLAN, extra="100")["data"]
    assert (plan["strategy"], plan["order"], plan["never_paid_off"]) == ("avalanche", [dear, small], False)
    assert {one["strategy"] for one in plan["compared"]} == {"avalanche", "snowball"}
    assert plan["months"] == len(plan["schedule"])
    assert plan["paid"] == pytest.approx(1500 + plan["interest"])
    assert plan["schedule"][0]["month"] == "2026-03"
    snowball = ana.caller.post(PLAN, {"extra": "100", "strategy": "snowball"}, expect=200)["data"]
    assert (snowball["order"], snowball["interest"] >= plan["interest"]) == ([small, dear], True)
    own = ana.caller.get(PLAN, strategy="custom", order=f"{small},{dear}")["data"]
    assert own["order"] == [small, dear]
    assert ana.caller.get(PLAN, strategy="custom", order=f"{small}", expect=400)["errors"].keys() == {"order"}


def test_a_debt_whose_interest_eats_the_payment_is_never_paid_off(ana: Person) -> None:
    owe(ana, "Cara", "1000", "30", "20")
    plan = ana.caller.get(PLAN)["data"]
    assert (plan["never_paid_off"], plan["months"], plan["schedule"]) == (True, None, [])


def test_without_debts_there_is_nothing_to_plan(ana: Person) -> None:
    assert ana.caller.get(PLAN)["data"]["months"] == 0


def test_viewers_read_the_plan(home: Household) -> None:
    home.viewer.caller.get(PLAN, book_id=home.book_id)


def test_the_account_shows_all_that_its_goals_shall_reach(ana: Person) -> None:
    make(ana, target_amount="100"), make(ana, target_amount="50")
    put(ana, make(ana, target_amount="900"), is_archived=True)
    own = ana.caller.get("/api/auth/user")["data"]
    assert own["financial_goals_total"] == 150
    assert ana.caller.put("/api/auth/user", own)["data"]["financial_goals_total"] == 150
    make(ana, target_amount="7", currency="CHF")
    assert ana.caller.get("/api/auth/user")["data"]["financial_goals_total"] is None
