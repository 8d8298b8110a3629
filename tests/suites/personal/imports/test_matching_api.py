"""Rows that confirm entries made by hand, and pending ones that the bank books."""

from decimal import Decimal

import pytest

from tests.factories.personal import Person
from tests.factories.personal_imports import IMPORTS
from tests.factories.personal_money import CATEGORIES, TRANSACTIONS
from tests.suites.personal.imports.bringing import account, balance, bring, enter, entries, ofx, rows


def category(who: Person, name: str) -> int:
    found = who.caller.get(CATEGORIES, per_page=100)["data"]
    return next(int(one["id"]) for one in found if one["name"] == name)


def test_a_row_confirms_what_was_entered_by_hand_and_keeps_what_was_said_of_it(ana: Person) -> None:
    bank, food = account(ana), category(ana, "Restaurants")
    mine = enter(
        ana, account_id=bank, amount="25", date="2026-03-02", category_id=food, notes="with Bob", status="pending"
    )
    made = bring(ana, rows(("2026-03-03", "-25.00", "RESTAURANT 12")), account_id=bank)
    assert (made["imported"], made["matched"], balance(ana, bank)) == (0, 1, -25)
    found = ana.caller.get(f"{TRANSACTIONS}/{mine}")["data"]
    shown = {name: found[name] for name in ("date", "status", "category_id", "notes", "description")}
    assert shown == {
        "date": "2026-03-03",
        "status": "cleared",
        "category_id": food,
        "notes": "with Bob",
        "description": "RESTAURANT 12",
    }


def test_undo_un_matches_what_the_file_confirmed(ana: Person) -> None:
    bank = account(ana)
    mine = enter(ana, account_id=bank, amount="25", date="2026-03-02", status="pending")
    made = bring(ana, rows(("2026-03-03", "-25.00", "RESTAURANT")), account_id=bank)
    ana.caller.put(f"{TRANSACTIONS}/{mine}", {"notes": "said later"})
    undone = ana.caller.delete(f"{IMPORTS}/{made['import_id']}")
    assert (undone["removed"], undone["unmatched"]) == (0, 1)
    found = ana.caller.get(f"{TRANSACTIONS}/{mine}")["data"]
    shown = [found[name] for name in ("date", "status", "description", "notes")]
    assert shown == ["2026-03-02", "pending", None, "said later"]
    assert bring(ana, rows(("2026-03-03", "-25.00", "RESTAURANT")), account_id=bank)["matched"] == 1


def test_the_closer_entry_is_confirmed_whatever_the_order_of_the_file(ana: Person) -> None:
    bank = account(ana)
    near = enter(ana, account_id=bank, amount="10", date="2026-03-02", description="Bakery")
    far = enter(ana, account_id=bank, amount="10", date="2026-03-05", description="Bakery")
    bring(ana, rows(("2026-03-05", "-10.00", "Bakery"), ("2026-03-02", "-10.00", "Bakery")), account_id=bank)
    days = {one["id"]: one["date"] for one in entries(ana, account_id=bank)}
    assert days == {near: "2026-03-02", far: "2026-03-05"}


