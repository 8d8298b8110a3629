"""Rules of a book: making and trying them, and what they give to what is imported."""

from typing import Any

import pytest

from app.infra.context import make_context
from app.infra.db import db
from app.suites.personal.books.service import program_access
from app.suites.personal.payees_rules.service import LearningService, running
from tests import factories
from tests.factories.personal import Person
from tests.suites.personal.payees_rules.test_payees_api import payee
from tests.suites.personal.transactions.test_transactions_api import account, balance, category, enter

RULES, CATEGORIES, TRANSACTIONS = (f"/api/personal/{name}" for name in ("rules", "categories", "transactions"))
pytestmark = pytest.mark.usefixtures("either_texts")


def about(text: str, *actions: tuple[str, Any], **values: Any) -> dict[str, Any]:
    """The body of a rule about descriptions with a text."""
    return {
        "conditions": [{"field": "description", "op": "contains", "value": text}],
        "actions": [{"type": kind, "value": value} for kind, value in actions],
        **values,
    }


def learned(who: Person) -> dict[str, int]:
    """Counts of tokens in a book."""
    assert factories.app is not None
    with factories.app.app_context():
        service = LearningService(program_access(make_context(db.session()), who.book_id))
        found = service.tokens.of(["p=lidl", "p=aldi", "p=uber"])
        db.session.rollback()
    return {one.token: one.n for one in found}


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


def test_an_applied_rule_changes_what_nobody_chose_and_is_undone(ana: Person) -> None:
    food, other = category(ana, "Groceries"), category(ana, "Restaurants")
    by_hand = enter(ana, description="LIDL 1", category_id=other)
    open_one = enter(ana, description="LIDL 2")
    old = enter(ana, description="LIDL 3", date="2026-01-02")
    made = rule(ana, about("lidl", ("category", food), ("payee", "Lidl"), ("tags", ["super"])))
    asked = {"from": "2026-02-01", "dry_run": True}
    counted = ana.caller.post(f"{RULES}/{made}/apply", asked, expect=200)["data"]
    assert (counted["matched"], counted["changed"], counted["change_set"]) == (2, 2, None)
    done = ana.caller.post(f"{RULES}/{made}/apply", {"from": "2026-02-01"}, expect=200)["data"]
    assert (done["matched"], done["changed"], done["errors"], done["stopped"]) == (2, 2, [], False)
    after = [ana.caller.get(f"{TRANSACTIONS}/{one['id']}")["data"] for one in (by_hand, open_one, old)]
    assert [one["category_id"] for one in after] == [other, food, None]
    assert [one["category_source"] for one in after] == ["manual", "rule", None]
    assert [one["tags"] for one in after] == [["super"], ["super"], []]
    assert after[0]["payee_id"] == after[1]["payee_id"] is not None
    assert ana.caller.post(f"{RULES}/{made}/apply", {"from": "2026-02-01"}, expect=200)["data"]["changed"] == 0
    ana.caller.post(f"/api/personal/changes/{done['change_set']}/undo", expect=200)
    again = ana.caller.get(f"{TRANSACTIONS}/{open_one['id']}")["data"]
    assert (again["category_id"], again["category_source"], again["tags"]) == (None, None, [])


def test_a_rule_that_takes_too_long_goes_on_with_the_next_request(ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        enter(ana, description=f"LIDL {number}")
    made = rule(ana, about("lidl", ("tags", ["super"])))
    monkeypatch.setattr(running, "MOST_IN_BULK", 2)
    monkeypatch.setattr(running, "MOST_SECONDS", -1.0)
    asked = [ana.caller.post(f"{RULES}/{made}/apply", {}, expect=200)["data"] for _ in range(2)]
    assert [(one["changed"], one["more"]) for one in asked] == [(2, True), (1, False)]


def test_an_applied_rule_splits_transfers_and_leaves_out(ana: Person) -> None:
    food, home = category(ana, "Groceries"), category(ana, "Home")
    savings = account(ana, name="Ahorros")
    bought = enter(ana, description="LIDL", amount="100")
    sent, came = enter(ana, description="AHORRO"), enter(ana, description="AHORRO", type="income", amount="30")
    parts = [{"share": "0.25", "category_id": home}, {"share": "0.75", "category_id": food, "notes": "Comida"}]
    for body in (about("lidl", ("split", parts), ("exclude", True)), about("ahorro", ("transfer_to", savings))):
        ana.caller.post(f"{RULES}/{rule(ana, body)}/apply", {}, expect=200)
    after = ana.caller.get(f"{TRANSACTIONS}/{bought['id']}")["data"]
    assert [(one["amount"], one["category_id"]) for one in after["splits"]] == [(25, home), (75, food)]
    assert after["exclude_from_reports"] is True
    out, back = (ana.caller.get(f"{TRANSACTIONS}/{one['id']}")["data"] for one in (sent, came))
    assert (out["type"], out["account_id"], out["to_account_id"]) == ("transfer", sent["account_id"], savings)
    assert (back["type"], back["account_id"], back["to_account_id"]) == ("transfer", savings, came["account_id"])
    assert balance(ana, savings) == 70


def test_choices_by_hand_are_learned_and_those_of_rules_are_not(ana: Person) -> None:
    food = category(ana, "Groceries")
    for number in range(3):
        enter(ana, description=f"UBER {number}")
    ana.caller.post(f"{RULES}/{rule(ana, about('uber', ('category', food)))}/apply", {}, expect=200)
    assert learned(ana) == {}
    made = [enter(ana, description=f"LIDL {number}", category_id=food) for number in range(2)]
    assert learned(ana)["p=lidl"] == 2
    ana.caller.put(f"{TRANSACTIONS}/{made[0]['id']}", {"description": "ALDI"})
    assert (learned(ana)["p=lidl"], learned(ana)["p=aldi"]) == (1, 1)
    ana.caller.delete(f"{TRANSACTIONS}/{made[1]['id']}")
    assert "p=lidl" not in learned(ana)
    [uber, *_] = ana.caller.get(TRANSACTIONS, q="uber")["data"]
    ana.caller.put(f"{TRANSACTIONS}/{uber['id']}", {"notes": "Taxi"})
    assert "p=uber" not in learned(ana)
    ana.caller.put(f"{TRANSACTIONS}/{uber['id']}", {"category_id": food})
    assert learned(ana)["p=uber"] == 1
    ana.caller.post(f"{TRANSACTIONS}/bulk", {"ids": [uber["id"]], "changes": {"category_id": None}}, expect=200)
    assert "p=uber" not in learned(ana)
