"""Accounts are compared with statements, and valued."""

from decimal import Decimal
from typing import Any

import pytest

from tests.factories.personal import Person
from tests.suites.personal.transactions.test_transactions_api import account, balance, category, enter

TRANSACTIONS, ACCOUNTS = "/api/personal/transactions", "/api/personal/accounts"
STATEMENT = {"statement_date": "2026-03-31", "statement_balance": "870"}


@pytest.fixture
def bank(ana: Person) -> int:
    """An account with 1,000."""
    return account(ana, opening_balance="1000", opening_date="2026-01-01")


def begin(who: Person, account_id: int, **values: Any) -> str:
    """Address of a new comparison."""
    address = f"{ACCOUNTS}/{account_id}/reconciliations"
    return f"{address}/{who.caller.post(address, {**STATEMENT, **values})['data']['id']}"


def test_a_statement_that_agrees_locks_its_transactions(ana: Person, bank: int) -> None:
    first, second = enter(ana, account_id=bank), enter(ana, account_id=bank, amount="30")
    later = enter(ana, account_id=bank, amount="7")
    one = begin(ana, bank)
    assert ana.caller.get(one)["data"]["difference"] == -130
    chosen = ana.caller.patch(one, {"add": [first["id"], second["id"], later["id"]]})["data"]
    assert (chosen["difference"], len(chosen["transaction_ids"])) == (7, 3)
    refused = ana.caller.patch(one, {"finish": True}, expect=409)
    assert (refused["code"], refused["errors"]["difference"]) == ("difference", ["7"])
    done = ana.caller.patch(one, {"remove": [later["id"]], "finish": True})["data"]
    assert (done["difference"], done["adjustment"], done["finished_at"] is None) == (0, 0, False)
    statuses = [ana.caller.get(f"{TRANSACTIONS}/{row['id']}")["data"]["status"] for row in (first, second, later)]
    assert statuses == ["reconciled", "reconciled", "cleared"]
    assert ana.caller.get(f"{ACCOUNTS}/{bank}")["data"]["reconciled_through"] == "2026-03-31"
    path = f"{TRANSACTIONS}/{first['id']}"
    assert ana.caller.put(path, {"amount": "101"}, expect=409)["code"] == "reconciled"
    assert ana.caller.delete(path, expect=409)["code"] == "reconciled"
    ana.caller.put(path, {"category_id": category(ana, "Gifts"), "tags": ["casa"], "notes": "visto"})
    assert ana.caller.put(path, {"status": "cleared"}, expect=409)["code"] == "reconciled"
    assert ana.caller.patch(one, {"add": [later["id"]]}, expect=409)["code"] == "reconciliation_finished"


def test_a_difference_is_entered_as_neither_income_nor_expense(ana: Person, bank: int) -> None:
    one = begin(ana, bank, statement_balance="990.50")
    done = ana.caller.patch(one, {"finish": True, "adjust": True})["data"]
    assert (done["adjustment"], balance(ana, bank)) == (-9.5, Decimal("990.5"))
    assert ana.caller.get(TRANSACTIONS)["totals"]["expenses"] == 0


def test_deleting_the_last_one_unlocks_and_takes_its_adjustment_back(ana: Person, bank: int) -> None:
    made = enter(ana, account_id=bank)
    first = begin(ana, bank, statement_balance="900")
    ana.caller.patch(first, {"add": [made["id"]], "finish": True})
    second = begin(ana, bank, statement_date="2026-04-30", statement_balance="905")
    ana.caller.patch(second, {"finish": True, "adjust": True})
    assert ana.caller.delete(first, expect=409)["code"] == "not_the_last"
    ana.caller.delete(second)
    assert balance(ana, bank) == 900
    assert ana.caller.get(f"{ACCOUNTS}/{bank}")["data"]["reconciled_through"] == "2026-03-31"
    ana.caller.delete(first)
    assert ana.caller.get(f"{TRANSACTIONS}/{made['id']}")["data"]["status"] == "cleared"
    assert ana.caller.get(f"{ACCOUNTS}/{bank}")["data"]["reconciled_through"] is None


