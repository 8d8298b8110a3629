"""Categories and payees of imported rows, and the bounds of what an import may do."""

from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from flask import Flask

from app.suites.personal.imports.repository import imports
from tests.factories.personal import Household, Person
from tests.factories.personal_imports import IMPORT, IMPORTS, form
from tests.factories.personal_money import ACCOUNTS, CATEGORIES, TRANSACTIONS
from tests.suites.personal.imports.bringing import account, balance, bring, enter, entries, ofx, rows

PAYEES, RECURRING, RULES = (f"/api/personal/{name}" for name in ("payees", "recurring", "rules"))


def category(who: Person, name: str) -> int:
    found = who.caller.get(CATEGORIES, per_page=100)["data"]
    return next(int(one["id"]) for one in found if one["name"] == name)


def test_the_file_comes_before_the_payee_and_the_payee_before_nothing(ana: Person) -> None:
    bank, food, gifts = account(ana), category(ana, "Groceries"), category(ana, "Gifts")
    shop = ana.caller.post(PAYEES, {"name": "Corner Shop", "default_category_id": food})["data"]["id"]
    file = (
        "date,amount,payee,category\n2026-03-01,-5.00,CORNER SHOP,\n2026-03-02,-6.00,Corner Shop,Gifts\n"
        "2026-03-03,-7.00,Somebody New,\n2026-03-04,8.00,Corner Shop,\n"
    )
    made = bring(ana, file, account_id=bank)
    assert (made["imported"], made["categorised"]) == (4, 3)
    refund, new, given, usual = entries(ana, account_id=bank)
    assert (usual["category_id"], usual["category_source"], usual["payee_id"]) == (food, "payee", shop)
    assert (given["category_id"], given["category_source"]) == (gifts, "file")
    assert (new["category_id"], ana.caller.get(f"{PAYEES}/{new['payee_id']}")["data"]["name"]) == (None, "Somebody New")
    assert (refund["is_refund"], refund["type"], refund["category_id"]) == (True, "expense", food)


def test_rules_and_learned_categories_can_be_left_out(ana: Person) -> None:
    bank, food = account(ana), category(ana, "Groceries")
    ana.caller.post(PAYEES, {"name": "Corner Shop", "default_category_id": food})
    file = "date,amount,payee\n2026-03-01,-5.00,Corner Shop\n"
    assert bring(ana, file, account_id=bank, options={"run_rules": False})["categorised"] == 0
    assert entries(ana, account_id=bank)[0]["payee_id"] is not None


def test_choices_of_a_person_are_learned_and_applied_to_the_next_file(ana: Person) -> None:
    bank, food = account(ana), category(ana, "Groceries")
    for day in ("2026-01-05", "2026-01-12", "2026-01-19"):
        enter(ana, account_id=bank, date=day, description="MERCADO LA PLAZA", category_id=food)
    bring(ana, rows(("2026-03-01", "-5.00", "MERCADO LA PLAZA")), account_id=bank)
    found = entries(ana, account_id=bank)[0]
    assert (found["category_id"], found["category_source"]) == (food, "learned")
    assert 0.7 < found["confidence"] <= 1


def test_rules_come_before_payees_and_may_split_or_make_transfers(ana: Person) -> None:
    bank, cash = account(ana), account(ana, name="Purse", type="cash")
    gifts, food = category(ana, "Gifts"), category(ana, "Groceries")
    ana.caller.post(PAYEES, {"name": "Market", "default_category_id": food})
    for text, kind, value in (("market", "category", gifts), ("withdrawal", "transfer_to", cash)):
        condition = {"field": "description", "op": "contains", "value": text}
        ana.caller.post(RULES, {"conditions": [condition], "actions": [{"type": kind, "value": value}]})
    file = (
        "date,amount,payee,description\n2026-03-01,-5.00,Market,market 12\n2026-03-02,-50.00,,WITHDRAWAL 7\n"
        "2026-03-03,20.00,,WITHDRAWAL returned\n"
    )
    made = bring(ana, file, account_id=bank)
    assert (made["imported"], balance(ana, bank), balance(ana, cash)) == (3, -35, 30)
    bought = next(one for one in entries(ana) if one["type"] == "expense")
    assert (bought["category_id"], bought["category_source"]) == (gifts, "rule")
    assert bring(ana, file, account_id=bank)["duplicates"] == 3
    undone = ana.caller.delete(f"{IMPORTS}/{made['import_id']}")
    assert (undone["removed"], balance(ana, bank), balance(ana, cash)) == (3, 0, 0)


def test_a_preview_takes_the_category_that_a_person_chooses(ana: Person) -> None:
    bank, gifts = account(ana), category(ana, "Gifts")
    file = rows(("2026-03-01", "-5.00", "SHOP"))
    shown = bring(ana, file, expect=200, account_id=bank, options={"mode": "preview"})
    address = f"{IMPORTS}/{shown['import_id']}"
    ana.caller.patch(f"{address}/lines", {"rows": [1], "category_id": gifts})
    ana.caller.post(f"{address}/commit", expect=200)
    [made] = entries(ana, account_id=bank)
    assert (made["category_id"], made["category_source"]) == (gifts, "manual")


