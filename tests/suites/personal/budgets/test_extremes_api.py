"""Extreme amounts in budgets, targets, envelopes and templates: told with their field, and never an error of ours."""

from typing import Any

import pytest

from tests.factories.personal import Person

API = "/api/personal"
BUDGETS, TARGETS, RECURRING, TEMPLATES = (
    f"{API}/{name}" for name in ("budgets", "targets", "recurring", "budget-templates")
)
MONTH = "2031-01"
LARGEST = "9999999999.99"
TOO_LARGE = ("10000000000", "100000000000000.01", "1e15", "9" * 40, "1e400", "-1e15", "NaN", "Infinity")


def category(who: Person) -> int:
    listed = who.caller.get(f"{API}/categories", type="expense")["data"]
    return int(listed[0]["id"])


def answer(who: Person, method: str, path: str, body: dict[str, Any]) -> Any:
    response = who.caller.send(method, path, json=body)
    assert response.status_code < 500, response.get_data(as_text=True)
    return response.get_json()


@pytest.mark.parametrize("amount", TOO_LARGE)
def test_an_amount_that_is_too_large_is_refused_with_its_field(ana: Person, amount: str) -> None:
    who, food = ana.caller, category(ana)
    budget = who.post(BUDGETS, {"name": "B", "amount": "5", "period": "monthly", "categories": [food]})["data"]
    target = who.post(TARGETS, {"category_id": food, "type": "monthly", "amount": "5"})["data"]
    for apply in ("current", "next", "all"):
        refused = who.put(f"{BUDGETS}/{budget['id']}?apply={apply}", {"amount": amount}, 400)
        assert list(refused["errors"]) == ["amount"]
    refused = who.put(f"{BUDGETS}/{budget['id']}", {"rollover_cap": amount}, 400)
    assert list(refused["errors"]) == ["rollover_cap"]
    for field in ("amount", "cap", "adjust_amount"):
        assert field in who.put(f"{TARGETS}/{target['id']}", {field: amount}, 400)["errors"]
    assigned = {"assignments": [{"category_id": food, "assigned": amount}]}
    assert who.put(f"{API}/envelopes/{MONTH}", assigned, 400)["errors"]
    assert who.put(f"{API}/envelopes/{MONTH}", {"held": amount}, 400)["errors"]
    move = {"from": None, "to": food, "amount": amount}
    assert who.post(f"{API}/envelopes/{MONTH}/move", move, 400)["errors"]
    applied = {"month": MONTH, "income": amount}
    assert who.post(f"{TEMPLATES}/50-30-20/apply", applied, 400)["errors"]


@pytest.mark.parametrize("rollover", ["none", "both"])
@pytest.mark.parametrize("period", ["daily", "monthly", "yearly", "once"])
def test_the_largest_budget_can_be_changed_and_shown(ana: Person, period: str, rollover: str) -> None:
    body = {"name": "B", "amount": LARGEST, "period": period, "rollover": rollover}
    if period == "once":
        body["end_date"] = "2199-12-31"
    made = answer(ana, "POST", BUDGETS, {**body, "start_date": "2024-01-01"})
    budget_id = made["data"]["id"]
    for apply in ("current", "next", "all"):
        answer(ana, "PUT", f"{BUDGETS}/{budget_id}?apply={apply}", {"amount": LARGEST, "rollover_cap": LARGEST})
    for path in ("", f"/{budget_id}", "?date=2199-12-31"):
        assert ana.caller.send("GET", f"{BUDGETS}{path}").status_code < 500


@pytest.mark.parametrize("mode", ["fill", "overwrite"])
def test_many_of_the_largest_targets_are_applied_or_told(ana: Person, mode: str) -> None:
    food = category(ana)
    data = {"type": "expense", "amount": LARGEST, "category_id": food}
    recurring = ana.caller.post(
        RECURRING,
        {"template_name": "R", "frequency": "daily", "start_date": "2031-01-01", "transaction_data": data},
    )["data"]["id"]
    shared = {"category_id": food, "priority": 0}
    daily = {"every": {"frequency": "daily", "interval": 1}, "starting": "2031-01-01", "amount": LARGEST}
    for body in (
        *({"type": "recurring", "recurring_id": recurring, "full": False, "adjust_percent": "10000"} for _ in range(5)),
        {"type": "periodic", **daily},
        {"type": "monthly", "amount": LARGEST},
        {"type": "by", "amount": LARGEST, "by": "2031-01"},
        {"type": "average", "months": 3, "adjust_percent": "10000", "adjust_amount": LARGEST},
        {"type": "percent", "percent": "10000", "of": "income"},
        {"type": "remainder", "weight": "100000"},
    ):
        answer(ana, "POST", TARGETS, {**shared, **body})
    for dry_run in (True, False):
        told = answer(ana, "POST", f"{API}/envelopes/{MONTH}/apply-targets", {"mode": mode, "dry_run": dry_run})
        assert (told["status"], told["code"]) == (409, "amount_too_large")
    answer(ana, "POST", f"{API}/envelopes/{MONTH}/close", {})
    assert ana.caller.send("GET", f"{API}/envelopes/{MONTH}").status_code == 200
    assert ana.caller.send("GET", TARGETS).status_code == 200


def test_moving_the_largest_amount_again_and_again_is_told(ana: Person) -> None:
    food = category(ana)
    for _ in range(3):
        answer(ana, "POST", f"{API}/envelopes/{MONTH}/move", {"from": None, "to": food, "amount": LARGEST})
    answer(ana, "POST", f"{API}/envelopes/{MONTH}/cover", {"from": None, "to": food})
    answer(ana, "POST", f"{API}/envelopes/2031-02/copy", {"from": MONTH, "mode": "overwrite"})


@pytest.mark.parametrize("built_in", ["50-30-20", "zero-based-starter", "from-history"])
@pytest.mark.parametrize("method", ["limits", "envelope"])
def test_a_template_of_the_largest_income_is_applied_or_told(ana: Person, built_in: str, method: str) -> None:
    ana.caller.put(ana.path(), {"budget_method": method})
    for dry_run in (True, False):
        answer(ana, "POST", f"{TEMPLATES}/{built_in}/apply", {"month": MONTH, "income": LARGEST, "dry_run": dry_run})
