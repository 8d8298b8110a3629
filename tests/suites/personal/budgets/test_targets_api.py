"""Targets over HTTP: their fields by type, applying them to a month, and ending one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.infra import clock
from tests.factories.personal import Person
from tests.suites.personal.budgets.test_envelopes_api import ENVELOPES, assign, month_of, of
from tests.suites.personal.reports.test_reports_api import enter, named

TARGETS, CATEGORIES = "/api/personal/targets", "/api/personal/categories"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen(datetime(2026, 3, 11, 17, tzinfo=UTC)):
        yield


def target(who: Person, name: str, **values: Any) -> dict[str, Any]:
    """A new target of a default category."""
    made: dict[str, Any] = who.caller.post(TARGETS, {"category_id": named(who, name), **values})["data"]
    return made


def applied(who: Person, month: str = "2026-03", **how: Any) -> dict[str, Any]:
    """The month after its targets were applied."""
    found: dict[str, Any] = who.caller.post(f"{ENVELOPES}/{month}/apply-targets", how, expect=200)["data"]
    return found


@pytest.mark.parametrize(
    ("values", "month", "expected"),
    [
        ({"type": "monthly", "amount": "50", "cap": "100"}, "2026-03", "50"),
        ({"type": "refill", "amount": "150"}, "2026-03", "150"),
        ({"type": "refill", "cap": "10", "cap_period": "day"}, "2024-01", "310"),
        ({"type": "refill", "cap": "100", "cap_period": "week", "starting": "2024-01-01"}, "2024-01", "500"),
        ({"type": "by", "amount": "10000", "by": "2025-12"}, "2025-01", "833.33"),
        ({"type": "spend", "amount": "600", "by": "2026-05", "spend_from": "2026-04"}, "2026-03", "200"),
        (
            {"type": "periodic", "amount": "10", "every": {"frequency": "weekly"}, "starting": "2025-01-06"},
            "2025-03",
            "50",
        ),
        (
            {
                "type": "periodic",
                "amount": "100",
                "every": {"frequency": "weekly", "interval": 7},
                "starting": "2023-12-04",
            },
            "2024-01",
            "100",
        ),
        ({"type": "percent", "percent": "10", "of": "income"}, "2026-03", "200"),
        ({"type": "percent", "percent": "10", "of": "last_month"}, "2026-03", "30"),
        ({"type": "average", "months": 2, "adjust_percent": "10"}, "2026-03", "11"),
        ({"type": "copy", "months": 1}, "2026-03", "25"),
        ({"type": "remainder", "cap": "60"}, "2026-03", "60"),
    ],
)
def test_each_type_assigns_its_amount(ana: Person, values: dict[str, Any], month: str, expected: str) -> None:
    enter(ana, "300", "2026-02-01", "Salary", type="income")
    enter(ana, "2000", "2026-03-01", "Salary", type="income")
    enter(ana, "50000", "2024-01-01", "Business", type="income")
    if values["type"] == "copy":
        assign(ana, "2026-02", Gifts="25")
    if values["type"] == "average":
        enter(ana, "20", "2026-02-01", "Gifts")
    target(ana, "Gifts", **values)
    tried = applied(ana, month, dry_run=True)
    assert (of(tried, "Gifts")["assigned"], of(month_of(ana, month), "Gifts")["assigned"]) == (
        Decimal(expected),
        25 if values["type"] == "copy" and month == "2026-02" else 0,
    )
    assert of(applied(ana, month), "Gifts")["assigned"] == Decimal(expected)


def test_a_percentage_may_be_of_one_category_of_incomes(ana: Person) -> None:
    enter(ana, "1900", "2026-03-01", "Salary", type="income")
    enter(ana, "100", "2026-03-01", "Business", type="income")
    made = target(ana, "Gifts", type="percent", percent="10", of=named(ana, "Salary", "income"))
    assert made["of"] == str(named(ana, "Salary", "income"))
    assert of(applied(ana), "Gifts")["assigned"] == 190


def test_a_share_of_a_recurring_transaction_is_set_aside(ana: Person) -> None:
    data = {"type": "expense", "amount": "2400", "category_id": named(ana, "Taxes")}
    body = {
        "template_name": "Impuesto",
        "frequency": "yearly",
        "start_date": "2026-12-15",
        "transaction_data": data,
    }
    recurring = ana.caller.post("/api/personal/recurring", body)["data"]["id"]
    made = target(ana, "Taxes", type="recurring", recurring_id=recurring, priority=0)
    assert of(applied(ana), "Taxes")["assigned"] == 200
    ana.caller.put(f"{TARGETS}/{made['id']}", {"full": True, "adjust_percent": "20"})
    assert (
        of(applied(ana, mode="overwrite"), "Taxes")["assigned"],
        of(applied(ana, "2026-12"), "Taxes")["assigned"],
    ) == (
        0,
        2880,
    )
    ana.caller.delete(f"/api/personal/recurring/{recurring}")
    assert ana.caller.get(TARGETS)["data"] == []


def test_priorities_stop_at_what_is_there_but_the_first(ana: Person) -> None:
    enter(ana, "150", "2026-03-01", "Salary", type="income")
    target(ana, "Groceries", type="monthly", amount="100")
    target(ana, "Groceries", type="monthly", amount="200")
    march = applied(ana)
    assert (of(march, "Groceries")["assigned"], march["goals"]) == (
        150,
        [{"category_id": named(ana, "Groceries"), "goal": 300}],
    )
    target(ana, "Gifts", type="monthly", amount="70", priority=0)
    assert applied(ana)["to_assign"] == -70


def test_a_target_that_can_not_be_met_is_named_and_the_others_are_applied(ana: Person) -> None:
    enter(ana, "150", "2026-03-01", "Salary", type="income")
    late = target(ana, "Gifts", type="by", amount="100", by="2026-02")
    target(ana, "Travel", type="monthly", amount="20")
    march = applied(ana)
    assert march["errors"] == [{"target_id": late["id"], "code": "target_past"}]
    assert of(march, "Travel")["assigned"] == 20


def test_filling_never_lowers_and_overwriting_does(ana: Person) -> None:
    enter(ana, "500", "2026-03-01", "Salary", type="income")
    target(ana, "Gifts", type="monthly", amount="20")
    assign(ana, "2026-03", Gifts="35")
    assert of(applied(ana), "Gifts")["assigned"] == 35
    assert of(applied(ana, mode="overwrite"), "Gifts")["assigned"] == 20


def test_at_the_end_of_a_month_sources_give_back_and_sinks_share_the_rest(ana: Person) -> None:
    enter(ana, "100", "2026-03-01", "Salary", type="income")
    assign(ana, "2026-03", Groceries="60", Gifts="40")
    enter(ana, "10", "2026-03-02", "Groceries")
    enter(ana, "5", "2026-03-02", "Travel")
    target(ana, "Groceries", type="source")
    target(ana, "Savings", type="remainder", weight="2")
    target(ana, "Education", type="remainder")
    march = ana.caller.post(f"{ENVELOPES}/2026-03/close", {}, expect=200)["data"]
    names = ("Groceries", "Gifts", "Travel", "Savings", "Education")
    assert [of(march, name)["available"] for name in names] == [0, 40, 0, 30, 15]
    assert march["to_assign"] == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"type": "monthly"}, "amount"),
        ({"type": "by", "amount": "5"}, "by"),
        ({"type": "by", "amount": "5", "by": "2026-13"}, "by"),
        ({"type": "spend", "amount": "5", "by": "2026-01", "spend_from": "2026-02"}, "spend_from"),
        ({"type": "copy", "months": 1, "amount": "5"}, "amount"),
        ({"type": "monthly", "amount": "5", "hold": True}, "cap"),
        ({"type": "percent", "percent": "10", "of": "nothing"}, "of"),
        ({"type": "monthly", "amount": "5.001"}, "amount"),
        ({"type": "monthly", "amount": "5", "priority": 100}, "priority"),
    ],
)
def test_refused_values_are_named(ana: Person, values: dict[str, Any], field: str) -> None:
    body = {"category_id": named(ana, "Gifts"), **values}
    assert list(ana.caller.post(TARGETS, body, expect=400)["errors"]) == [field]


def test_a_change_of_the_type_drops_the_other_fields(ana: Person) -> None:
    made = target(ana, "Gifts", type="by", amount="5", by="2026-12", repeat=12)
    changed = ana.caller.put(f"{TARGETS}/{made['id']}", {"type": "copy", "months": 3})["data"]
    assert [changed[name] for name in ("amount", "by", "repeat", "months")] == [None, None, None, 3]


def test_targets_follow_their_category(ana: Person) -> None:
    made = target(ana, "Gifts", type="monthly", amount="5")
    ana.caller.delete(f"{CATEGORIES}/{named(ana, 'Gifts')}?move_to={named(ana, 'Travel')}")
    assert ana.caller.get(f"{TARGETS}/{made['id']}")["data"]["category_id"] == named(ana, "Travel")
    ana.caller.delete(f"{CATEGORIES}/{named(ana, 'Travel')}")
    assert ana.caller.get(TARGETS)["data"] == []