def test_a_possible_match_is_imported_and_listed_unless_a_person_decides(ana: Person) -> None:
    bank = account(ana)
    mine = enter(ana, account_id=bank, amount="10", date="2026-03-02", description="Lunch with Eva")
    other = enter(ana, account_id=bank, amount="10", date="2026-03-02", description="Parking")
    file = rows(("2026-03-03", "-10.00", "CARD 12"))
    made = bring(ana, file, account_id=bank)
    assert (made["imported"], made["matched"]) == (1, 0)
    [possible] = made["possible"]
    assert possible["candidate_id"] in {mine, other}
    ana.caller.delete(f"{IMPORTS}/{made['import_id']}")
    shown = bring(ana, file, expect=200, account_id=bank, options={"mode": "preview"})
    address = f"{IMPORTS}/{shown['import_id']}"
    assert shown["lines"][0]["state"] == "possible"
    ana.caller.patch(f"{address}/lines", {"rows": [1], "decision": "match", "transaction_id": other})
    decided = ana.caller.post(f"{address}/commit", expect=200)["data"]
    assert (decided["imported"], decided["matched"], balance(ana, bank)) == (0, 1, -20)


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        ({"rows": [9], "decision": "skip"}, "rows"),
        ({"rows": [1], "decision": "match"}, "transaction_id"),
        ({"rows": [1], "decision": "skip", "transaction_id": 1}, "transaction_id"),
        ({"rows": [1]}, "decision"),
    ],
)
def test_a_decision_fits_the_rows(ana: Person, decision: dict[str, object], field: str) -> None:
    shown = bring(
        ana,
        rows(("2026-03-03", "-10.00", "CARD 12")),
        expect=200,
        account_id=account(ana),
        options={"mode": "preview"},
    )
    refused = ana.caller.patch(f"{IMPORTS}/{shown['import_id']}/lines", decision, expect=400)
    assert list(refused["errors"]) == [field]


def test_a_pending_row_is_replaced_when_the_bank_books_it(ana: Person) -> None:
    bank = account(ana)
    waiting = ofx(("P1", "2026-03-02", "-30.00", "RESTAURANT"), pending=True)
    bring(ana, waiting, name="a.ofx", account_id=bank)
    [before] = entries(ana, account_id=bank)
    assert before["status"] == "pending"
    booked = bring(ana, ofx(("P1", "2026-03-04", "-33.00", "RESTAURANT")), name="b.ofx", account_id=bank)
    assert (booked["imported"], booked["matched"], balance(ana, bank)) == (0, 1, -33)
    [after] = entries(ana, account_id=bank)
    assert (after["id"], after["date"], after["status"]) == (before["id"], "2026-03-04", "cleared")
    assert bring(ana, waiting, name="a.ofx", account_id=bank)["imported"] == 0
    undone = ana.caller.delete(f"{IMPORTS}/{booked['import_id']}")
    assert (undone["unmatched"], balance(ana, bank)) == (1, -30)
    assert entries(ana, account_id=bank)[0]["status"] == "pending"


def test_ids_that_a_bank_uses_twice_are_two_entries_and_remarked(ana: Person) -> None:
    bank = account(ana)
    file = ofx(("F1", "2026-03-02", "-30.00", "SHOP"), ("F1", "2026-03-02", "-0.30", "FEE"))
    made = bring(ana, file, name="a.ofx", account_id=bank)
    assert (made["imported"], made["notes"]) == (2, [{"row": 2, "code": "fitid_reused"}])
    assert bring(ana, file, name="a.ofx", account_id=bank)["duplicates"] == 2


def test_files_name_their_accounts_which_are_asked_once(ana: Person) -> None:
    bank = account(ana)
    first = ofx(("A", "2026-03-02", "-30.00", "SHOP"), account="998877")
    asked = bring(ana, first, expect=400, name="a.ofx")
    assert (asked["code"], asked["errors"]["options"]) == ("needs_accounts", {"accounts": ["998877"]})
    options = {"accounts": [{"number": "998877", "account_id": bank}]}
    assert bring(ana, first, name="a.ofx", options=options)["imported"] == 1
    second = ofx(("B", "2026-03-03", "-5.00", "SHOP"), account="99 88 77")
    assert bring(ana, second, name="b.ofx")["imported"] == 1
    assert balance(ana, bank) == Decimal(-35)


def test_the_currency_of_the_statement_is_that_of_the_account(ana: Person) -> None:
    euros = account(ana, currency="EUR")
    file = ofx(("A", "2026-03-02", "-30.00", "SHOP"))
    assert bring(ana, file, expect=409, name="a.ofx", account_id=euros)["code"] == "currency_mismatch"
