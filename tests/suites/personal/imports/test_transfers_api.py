"""Transfers that are put together of the rows of two accounts."""

from typing import Any

import pytest

from tests.factories.personal import Person
from tests.factories.personal_imports import IMPORTS, TRANSFERS
from tests.factories.personal_money import TRANSACTIONS
from tests.suites.personal.imports.bringing import account, balance, bring, enter, entries, ofx, rows

SENT = rows(("2026-03-02", "-500.00", "TRANSFER TO SAVINGS"), ("2026-03-02", "-7.00", "COFFEE"))
RECEIVED = rows(("2026-03-03", "500.00", "TRANSFER FROM CHECKING"))


def two(who: Person) -> tuple[int, int]:
    return account(who), account(who, name="Savings", type="savings")


def test_both_files_of_a_transfer_make_one_which_is_no_income(ana: Person) -> None:
    bank, savings = two(ana)
    bring(ana, SENT, account_id=bank)
    made = bring(ana, RECEIVED, account_id=savings)
    assert (made["imported"], made["transfers"]) == (1, 1)
    assert (balance(ana, bank), balance(ana, savings)) == (-507, 500)
    [transfer] = entries(ana, type="transfer")
    assert (transfer["account_id"], transfer["to_account_id"]) == (bank, savings)
    assert (transfer["date"], transfer["to_date"]) == ("2026-03-02", "2026-03-03")
    assert entries(ana, type="income") == []
    again = [bring(ana, SENT, account_id=bank), bring(ana, RECEIVED, account_id=savings)]
    assert [one["duplicates"] for one in again] == [2, 1]


@pytest.mark.parametrize("mode", ["propose", "off"])
def test_nothing_is_put_together_without_being_asked(ana: Person, mode: str) -> None:
    bank, savings = two(ana)
    bring(ana, SENT, account_id=bank)
    made = bring(ana, RECEIVED, account_id=savings, options={"match_transfers": mode})
    assert (made["transfers"], entries(ana, type="transfer")) == (0, [])
    [proposed] = ana.caller.get(f"{TRANSFERS}/suggestions", date_from="2026-01-01", date_to="2026-12-31")["data"]
    assert (proposed["amount"], proposed["from_account_id"], proposed["to_account_id"]) == (500, bank, savings)
    whole = ana.caller.post(f"{TRANSFERS}/match", {"ids": [proposed["received_id"], proposed["sent_id"]]}, expect=200)
    assert whole["data"]["id"] == proposed["sent_id"]
    assert (balance(ana, bank), balance(ana, savings)) == (-507, 500)


def test_a_transfer_that_is_parted_is_as_before_and_not_proposed_again(ana: Person) -> None:
    bank, savings = two(ana)
    bring(ana, SENT, account_id=bank)
    before = {one["id"]: one for one in entries(ana)}
    bring(ana, RECEIVED, account_id=savings)
    [transfer] = entries(ana, type="transfer")
    parted = ana.caller.delete(f"{TRANSFERS}/{transfer['id']}/match")["data"]
    after = {one["id"]: one for one in entries(ana)}
    changing = {"version", "updated_at"}
    for row_id, one in before.items():
        assert {k: v for k, v in one.items() if k not in changing} == {
            k: v for k, v in after[row_id].items() if k not in changing
        }
    assert (after[parted["received_id"]]["type"], after[parted["received_id"]]["amount"]) == ("income", 500)
    dates = {"date_from": "2026-01-01", "date_to": "2026-12-31"}
    assert ana.caller.get(f"{TRANSFERS}/suggestions", **dates)["data"] == []
    assert bring(ana, RECEIVED, account_id=savings)["duplicates"] == 1
    ana.caller.delete(f"{TRANSFERS}/{transfer['id']}/match", expect=404)


def test_undo_parts_the_transfer_and_removes_its_own_side(ana: Person) -> None:
    bank, savings = two(ana)
    first = bring(ana, SENT, account_id=bank)
    second = bring(ana, RECEIVED, account_id=savings)
    undone = ana.caller.delete(f"{IMPORTS}/{second['import_id']}")
    assert (undone["removed"], undone["parted"], undone["kept"]) == (1, 1, [])
    assert (balance(ana, bank), balance(ana, savings)) == (-507, 0)
    assert bring(ana, RECEIVED, account_id=savings)["transfers"] == 1
    undone = ana.caller.delete(f"{IMPORTS}/{first['import_id']}")
    assert (undone["removed"], undone["parted"], undone["kept"]) == (2, 1, [])
    assert (balance(ana, bank), balance(ana, savings)) == (0, 500)