def test_one_comparison_of_an_account_is_open_and_the_next_is_of_a_later_day(ana: Person, bank: int) -> None:
    address = f"{ACCOUNTS}/{bank}/reconciliations"
    one = begin(ana, bank, statement_balance="1000")
    assert ana.caller.post(address, STATEMENT, expect=409)["code"] == "reconciliation_open"
    ana.caller.patch(one, {"finish": True})
    assert "statement_date" in ana.caller.post(address, STATEMENT, expect=400)["errors"]
    assert [row["statement_date"] for row in ana.caller.get(address)["data"]] == ["2026-03-31"]


def test_only_what_the_account_has_is_on_its_statement(ana: Person, bob: Person, bank: int) -> None:
    elsewhere, others = enter(ana), enter(bob)
    one = begin(ana, bank)
    for made in (elsewhere, others):
        ana.caller.patch(one, {"add": [made["id"]]}, expect=404)
    other = account(ana, name="Otra")
    ana.caller.get(one.replace(f"accounts/{bank}", f"accounts/{other}"), expect=404)


def test_a_transfer_is_reconciled_in_one_account_and_free_in_the_other(ana: Person, bank: int) -> None:
    savings = account(ana, name="Ahorro", type="savings")
    made = enter(ana, type="transfer", amount="130", account_id=bank, to_account_id=savings, to_date="2026-03-04")
    ana.caller.patch(begin(ana, bank), {"add": [made["id"]], "finish": True})
    path = f"{TRANSACTIONS}/{made['id']}"
    assert ana.caller.put(path, {"to_date": "2026-03-05"})["data"]["to_date"] == "2026-03-05"
    assert ana.caller.put(path, {"date": "2026-03-01"}, expect=409)["code"] == "reconciled"
    assert ana.caller.get(path)["data"]["status"] == "reconciled"


def test_a_valuation_makes_the_balance_the_value_and_another_of_the_day_takes_its_place(ana: Person) -> None:
    house = account(ana, name="Casa", type="property", opening_balance="300", opening_date="2026-01-01")
    address = f"{ACCOUNTS}/{house}/valuations"
    made = ana.caller.post(address, {"date": "2026-02-01", "value": "310.50"})["data"]
    assert (made["difference"], balance(ana, house)) == (10.5, Decimal("310.5"))
    again = ana.caller.post(address, {"date": "2026-02-01", "value": "290"})["data"]
    assert (again["difference"], balance(ana, house)) == (-10, 290)
    assert [row["value"] for row in ana.caller.get(address)["data"]] == [290]
    assert ana.caller.get(TRANSACTIONS)["totals"]["net"] == 0
    assert ana.caller.delete(f"{ACCOUNTS}/{house}", expect=409)["code"] == "has_transactions"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"date": "2025-12-31", "value": "1"}, "before_opening"),
        ({"date": "2026-02-01", "value": "1.001"}, "currency_decimals"),
        ({"date": "2026-02-01"}, "validation_failed"),
    ],
)
def test_a_valuation_has_a_day_of_the_account_and_its_decimals(
    ana: Person, bank: int, body: dict[str, Any], code: str
) -> None:
    assert ana.caller.post(f"{ACCOUNTS}/{bank}/valuations", body, expect=400)["code"] == code


def test_an_account_begins_earlier_with_the_same_balance_of_today(ana: Person, bank: int) -> None:
    body = {"type": "expense", "amount": "40", "date": "2025-12-30", "account_id": bank}
    made = ana.caller.post(f"{TRANSACTIONS}?move_opening=true", body)["data"]
    opened = ana.caller.get(f"{ACCOUNTS}/{bank}")["data"]
    assert (opened["opening_date"], opened["opening_balance"], opened["balance"]) == ("2025-12-30", 1040, 1000)
    ana.caller.put(f"{TRANSACTIONS}/{made['id']}?move_opening=true", {"date": "2025-12-01", "amount": "60"})
    opened = ana.caller.get(f"{ACCOUNTS}/{bank}")["data"]
    assert (opened["opening_date"], opened["opening_balance"], opened["balance"]) == ("2025-12-01", 1060, 1000)
