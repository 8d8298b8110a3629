"""Payees and tags of a book: their names, merging, and renaming."""

from typing import Any

import pytest

from tests.factories.personal import Household, Person
from tests.suites.personal.transactions.test_transactions_api import category, enter

PAYEES, TAGS, TRANSACTIONS = (f"/api/personal/{name}" for name in ("payees", "tags", "transactions"))
pytestmark = pytest.mark.usefixtures("either_texts")


def payee(who: Person, name: str, **values: Any) -> int:
    """A new payee."""
    return int(who.caller.post(PAYEES, {"name": name, **values})["data"]["id"])


def test_no_two_payees_have_a_name_whatever_its_case_accents_and_blanks(ana: Person) -> None:
    payee(ana, "Almacenes Éxito", aliases=["EXITO WOW", "exito wow", "Almacenes éxito"])
    [shown] = ana.caller.get(PAYEES)["data"]
    assert shown["aliases"] == ["EXITO WOW"]
    assert ana.caller.post(PAYEES, {"name": "almacenes exito"}, expect=409)["code"] == "name_taken"
    assert ana.caller.post(PAYEES, {"name": "Éxito Wow"}, expect=409)["code"] == "name_taken"
    body = {"name": "Otro", "aliases": ["almacenes  exito"]}
    assert ana.caller.post(PAYEES, body, expect=409)["code"] == "alias_taken"


def test_payees_are_found_by_name_and_alias_and_hidden_ones_when_asked_for(ana: Person) -> None:
    payee(ana, "Éxito", aliases=["Wow 100%"])
    hidden = payee(ana, "Carulla", is_hidden=True)
    assert [one["name"] for one in ana.caller.get(PAYEES, q="exito")["data"]] == ["Éxito"]
    assert [one["name"] for one in ana.caller.get(PAYEES, q="wow")["data"]] == ["Éxito"]
    assert ana.caller.get(PAYEES, q="carulla")["data"] == []
    assert [one["id"] for one in ana.caller.get(PAYEES, q="carulla", include_hidden="true")["data"]] == [hidden]


def test_payees_are_found_by_parts_unless_texts_are_encrypted(ana: Person, encrypts_texts: bool) -> None:
    payee(ana, "Éxito", aliases=["Wow 100%"])
    expected = [] if encrypts_texts else ["Éxito"]
    for part in ("exi", "w 100%"):
        assert [one["name"] for one in ana.caller.get(PAYEES, q=part)["data"]] == expected


def test_the_use_of_a_payee_is_shown(ana: Person) -> None:
    shop = payee(ana, "Éxito")
    enter(ana, payee_id=shop, date="2026-03-02")
    enter(ana, payee_id=shop, date="2026-03-09")
    shown = ana.caller.get(f"{PAYEES}/{shop}")["data"]
    assert (shown["transactions"], shown["last_used"]) == (2, "2026-03-09")


def test_a_used_payee_is_not_deleted(ana: Person) -> None:
    shop = payee(ana, "Éxito")
    made = enter(ana, payee_id=shop)
    assert ana.caller.delete(f"{PAYEES}/{shop}", expect=409)["code"] == "payee_in_use"
    ana.caller.delete(f"{TRANSACTIONS}/{made['id']}")
    ana.caller.delete(f"{PAYEES}/{shop}")


def test_a_merged_payee_gives_all_that_names_it_to_the_other(ana: Person) -> None:
    food = category(ana, "Groceries")
    one = payee(ana, "EXITO WOW 123", aliases=["Exito Poblado"], default_category_id=food)
    other = payee(ana, "Éxito")
    made = enter(ana, payee_id=one)
    merged = ana.caller.post(f"{PAYEES}/{one}/merge", {"into": other}, expect=200)["data"]
    assert (merged["id"], merged["transactions"], merged["default_category_id"]) == (other, 1, food)
    assert merged["aliases"] == ["EXITO WOW 123", "Exito Poblado"]
    after = ana.caller.get(f"{TRANSACTIONS}/{made['id']}")["data"]
    assert after["payee_id"] == other
    ana.caller.get(f"{PAYEES}/{one}", expect=404)


def test_a_payee_is_merged_into_another_of_the_same_book_only(ana: Person, bob: Person) -> None:
    one, others = payee(ana, "Éxito"), payee(bob, "Éxito")
    ana.caller.post(f"{PAYEES}/{one}/merge", {"into": one}, expect=400)
    ana.caller.post(f"{PAYEES}/{one}/merge", {"into": others}, expect=404)
    bobs = category(bob, "Groceries")
    ana.caller.put(f"{PAYEES}/{one}", {"default_category_id": bobs}, expect=404)


