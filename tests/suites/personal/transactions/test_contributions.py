"""Money between books, files of transactions, and who paid."""

from typing import Any

import pytest

from tests.factories.files import PDF, form
from tests.factories.personal import BOOKS, Household, Person
from tests.suites.personal.transactions.test_transactions_api import account, category, enter

TRANSACTIONS, CONTRIBUTIONS = "/api/personal/transactions", "/api/personal/contributions"
DAY = "2026-03-02"


def contribution(who: Person, home: Household, **values: Any) -> dict[str, Any]:
    sides = {"from": {"book_id": who.book_id}, "to": {"book_id": home.book_id}}
    return {**sides, "amount": "250", "date": DAY, "description": "Marzo", **values}


def test_a_contribution_is_an_expense_in_one_book_and_an_income_in_the_other(home: Household) -> None:
    who = home.editor
    gifts = category(who, "Gifts")
    body = contribution(who, home)
    body["from"]["category_id"] = gifts
    made = who.caller.post(CONTRIBUTIONS, body)["data"]
    given, taken = (who.caller.get(f"{TRANSACTIONS}/{made[side]['transaction_id']}")["data"] for side in ("from", "to"))
    assert (given["type"], given["book_id"], given["category_id"], given["counterpart_id"]) == (
        "expense",
        who.book_id,
        gifts,
        taken["id"],
    )
    assert (taken["type"], taken["book_id"], taken["counterpart_id"]) == ("income", home.book_id, given["id"])
    assert home.owner.caller.get(f"{TRANSACTIONS}/{taken['id']}")["data"]["amount"] == 250
    home.owner.caller.get(f"{TRANSACTIONS}/{given['id']}", expect=404)


def test_a_contribution_is_between_two_books_in_which_the_caller_writes(home: Household, bob: Person) -> None:
    same = {"from": {"book_id": bob.book_id}, "to": {"book_id": bob.book_id}}
    assert "to" in bob.caller.post(CONTRIBUTIONS, {**same, "amount": "1", "date": DAY}, expect=400)["errors"]
    bob.caller.post(CONTRIBUTIONS, contribution(bob, home), expect=404)
    home.viewer.caller.post(CONTRIBUTIONS, contribution(home.viewer, home), expect=403)
    assert home.viewer.caller.get(TRANSACTIONS)["data"] == []


def test_between_two_currencies_both_amounts_are_given(home: Household) -> None:
    who = home.editor
    dollars = account(who, name="USD", currency="USD")
    body = contribution(who, home)
    body["from"]["account_id"] = dollars
    assert who.caller.post(CONTRIBUTIONS, body, expect=400)["code"] == "to_amount_required"
    made = who.caller.post(CONTRIBUTIONS, {**body, "to_amount": "900000"})["data"]
    assert who.caller.get(f"{TRANSACTIONS}/{made['to']['transaction_id']}")["data"]["amount"] == 900_000


def download(who: Person, address: str) -> int:
    """Status of a download, of which everything is read."""
    with who.caller.send("GET", address) as response:
        response.get_data()
        return int(response.status_code)


def attach(who: Person, transaction_id: int, expect: int = 201) -> dict[str, Any]:
    response = who.caller.send("POST", f"{TRANSACTIONS}/{transaction_id}/attachments", **form(PDF, "recibo.pdf"))
    assert response.status_code == expect, response.get_data(as_text=True)
    answer: dict[str, Any] = response.get_json()
    return answer


def test_a_receipt_is_read_by_the_members_of_the_book_alone(home: Household, bob: Person) -> None:
    query = f"?book_id={home.book_id}"
    body = {"type": "expense", "amount": "1", "date": DAY}
    made = home.owner.caller.post(f"{TRANSACTIONS}{query}", body)["data"]
    receipt = attach(home.editor, made["id"])["data"]
    assert (receipt["name"], receipt["size"], receipt["content_type"]) == ("recibo.pdf", len(PDF), "application/pdf")
    for who, status in ((home.viewer, 200), (home.owner, 200), (bob, 404)):
        assert download(who, receipt["file_url"]) == status
    attach(bob, made["id"], expect=404)
    attach(home.viewer, made["id"], expect=403)
    address = f"{TRANSACTIONS}/{made['id']}/attachments"
    assert [one["id"] for one in home.viewer.caller.get(address)["data"]] == [receipt["id"]]
    home.editor.caller.delete(f"{address}/{receipt['id']}")
    assert download(home.owner, receipt["file_url"]) == 404


def test_files_go_with_their_transaction_and_with_the_book(ana: Person) -> None:
    first, second = enter(ana), enter(ana)
    gone, kept = attach(ana, first["id"])["data"], attach(ana, second["id"])["data"]
    ana.caller.delete(f"{TRANSACTIONS}/{first['id']}")
    statuses = [download(ana, one["file_url"]) for one in (gone, kept)]
    assert statuses == [404, 200]
    ana.caller.delete(f"{BOOKS}/{ana.book_id}")
    assert download(ana, kept["file_url"]) == 404


def test_a_transaction_names_the_member_who_paid_and_the_share(home: Household, bob: Person) -> None:
    query = f"?book_id={home.book_id}"
    body = {"type": "expense", "amount": "10", "date": DAY, "paid_by": home.editor.user_id, "share": "50"}
    made = home.owner.caller.post(f"{TRANSACTIONS}{query}", body)["data"]
    assert (made["paid_by"], made["share"]) == (home.editor.user_id, 50)
    refused = home.owner.caller.put(f"{TRANSACTIONS}/{made['id']}", {"paid_by": bob.user_id}, expect=400)
    assert list(refused["errors"]) == ["paid_by"]


def test_transactions_are_sorted_by_the_paths_of_their_categories(ana: Person) -> None:
    names = ("Gifts", "Groceries", "Clothing")
    made = {name: enter(ana, category_id=category(ana, name))["id"] for name in names}
    listed = [one["id"] for one in ana.caller.get(TRANSACTIONS, sort="category")["data"]]
    assert listed == [made[name] for name in ("Clothing", "Groceries", "Gifts")]


@pytest.mark.parametrize("merge", [False, True])
def test_a_category_that_gets_the_name_of_a_sibling_is_merged_into_it_if_asked(ana: Person, merge: bool) -> None:
    pets, animals = category(ana, "Mascotas"), category(ana, "Animales")
    made = enter(ana, category_id=animals)
    address = f"/api/personal/categories/{animals}"
    if not merge:
        assert ana.caller.put(address, {"name": "MASCOTAS"}, expect=409)["code"] == "name_taken"
        return
    assert ana.caller.put(f"{address}?merge=true", {"name": "MASCOTAS"})["data"]["id"] == pets
    assert ana.caller.get(f"{TRANSACTIONS}/{made['id']}")["data"]["category_id"] == pets
    ana.caller.get(address, expect=404)
