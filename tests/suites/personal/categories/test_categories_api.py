"""Categories of a book: the tree, their use, archiving and deleting."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.infra import clock
from tests.factories.personal import Person

CATEGORIES, TRANSACTIONS, BUDGETS = (f"/api/personal/{name}" for name in ("categories", "transactions", "budgets"))


def made(who: Person, name: str, **values: Any) -> int:
    """A new category of expenses, unless it says otherwise."""
    return int(who.caller.post(CATEGORIES, {"name": name, "type": "expense", **values})["data"]["id"])


def spend(who: Person, category_id: int | None, amount: str = "100") -> dict[str, Any]:
    """A new expense of today."""
    zone = who.caller.get("/api/personal/books")["data"][0]["timezone"]
    today = clock.today(ZoneInfo(zone)).isoformat()
    body = {"type": "expense", "amount": amount, "date": today, "category_id": category_id}
    entered: dict[str, Any] = who.caller.post(TRANSACTIONS, body)["data"]
    return entered


def test_names_are_unique_among_siblings_whatever_their_case_and_accents(ana: Person) -> None:
    pets = made(ana, "Mascotas")
    assert ana.caller.post(CATEGORIES, {"name": "mascótas", "type": "expense"}, expect=409)["code"] == "name_taken"
    made(ana, "Mascotas", parent_id=pets)
    made(ana, "Mascotas", type="income")


def test_the_tree_has_four_levels(ana: Person) -> None:
    parent = made(ana, "1")
    for name in "234":
        parent = made(ana, name, parent_id=parent)
    body = {"name": "5", "type": "expense", "parent_id": parent}
    assert ana.caller.post(CATEGORIES, body, expect=400)["code"] == "too_deep"


def test_a_category_does_not_stand_under_itself(ana: Person) -> None:
    top = made(ana, "Arriba")
    below = made(ana, "Abajo", parent_id=top)
    assert ana.caller.put(f"{CATEGORIES}/{top}", {"parent_id": below}, expect=400)["code"] == "cycle"


def test_a_parent_is_of_the_same_type(ana: Person) -> None:
    top = made(ana, "Ventas", type="income")
    body = {"name": "Costos", "type": "expense", "parent_id": top}
    assert ana.caller.post(CATEGORIES, body, expect=400)["code"] == "parent_type"


def test_use_counts_the_current_month(ana: Person) -> None:
    pets = made(ana, "Mascotas")
    spend(ana, pets)
    spend(ana, pets, "50")
    usage = ana.caller.get(f"{CATEGORIES}/{pets}")["data"]["usage"]
    assert (usage["transactions"], usage["this_month"], usage["average_6"]) == (2, 150, 0)


def budgeted(who: Person, category_id: int) -> Any:
    listed = {one["id"]: one["budgeted"] for one in who.caller.get(CATEGORIES, per_page=100)["data"]}
    assert who.caller.get(f"{CATEGORIES}/{category_id}")["data"]["budgeted"] == listed[category_id]
    return listed[category_id]


def test_budgeted_is_what_budgets_of_the_category_alone_allow_this_month(ana: Person) -> None:
    pets, food = made(ana, "Mascotas"), made(ana, "Comida")
    assert budgeted(ana, pets) is None
    monthly = {"name": "Mascotas", "amount": "100", "period": "monthly", "categories": [pets]}
    made_ = ana.caller.post(BUDGETS, monthly)["data"]["id"]
    ana.caller.post(BUDGETS, {**monthly, "name": "Año", "amount": "120", "period": "yearly"})
    ana.caller.post(BUDGETS, {**monthly, "name": "Varios", "categories": [pets, food]})
    ana.caller.post(BUDGETS, {**monthly, "name": "Luego", "start_date": "2199-01-01"})
    assert (budgeted(ana, pets), budgeted(ana, food)) == (110, None)
    ana.caller.put(f"{BUDGETS}/{made_}", {"is_active": False})
    assert budgeted(ana, pets) == 10


def test_budgeted_is_what_is_assigned_to_the_envelope_this_month(ana: Person) -> None:
    pets = made(ana, "Mascotas")
    ana.caller.put(ana.path(), {"budget_method": "envelope"})
    today = clock.today(ZoneInfo(ana.caller.get(ana.path())["data"]["timezone"]))
    for day, amount in ((today, "70"), (today - timedelta(days=40), "30")):
        body = {"assignments": [{"category_id": pets, "assigned": amount}]}
        ana.caller.put(f"/api/personal/envelopes/{day:%Y-%m}", body)
    assert budgeted(ana, pets) == 70


def test_a_used_category_is_archived_and_its_past_stays(ana: Person) -> None:
    pets = made(ana, "Mascotas")
    expense = spend(ana, pets)
    ana.caller.delete(f"{CATEGORIES}/{pets}")
    assert ana.caller.get(f"{CATEGORIES}/{pets}")["data"]["is_archived"] is True
    assert ana.caller.get(f"{TRANSACTIONS}/{expense['id']}")["data"]["category_id"] == pets
    assert pets not in {one["id"] for one in ana.caller.get(CATEGORIES, per_page=100)["data"]}


@pytest.mark.parametrize("to", ["another", "none"])
def test_a_deleted_category_gives_what_is_of_it_to_another_or_to_none(ana: Person, to: str) -> None:
    pets, other = made(ana, "Mascotas"), made(ana, "Otra más")
    below = made(ana, "Comida de mascotas", parent_id=pets)
    whole = spend(ana, pets)
    splits = [{"amount": "60", "category_id": pets}, {"amount": "40", "category_id": other}]
    ana.caller.put(f"{TRANSACTIONS}/{spend(ana, None)['id']}", {"splits": splits})
    ana.caller.delete(f"{CATEGORIES}/{pets}?move_to={other if to == 'another' else 'none'}")
    target = other if to == "another" else None
    assert ana.caller.get(f"{TRANSACTIONS}/{whole['id']}")["data"]["category_id"] == target
    assert ana.caller.get(f"{CATEGORIES}/{below}")["data"]["parent_id"] == target
    ana.caller.get(f"{CATEGORIES}/{pets}", expect=404)
    assert ana.caller.get(TRANSACTIONS)["totals"]["expenses"] == 200


def test_a_category_with_others_below_it_is_not_deleted_alone(ana: Person) -> None:
    pets = made(ana, "Mascotas")
    made(ana, "Comida de mascotas", parent_id=pets)
    assert ana.caller.delete(f"{CATEGORIES}/{pets}", expect=409)["code"] == "has_children"


def test_the_type_of_a_category_with_transactions_stays(ana: Person) -> None:
    used, parent = made(ana, "Ventas"), made(ana, "Arriba")
    spend(ana, used)
    made(ana, "Abajo", parent_id=parent)
    for category_id, code in ((used, "has_transactions"), (parent, "has_children")):
        assert ana.caller.put(f"{CATEGORIES}/{category_id}", {"type": "income"}, expect=409)["code"] == code
    assert ana.caller.get(f"{CATEGORIES}/{used}")["data"]["type"] == "expense"


def test_an_unused_category_may_get_another_type_and_its_budgets_let_go_of_it(ana: Person) -> None:
    category_id = made(ana, "Ventas")
    body = {"name": "B", "amount": 100, "period": "monthly", "categories": [category_id]}
    budget = ana.caller.post("/api/personal/budgets", {**body, "start_date": "2026-01-01"})["data"]["id"]
    assert ana.caller.put(f"{CATEGORIES}/{category_id}", {"type": "income"})["data"]["type"] == "income"
    assert ana.caller.get(f"/api/personal/budgets/{budget}")["data"]["categories"] == []
    below = {"name": "Abajo", "type": "expense", "parent_id": made(ana, "Arriba")}
    child = ana.caller.post(CATEGORIES, below)["data"]["id"]
    assert ana.caller.put(f"{CATEGORIES}/{child}", {"type": "income"}, expect=400)["code"] == "parent_type"