def test_a_row_within_the_bounds_of_a_recurring_transaction_is_its_occurrence(ana: Person) -> None:
    bank = account(ana)
    data = {"type": "expense", "amount": "80", "account_id": bank, "description": "Power company"}
    body = {"template_name": "Power", "frequency": "monthly", "start_date": "2026-03-05", "transaction_data": data}
    bounds = {"amount_mode": "estimate", "min": "50", "max": "120"}
    made = ana.caller.post(RECURRING, {**body, **bounds})["data"]
    ana.caller.post(f"{RECURRING}/{made['id']}/post", {"date": "2026-03-05"}, expect=200)
    found = bring(ana, rows(("2026-03-06", "-93.40", "POWER COMPANY 0332")), account_id=bank)
    assert (found["imported"], found["matched"], balance(ana, bank)) == (0, 1, Decimal("-93.4"))
    ana.caller.delete(f"{IMPORTS}/{found['import_id']}")
    assert balance(ana, bank) == -80


def test_reconciled_entries_are_confirmed_and_neither_changed_nor_taken_back(ana: Person) -> None:
    bank = account(ana)
    mine = enter(ana, account_id=bank, amount="25", date="2026-03-02", status="reconciled")
    made = bring(ana, rows(("2026-03-03", "-25.00", "SHOP")), account_id=bank)
    found = ana.caller.get(f"{TRANSACTIONS}/{mine}")["data"]
    assert (made["matched"], found["date"], found["status"]) == (1, "2026-03-02", "reconciled")
    assert ana.caller.delete(f"{IMPORTS}/{made['import_id']}", expect=409)["code"] == "reconciled"


def test_imports_into_one_account_wait_for_each_other_and_then_give_up(
    ana: Person, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = account(ana)
    monkeypatch.setattr(imports, "LOCK_SECONDS", 1)
    key = f"control-fresco-import-{ana.book_id}-{bank}"
    with psycopg2.connect(app.config["DIRECT_DATABASE_URI"].replace("+psycopg2", "")) as other:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (key,))
        file = rows(("2026-03-03", "-25.00", "SHOP"))
        assert bring(ana, file, expect=409, account_id=bank)["code"] == "import_running"
    other.close()
    assert bring(ana, file, account_id=bank)["imported"] == 1


def test_a_closed_account_takes_no_rows_and_viewers_bring_none(ana: Person, home: Household) -> None:
    bank = account(ana)
    ana.caller.put(f"{ACCOUNTS}/{bank}", {"is_closed": True})
    file = rows(("2026-03-03", "-25.00", "SHOP"))
    assert bring(ana, file, expect=409, account_id=bank)["code"] == "account_closed"
    of_home: dict[str, Any] = home.owner.caller.get(ACCOUNTS, book_id=home.book_id)["data"][0]
    sent = form(file, account_id=of_home["id"])
    refused = home.viewer.caller.send("POST", f"{IMPORT}?book_id={home.book_id}", **sent)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "viewer_only")


def test_payees_that_a_file_brought_go_with_it_unless_something_else_names_them(ana: Person) -> None:
    bank = account(ana)
    ana.caller.post(PAYEES, {"name": "Known"})
    names = ("Known", "Gone", "Used", "Planned", "Ruled", "Renamed")
    file = ofx(*((name, "2026-03-02", f"-{place}.00", name) for place, name in enumerate(names, start=1)))
    made = bring(ana, file, name="a.ofx", account_id=bank)
    ids = {one["name"]: one["id"] for one in ana.caller.get(PAYEES, per_page=100)["data"]}
    assert set(ids) == set(names)
    enter(ana, account_id=bank, payee_id=ids["Used"])
    planned = {"type": "expense", "amount": "5", "account_id": bank, "payee_id": ids["Planned"]}
    ana.caller.post(RECURRING, {"frequency": "monthly", "start_date": "2026-12-01", "transaction_data": planned})
    conditions = [{"field": "description", "op": "contains", "value": "x"}]
    ana.caller.post(
        RULES, {"name": "R", "conditions": conditions, "actions": [{"type": "payee", "value": ids["Ruled"]}]}
    )
    ana.caller.put(f"{PAYEES}/{ids['Renamed']}", {"name": "Mine"})
    ana.caller.delete(f"{IMPORTS}/{made['import_id']}")
    left = {one["name"] for one in ana.caller.get(PAYEES, per_page=100)["data"]}
    assert left == {"Known", "Used", "Planned", "Ruled", "Mine"}
    assert bring(ana, file, name="a.ofx", account_id=bank)["imported"] == 6
