"""Budget templates over HTTP: built-in and own ones, in books of limits and of envelopes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.infra import clock
from tests.factories.personal import Person
from tests.suites.personal.budgets.test_budgets_api import BUDGETS
from tests.suites.personal.budgets.test_envelopes_api import month_of, of
from tests.suites.personal.reports.test_reports_api import enter, named

TEMPLATES, CATEGORIES = "/api/personal/budget-templates", "/api/personal/categories"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen(datetime(2026, 3, 11, 17, tzinfo=UTC)):
        yield


def applied(who: Person, template: str, **body: Any) -> dict[str, Any]:
    """The result of a template in March."""
    address = f"{TEMPLATES}/{template}/apply"
    found: dict[str, Any] = who.caller.post(address, {"month": "2026-03", **body}, expect=200)["data"]
    return found


def test_the_built_in_ones_are_listed_first(ana: Person) -> None:
    items = [{"category_id": named(ana, "Gifts"), "percent": "10"}]
    ana.caller.post(TEMPLATES, {"name": "Mía", "items": items})
    found = ana.caller.get(TEMPLATES)["data"]
    assert [(one["id"], one["built_in"]) for one in found[:3]] == [
        ("50-30-20", True),
        ("zero-based-starter", True),
        ("from-history", True),
    ]
    assert (found[3]["name"], found[3]["items"][0]["percent"]) == ("Mía", 10)


def test_half_is_for_needs_three_tenths_for_wants_and_the_rest_for_savings(ana: Person) -> None:
    tried = applied(ana, "50-30-20", income="1000.01", dry_run=True)
    assert [(one["name"], one["amount"], one["id"]) for one in tried["budgets"]] == [
        ("Needs", Decimal("500.01"), None),
        ("Wants", 300, None),
        ("Savings", 200, None),
    ]
    assert (tried["left"], ana.caller.get(BUDGETS)["data"]) == (0, [])
    made = applied(ana, "50-30-20", income="1000")
    budgets = ana.caller.get(BUDGETS)["data"]
    assert [one["id"] for one in made["budgets"]] == [one["id"] for one in budgets]
    assert {one["group_id"] for one in budgets} == {budgets[0]["id"]}
    needs = {named(ana, name) for name in ("Groceries", "Rent or mortgage", "Utilities", "Insurance", "Pharmacy")}
    assert (set(budgets[0]["categories"]), budgets[2]["categories"]) == (needs, [named(ana, "Savings")])
    assert (budgets[0]["start_date"], budgets[0]["period"], budgets[0]["amount"]) == ("2026-03-01", "monthly", 500)


def test_in_a_book_of_envelopes_money_is_assigned_by_spending_before(ana: Person) -> None:
    ana.caller.put(ana.path(), {"budget_method": "envelope"})
    enter(ana, "2000", "2026-01-05", "Salary", type="income")
    enter(ana, "30", "2026-02-05", "Groceries")
    enter(ana, "10", "2026-02-05", "Utilities")
    made = applied(ana, "50-30-20")
    march = month_of(ana, "2026-03")
    assert (made["income"], made["left"], made["budgets"]) == (1000, 0, [])
    assert (of(march, "Groceries")["assigned"], of(march, "Utilities")["assigned"]) == (375, 125)
    assert (of(march, "Savings")["assigned"], march["assigned"]) == (200, 1000)


def test_the_starter_gives_every_unit_a_job(ana: Person) -> None:
    ana.caller.put(ana.path(), {"budget_method": "envelope"})
    applied(ana, "zero-based-starter", income="777.77")
    march = month_of(ana, "2026-03")
    assert march["assigned"] == Decimal("777.77")
    assert of(march, "Groceries")["assigned"] > of(march, "Savings")["assigned"] > of(march, "Gifts")["assigned"] > 0


def test_history_gives_the_averages_of_the_last_three_months(ana: Person) -> None:
    enter(ana, "7", "2025-12-31", "Gifts")
    enter(ana, "90", "2026-01-05", "Groceries")
    enter(ana, "60", "2026-02-05", "Groceries")
    enter(ana, "999", "2026-03-05", "Groceries")
    one, gifts = applied(ana, "from-history")["budgets"]
    assert (one["name"], one["amount"], one["categories"]) == ("Groceries", 50, [named(ana, "Groceries")])
    assert (gifts["name"], gifts["amount"]) == ("Gifts", Decimal("2.33"))


def test_months_before_the_first_spending_lower_no_average(ana: Person) -> None:
    enter(ana, "900", "2025-12-28", "Salary", type="income")
    enter(ana, "90", "2026-01-05", "Groceries")
    enter(ana, "60", "2026-02-05", "Groceries")
    assert [one["amount"] for one in applied(ana, "from-history")["budgets"]] == [75]


def test_an_own_template_has_amounts_and_shares_of_the_income(ana: Person) -> None:
    items = [
        {"category_id": named(ana, "Gifts"), "percent": "10"},
        {"category_id": named(ana, "Travel"), "amount": "50"},
    ]
    own = ana.caller.post(TEMPLATES, {"name": "Mía", "items": items})["data"]["id"]
    refused = ana.caller.post(f"{TEMPLATES}/{own}/apply", {"month": "2026-03"}, expect=400)
    assert list(refused["errors"]) == ["income"]
    made = applied(ana, own, income="2000")
    assert [(one["name"], one["amount"]) for one in made["budgets"]] == [("Gifts", 200), ("Travel", 50)]
    assert made["left"] == 1750
    ana.caller.delete(f"{CATEGORIES}/{named(ana, 'Gifts')}?move_to={named(ana, 'Taxi')}")
    left = ana.caller.get(TEMPLATES)["data"][3]["items"]
    assert {one["category_id"] for one in left} == {named(ana, "Taxi"), named(ana, "Travel")}
    ana.caller.delete(f"{TEMPLATES}/{own}")
    ana.caller.post(f"{TEMPLATES}/{own}/apply", {"month": "2026-03"}, expect=404)


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([{"amount": "1", "percent": "1"}], "items"),
        ([{}], "items"),
        ([{"amount": "1"}, {"amount": "2"}], "items"),
        ([{"amount": "1.001"}], "items"),
        ([], "items"),
    ],
)
def test_refused_items_are_named(ana: Person, items: list[dict[str, Any]], field: str) -> None:
    body = {"name": "x", "items": [{"category_id": named(ana, "Gifts"), **one} for one in items]}
    assert list(ana.caller.post(TEMPLATES, body, expect=400)["errors"]) == [field]