def test_a_payee_of_a_deleted_category_gets_the_one_that_it_moves_to(ana: Person) -> None:
    one, other = category(ana, "Mascotas"), category(ana, "Otra más")
    shop = payee(ana, "Éxito", default_category_id=one)
    ana.caller.delete(f"/api/personal/categories/{one}?move_to={other}")
    assert ana.caller.get(f"{PAYEES}/{shop}")["data"]["default_category_id"] == other
    ana.caller.delete(f"/api/personal/categories/{other}?move_to=none")
    assert ana.caller.get(f"{PAYEES}/{shop}")["data"]["default_category_id"] is None


def test_tags_are_counted_in_transactions_and_splits(ana: Person) -> None:
    enter(ana, tags=["viaje", "ocio"])
    enter(ana, tags=["viaje"], splits=[{"amount": "60", "tags": ["viaje"]}, {"amount": "40", "tags": []}])
    assert ana.caller.get(TAGS)["data"] == [
        {"name": "ocio", "transactions": 1, "splits": 0},
        {"name": "viaje", "transactions": 2, "splits": 1},
    ]


@pytest.mark.parametrize("new", ["vacaciones", "ocio"])
def test_a_renamed_tag_has_its_new_name_everywhere_and_joins_one_that_is_there(ana: Person, new: str) -> None:
    both = enter(ana, tags=["viaje", "ocio"])
    parts = enter(ana, splits=[{"amount": "60", "tags": ["viaje"]}, {"amount": "40", "tags": ["ocio"]}])
    renamed = ana.caller.put(f"{TAGS}/viaje", {"name": new})["data"]
    assert renamed == {"name": new, "transactions": 1, "splits": 2 if new == "ocio" else 1}
    shown = ana.caller.get(f"{TRANSACTIONS}/{both['id']}")["data"]
    assert shown["tags"] == (["ocio"] if new == "ocio" else ["vacaciones", "ocio"])
    splits = ana.caller.get(f"{TRANSACTIONS}/{parts['id']}")["data"]["splits"]
    assert [one["tags"] for one in splits] == [[new], ["ocio"]]
    ana.caller.put(f"{TAGS}/viaje", {"name": "otro"}, expect=404)


def test_a_renamed_tag_is_renamed_in_one_book_only(ana: Person, bob: Person) -> None:
    enter(ana, tags=["viaje"])
    enter(bob, tags=["viaje"])
    ana.caller.put(f"{TAGS}/viaje", {"name": "vacaciones"})
    assert [one["name"] for one in bob.caller.get(TAGS)["data"]] == ["viaje"]


def test_a_viewer_renames_no_tag(home: Household) -> None:
    body = {"type": "expense", "amount": "5", "date": "2026-03-02", "tags": ["viaje"]}
    home.owner.caller.post(f"{TRANSACTIONS}?book_id={home.book_id}", body)
    address = f"{TAGS}/viaje?book_id={home.book_id}"
    assert home.viewer.caller.put(address, {"name": "x"}, expect=403)["code"] == "viewer_only"


def test_recurring_transactions_and_budgets_follow_payees_and_tags(ana: Person) -> None:
    one, other = payee(ana, "Lidl SA"), payee(ana, "Lidl")
    enter(ana, tags=["super"])
    parts = [{"amount": "3", "tags": ["super"]}, {"amount": "2"}]
    data = {"type": "expense", "amount": "5", "payee_id": one, "tags": ["super", "casa"], "splits": parts}
    template = {
        "template_name": "Mercado",
        "frequency": "monthly",
        "start_date": "2030-01-31",
        "transaction_data": data,
    }
    made = ana.caller.post("/api/personal/recurring", template)["data"]
    budget = ana.caller.post(
        "/api/personal/budgets", {"name": "Super", "amount": "9", "period": "monthly", "tags": ["super"]}
    )["data"]
    ana.caller.post(f"{PAYEES}/{one}/merge", {"into": other}, expect=200)
    ana.caller.put(f"{TAGS}/super", {"name": "casa"})
    after = ana.caller.get(f"/api/personal/recurring/{made['id']}")["data"]["transaction_data"]
    assert (after["payee_id"], after["tags"]) == (other, ["casa"])
    assert [part["tags"] for part in after["splits"]] == [["casa"], []]
    assert ana.caller.get(f"/api/personal/budgets/{budget['id']}")["data"]["tags"] == ["casa"]
