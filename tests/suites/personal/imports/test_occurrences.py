"""Rows that are occurrences of recurring transactions: nothing stands twice, whichever comes first."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.personal.recurring.service import post_due
from tests.factories.personal import Person
from tests.factories.personal_imports import IMPORTS
from tests.suites.personal.imports.bringing import account, balance, bring, enter, entries, rows
from tests.suites.personal.imports.test_matching_api import category

RECURRING, RULES = "/api/personal/recurring", "/api/personal/rules"


@pytest.fixture(autouse=True)
def noon(anonymous: Any) -> Iterator[None]:
    with clock.frozen(datetime(2026, 3, 25, 17, tzinfo=UTC)):
        yield


def plan(who: Person, start: str = "2026-03-15", **values: Any) -> dict[str, Any]:
    """A recurring expense of each month; `data` are values of its transactions."""
    data = {"type": "expense", "amount": "80", "description": "Power company", **values.pop("data")}
    body = {"template_name": "Power", "frequency": "monthly", "start_date": start, "transaction_data": data, **values}
    made: dict[str, Any] = who.caller.post(RECURRING, body)["data"]
    return made


def run(app: Flask, day: date = date(2026, 3, 15)) -> dict[str, object]:
    """The job of a day."""
    with app.app_context():
        counts = dict(post_due(make_context(db.session()), day))
        db.session.commit()
    return counts


def following(who: Person, made: dict[str, Any]) -> str:
    """The next day of a recurring transaction."""
    return str(who.caller.get(f"{RECURRING}/{made['id']}")["data"]["next_occurrence"])


@pytest.mark.parametrize("day", ["2026-03-10", "2026-03-15", "2026-03-20"])
def test_a_row_before_the_job_is_the_occurrence_and_the_job_enters_none(ana: Person, app: Flask, day: str) -> None:
    bank, home = account(ana), category(ana, "Utilities")
    made = plan(ana, data={"account_id": bank, "category_id": home, "notes": "meter 12"})
    found = bring(ana, rows((day, "-80.00", "EPM 99812")), account_id=bank)
    assert (found["imported"], found["notes"]) == (1, [{"row": 1, "code": "scheduled"}])
    assert following(ana, made) == "2026-04-15"
    run(app)
    run(app, date(2026, 3, 31))
    [one] = entries(ana, account_id=bank)
    shown = {name: one[name] for name in ("date", "recurring_id", "occurrence", "category_id", "notes", "status")}
    assert shown == {
        "date": day,
        "recurring_id": made["id"],
        "occurrence": 1,
        "category_id": home,
        "notes": "meter 12",
        "status": "cleared",
    }
    assert balance(ana, bank) == -80


@pytest.mark.parametrize("day", ["2026-03-10", "2026-03-15", "2026-03-20"])
def test_a_row_after_the_job_confirms_what_the_job_entered(ana: Person, app: Flask, day: str) -> None:
    bank = account(ana)
    plan(ana, data={"account_id": bank})
    run(app)
    found = bring(ana, rows((day, "-80.00", "EPM 99812")), account_id=bank)
    assert (found["imported"], found["matched"]) == (0, 1)
    run(app, date(2026, 3, 31))
    assert [one["date"] for one in entries(ana, account_id=bank)] == [day]


@pytest.mark.parametrize(("amount", "imported"), [("-50.00", 1), ("-120.00", 1), ("-120.01", 2), ("-49.99", 2)])
def test_the_limits_of_its_amount_decide(ana: Person, app: Flask, amount: str, imported: int) -> None:
    bank = account(ana)
    plan(ana, amount_mode="estimate", min="50", max="120", data={"account_id": bank})
    bring(ana, rows(("2026-03-14", amount, "EPM 99812")), account_id=bank)
    run(app)
    assert len(entries(ana, account_id=bank)) == imported


@pytest.mark.parametrize(
    ("day", "amount"), [("2026-03-09", "-80.00"), ("2026-03-21", "-80.00"), ("2026-03-15", "80.00")]
)
def test_a_row_of_another_time_or_direction_is_none(ana: Person, app: Flask, day: str, amount: str) -> None:
    bank = account(ana)
    plan(ana, data={"account_id": bank})
    assert bring(ana, rows((day, amount, "Power company")), account_id=bank)["notes"] == []
    run(app)
    assert len(entries(ana, account_id=bank)) == 2


def test_the_likest_row_is_the_occurrence_and_the_other_stays_its_own(ana: Person, app: Flask) -> None:
    bank = account(ana)
    plan(ana, data={"account_id": bank})
    bring(ana, rows(("2026-03-15", "-80.00", "MARKET"), ("2026-03-16", "-80.00", "POWER COMPANY 12")), account_id=bank)
    run(app)
    found = {one["description"]: one["occurrence"] for one in entries(ana, account_id=bank)}
    assert found == {"MARKET": None, "Power company": 1}


def test_an_undone_import_leaves_the_occurrence_to_the_job(ana: Person, app: Flask) -> None:
    bank = account(ana)
    made = plan(ana, data={"account_id": bank})
    found = bring(ana, rows(("2026-03-14", "-80.00", "EPM")), account_id=bank)
    assert ana.caller.delete(f"{IMPORTS}/{found['import_id']}")["removed"] == 1
    assert following(ana, made) == "2026-03-15"
    run(app)
    assert [one["date"] for one in entries(ana, account_id=bank)] == ["2026-03-15"]


def test_a_preview_shows_it_and_a_person_may_decide_otherwise(ana: Person, app: Flask) -> None:
    bank, file = account(ana), rows(("2026-03-14", "-80.00", "EPM"))
    made = plan(ana, data={"account_id": bank})
    shown = bring(ana, file, expect=200, account_id=bank, options={"mode": "preview"})
    assert (shown["notes"], following(ana, made)) == ([{"row": 1, "code": "scheduled"}], "2026-03-15")
    address = f"{IMPORTS}/{shown['import_id']}"
    ana.caller.patch(f"{address}/lines", {"rows": [1], "decision": "import"})
    done = ana.caller.post(f"{address}/commit", expect=200)["data"]
    assert (done["imported"], done["notes"]) == (1, [])
    run(app)
    assert len(entries(ana, account_id=bank)) == 2


def test_a_row_that_a_person_skips_is_no_occurrence(ana: Person, app: Flask) -> None:
    bank = account(ana)
    plan(ana, data={"account_id": bank})
    options = {"mode": "preview"}
    shown = bring(ana, rows(("2026-03-14", "-80.00", "EPM")), expect=200, account_id=bank, options=options)
    address = f"{IMPORTS}/{shown['import_id']}"
    ana.caller.patch(f"{address}/lines", {"rows": [1], "decision": "skip"})
    assert ana.caller.post(f"{address}/commit", expect=200)["data"]["imported"] == 0
    run(app)
    assert [one["date"] for one in entries(ana, account_id=bank)] == ["2026-03-15"]


def test_both_statements_of_a_planned_transfer_are_one(ana: Person, app: Flask) -> None:
    bank, card = account(ana), account(ana, name="Card", type="credit")
    plan(ana, data={"type": "transfer", "account_id": bank, "to_account_id": card})
    bring(ana, rows(("2026-03-16", "80.00", "THANK YOU")), account_id=card, name="card.csv")
    second = bring(ana, rows(("2026-03-15", "-80.00", "CARD 99")), account_id=bank)
    run(app)
    assert (second["matched"], balance(ana, bank), balance(ana, card)) == (1, -80, 80)
    [one] = entries(ana)
    assert (one["type"], one["occurrence"], one["date"], one["to_date"]) == ("transfer", 1, "2026-03-15", "2026-03-16")


def test_parts_are_those_of_the_plan_only_for_its_own_amount(ana: Person) -> None:
    bank, home, fees = account(ana), category(ana, "Utilities"), category(ana, "Gifts")
    splits = [{"amount": "70", "category_id": home}, {"amount": "10", "category_id": fees}]
    bounds = {"amount_mode": "estimate", "min": "50", "max": "120"}
    plan(ana, data={"account_id": bank, "splits": splits}, **bounds)
    plan(ana, start="2026-02-01", data={"account_id": bank, "splits": splits}, **bounds)
    bring(ana, rows(("2026-02-01", "-80.00", "EPM"), ("2026-03-15", "-93.40", "EPM")), account_id=bank)
    found = {one["amount"]: len(one["splits"]) for one in entries(ana, account_id=bank)}
    assert found == {Decimal(80): 2, Decimal("93.4"): 0}


def test_occurrences_teach_nothing_about_categories_and_rules_leave_them(ana: Person, app: Flask) -> None:
    bank, home, gifts = account(ana), category(ana, "Utilities"), category(ana, "Gifts")
    plan(ana, frequency="weekly", start="2026-01-04", data={"account_id": bank, "category_id": home})
    assert run(app)["posted"] == 11
    planned = entries(ana, account_id=bank)
    assert {(one["category_id"], one["category_source"]) for one in planned} == {(home, "recurring")}
    bring(ana, rows(("2025-12-01", "-31.00", "Power company")), account_id=bank)
    [own] = entries(ana, account_id=bank, date_to="2025-12-31")
    assert own["category_id"] is None
    conditions = [{"field": "description", "op": "contains", "value": "Power"}]
    rule = {"name": "Gifts", "conditions": conditions, "actions": [{"type": "category", "value": gifts}]}
    made = ana.caller.post(RULES, rule)["data"]
    ana.caller.post(f"{RULES}/{made['id']}/apply", {"from": "2025-01-01"}, expect=200)
    changed = {one["id"]: one["category_id"] for one in entries(ana, account_id=bank)}
    assert changed == {one["id"]: home for one in planned} | {own["id"]: gifts}


def test_a_balance_is_right_after_overlapping_files_and_runs(ana: Person, app: Flask) -> None:
    bank = account(ana)
    plan(ana, start="2026-01-15", data={"account_id": bank})
    january = [("2026-01-16", "-80.00", "EPM"), ("2026-01-20", "-5.00", "CAFE")]
    bring(ana, rows(*january), account_id=bank)
    run(app, date(2026, 2, 20))
    bring(ana, rows(*january, ("2026-02-13", "-80.00", "EPM"), ("2026-03-15", "-80.00", "EPM")), account_id=bank)
    run(app)
    assert balance(ana, bank) == Decimal(-245)
    assert sorted(one["occurrence"] or 0 for one in entries(ana, account_id=bank)) == [0, 1, 2, 3]


def test_rows_that_were_there_before_the_plan_are_its_occurrences(ana: Person, app: Flask) -> None:
    bank = account(ana)
    file = rows(("2026-01-16", "-80.00", "EPM"), ("2026-02-13", "-80.00", "EPM"), ("2026-02-15", "-80.00", "CAFE"))
    found = bring(ana, file, account_id=bank)
    made = plan(ana, start="2026-01-15", data={"account_id": bank, "description": "EPM"})
    assert run(app)["posted"] == 1
    shown = {(one["date"], one["description"]): one["occurrence"] for one in entries(ana, account_id=bank)}
    assert shown == {
        ("2026-01-16", "EPM"): 1,
        ("2026-02-13", "EPM"): 2,
        ("2026-02-15", "CAFE"): None,
        ("2026-03-15", "EPM"): 3,
    }
    assert bring(ana, file, account_id=bank)["duplicates"] == 3
    assert following(ana, made) == "2026-04-15"
    assert ana.caller.delete(f"{IMPORTS}/{found['import_id']}")["kept"] == []
    assert run(app)["posted"] == 2
    assert balance(ana, bank) == -240


def test_entries_by_hand_are_no_occurrences(ana: Person, app: Flask) -> None:
    bank = account(ana)
    enter(ana, account_id=bank, amount="80", date="2026-03-15", description="Power company")
    plan(ana, data={"account_id": bank})
    assert run(app)["posted"] == 1
