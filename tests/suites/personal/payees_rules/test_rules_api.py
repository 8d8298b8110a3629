"""Rules of a book: making and trying them, and what they give to what is imported."""

from typing import Any

import pytest

from tests.factories.personal import Person
from tests.suites.personal.payees_rules.test_payees_api import payee
from tests.suites.personal.transactions.test_transactions_api import category, enter

RULES, CATEGORIES = "/api/personal/rules", "/api/personal/categories"


def about(text: str, *actions: tuple[str, Any], **values: Any) -> dict[str, Any]:
    """The body of a rule about descriptions with a text."""
    return {
        "conditions": [{"field": "description", "op": "contains", "value": text}],
        "actions": [{"type": kind, "value": value} for kind, value in actions],
        **values,
    }


def rule(who: Person, body: dict[str, Any]) -> int:
    """A new rule."""
    return int(who.caller.post(RULES, body)["data"]["id"])


def test_rules_are_listed_by_position_and_new_ones_come_last(ana: Person) -> None:
    first = rule(ana, about("lidl", ("flag", None)))
    second = rule(ana, about("uber", ("note", "Taxi"), name="Taxi", stage="post", stop=True))
    ana.caller.put(f"{RULES}/{first}", {"position": 9, "match": "any", "is_active": False})
    shown = ana.caller.get(RULES)["data"]
    assert [one["id"] for one in shown] == [second, first]
    assert [one["id"] for one in ana.caller.get(RULES, is_active="false")["data"]] == [first]
    assert shown[1]["conditions"] == [{"field": "description", "op": "contains", "value": "lidl"}]
    assert shown[1]["actions"] == [{"type": "flag", "value": "review"}]
    ana.caller.delete(f"{RULES}/{first}")
    ana.caller.get(f"{RULES}/{first}", expect=404)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"conditions": []}, ["conditions"]),
        ({"actions": []}, ["actions"]),
        ({"conditions": [{"field": "amount", "op": "regex", "value": "1"}]}, ["conditions", "0", "op"]),
        ({"conditions": [{"field": "payee", "op": "regex", "value": "(a"}]}, ["conditions", "0", "value"]),
        ({"conditions": [{"field": "payee", "op": "is", "value": {"a": 1}}]}, ["conditions", "0", "value"]),
        ({"actions": [{"type": "category", "value": None}]}, ["actions", "0", "value"]),
        ({"actions": [{"type": "note", "value": "x\x00"}]}, ["actions", "0", "value"]),
        ({"actions": [{"type": "no"}]}, ["actions", "0", "type"]),
    ],
)
def test_a_refusal_names_the_condition_or_action(ana: Person, changed: dict[str, Any], where: list[str]) -> None:
    errors = ana.caller.post(RULES, about("lidl", ("flag", None)) | changed, expect=400)["errors"]
    for name in where:
        assert set(errors) == {name}
        errors = errors[name]
    assert errors


def test_a_rule_names_what_is_in_its_book_only(ana: Person, bob: Person) -> None:
    theirs, shop = category(bob, "Groceries"), payee(bob, "Lidl")
    ana.caller.post(RULES, about("lidl", ("category", theirs)), expect=404)
    ana.caller.post(RULES, about("lidl", ("payee", shop)), expect=404)
    ana.caller.post(RULES, about("lidl", ("transfer_to", 2**62)), expect=404)
    condition = {"field": "payee", "op": "one_of", "value": [shop]}
    ana.caller.post(RULES, about("lidl", ("flag", None)) | {"conditions": [condition]}, expect=404)


def test_a_preview_shows_what_would_change_and_changes_nothing(ana: Person) -> None:
    food = category(ana, "Groceries")
    by_hand = enter(ana, description="LIDL 1", category_id=category(ana, "Restaurants"))
    old = enter(ana, description="LIDL 2", date="2026-01-02")
    new = enter(ana, description="COMPRA LIDL 3", tags=["casa"])
    enter(ana, description="UBER")
    body = about("lidl", ("category", food), ("tags", ["casa"]), ("note", "Mercado"), ("exclude", True))
    found = ana.caller.post(f"{RULES}/preview", body | {"from": "2026-02-01"}, expect=200)["data"]
    assert (found["matched"], found["changed"], found["stopped"]) == (2, 2, False)
    last, first = found["items"]
    assert (last["transaction_id"], last["category_id"], last["tags"], last["notes"]) == (
        new["id"],
        food,
        None,
        "Mercado",
    )
    assert (first["transaction_id"], first["category_id"], first["tags"]) == (by_hand["id"], None, ["casa"])
    assert last["exclude_from_reports"] is True
    assert ana.caller.get(f"/api/personal/transactions/{new['id']}")["data"]["category_id"] is None
    assert old["id"] not in {one["transaction_id"] for one in found["items"]}
    assert ana.caller.get(RULES)["data"] == []


def test_rules_follow_their_categories_payees_and_tags(ana: Person) -> None:
    one, other, shop, store = (
        category(ana, "Mascotas"),
        category(ana, "Otra más"),
        payee(ana, "Lidl"),
        payee(ana, "Lidl SA"),
    )
    enter(ana, tags=["super"])
    made = rule(ana, about("lidl", ("category", one), ("payee", shop), ("tags", ["super"])))
    alone = rule(ana, about("uber", ("category", one)))
    assert ana.caller.delete(f"/api/personal/payees/{shop}", expect=409)["code"] == "payee_in_use"
    ana.caller.post(f"/api/personal/payees/{shop}/merge", {"into": store}, expect=200)
    ana.caller.put("/api/personal/tags/super", {"name": "mercado"})
    ana.caller.delete(f"{CATEGORIES}/{one}?move_to={other}")
    assert ana.caller.get(f"{RULES}/{made}")["data"]["actions"] == [
        {"type": "category", "value": other},
        {"type": "payee", "value": store},
        {"type": "tags", "value": ["mercado"]},
    ]
    ana.caller.delete(f"{CATEGORIES}/{other}?move_to=none")
    after = ana.caller.get(f"{RULES}/{alone}")["data"]
    assert (after["actions"], after["is_active"]) == ([], False)
    assert len(ana.caller.get(f"{RULES}/{made}")["data"]["actions"]) == 2


def test_a_rule_is_suggested_until_it_is_there(ana: Person) -> None:
    food, home = category(ana, "Groceries"), category(ana, "Home")
    shop = payee(ana, "Lidl")
    for number in range(3):
        enter(ana, description=f"COMPRA MERCADONA 00{number}", category_id=food)
        enter(ana, payee_id=shop, category_id=home)
    enter(ana, description="MERCADONA 9")
    shown = ana.caller.get(f"{RULES}/suggestions")["data"]
    assert {(one["payee_id"], one["category_id"], one["times"], one["share"]) for one in shown} == {
        (shop, home, 3, 1.0),
        (None, food, 3, 1.0),
    }
    for one in shown:
        if one["category_id"] == food:
            rule(ana, {"conditions": [one["condition"]], "actions": [one["action"]]})
    ana.caller.put(f"/api/personal/payees/{shop}", {"default_category_id": home})
    assert ana.caller.get(f"{RULES}/suggestions")["data"] == []