def test_entries_with_a_chosen_category_are_only_proposed(ana: Person) -> None:
    bank, savings = two(ana)
    bring(ana, SENT, account_id=bank)
    sent = next(one for one in entries(ana) if one["amount"] == 500)
    food = next(one for one in ana.caller.get("/api/personal/categories", type="expense")["data"])["id"]
    ana.caller.put(f"{TRANSACTIONS}/{sent['id']}", {"category_id": food})
    assert bring(ana, RECEIVED, account_id=savings)["transfers"] == 0


@pytest.mark.parametrize(
    ("second", "status", "code"),
    [
        ({"amount": "99"}, 400, "transfer_amounts_differ"),
        ({"type": "expense"}, 400, "validation_failed"),
        ({"same": True}, 400, "same_account"),
    ],
)
def test_only_two_sides_of_two_accounts_are_a_transfer(
    ana: Person, second: dict[str, Any], status: int, code: str
) -> None:
    bank, savings = two(ana)
    other = bank if second.pop("same", False) else savings
    ids = [enter(ana, account_id=bank), enter(ana, **{"account_id": other, "type": "income", **second})]
    assert ana.caller.post(f"{TRANSFERS}/match", {"ids": ids}, expect=status)["code"] == code


def test_sides_in_two_currencies_are_found_by_the_rate_of_the_book(ana: Person) -> None:
    pesos, dollars = account(ana, name="Pesos", currency="COP"), account(ana)
    rate = {"base": "USD", "quote": "COP", "rate": "4000", "date": "2026-03-01"}
    ana.caller.post("/api/personal/rates", rate)
    bring(ana, rows(("2026-03-02", "-100.00", "TRANSFER TO PESOS")), account_id=dollars)
    made = bring(ana, rows(("2026-03-02", "398500", "TRANSFER FROM DOLLARS")), account_id=pesos)
    assert made["transfers"] == 1
    [transfer] = entries(ana, type="transfer")
    assert (transfer["amount"], transfer["to_amount"]) == (100, 398_500)
    assert (balance(ana, dollars), balance(ana, pesos)) == (-100, 398_500)
    undone = ana.caller.delete(f"{IMPORTS}/{made['import_id']}")
    assert (undone["parted"], balance(ana, dollars), balance(ana, pesos)) == (1, -100, 0)


def test_the_number_of_the_other_account_in_the_text_makes_a_pair_sure(ana: Person) -> None:
    bank = account(ana)
    savings = account(ana, name="Savings", type="savings", account_number="DE02 1203 0000 0000 2020 51")
    bring(ana, rows(("2026-03-02", "-500.00", "AN DE02120300000000202051")), account_id=bank)
    made = bring(ana, rows(("2026-03-06", "500.00", "EINGANG")), account_id=savings)
    assert made["transfers"] == 1
    other = account(ana, name="Deposit", type="savings")
    bring(ana, rows(("2026-04-02", "-500.00", "AN DE99120300000000202051")), account_id=bank)
    assert bring(ana, rows(("2026-04-06", "500.00", "EINGANG")), account_id=other)["transfers"] == 0


def test_a_number_that_a_file_brought_is_known_as_well(ana: Person) -> None:
    bank, savings = two(ana)
    bring(ana, ofx(("A", "2026-03-06", "500.00", "IN"), account="4455667788"), name="a.ofx", account_id=savings)
    made = bring(ana, rows(("2026-03-02", "-500.00", "TO 44-5566-7788")), account_id=bank)
    assert made["transfers"] == 1


def test_the_number_of_an_account_chooses_it_for_statements(ana: Person) -> None:
    bank = account(ana, account_number="99-88-77")
    made = bring(ana, ofx(("A", "2026-03-02", "-30.00", "SHOP"), account="998877"), name="a.ofx")
    assert (made["imported"], balance(ana, bank)) == (1, -30)
    account(ana, name="Twin", account_number="998877")
    account(ana, name="Third", account_number="443322")
    account(ana, name="Fourth", account_number="443322")
    asked = bring(ana, ofx(("A", "2026-03-02", "-1.00", "SHOP"), account="443322"), expect=400, name="a.ofx")
    assert asked["code"] == "needs_accounts"
