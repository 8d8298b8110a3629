"""Accounts of a book: balances, totals, opening, closing."""

from typing import Any

import pytest

from tests.factories.currencies import RateFactory
from tests.factories.personal import Person

ACCOUNTS, TRANSACTIONS = "/api/personal/accounts", "/api/personal/transactions"


def opened(who: Person, **values: Any) -> dict[str, Any]:
    """A new account."""
    account: dict[str, Any] = who.caller.post(ACCOUNTS, {"name": "Banco", "type": "checking", **values})["data"]
    return account


def test_a_new_book_has_an_account_for_cash(ana: Person) -> None:
    [cash] = ana.caller.get(ACCOUNTS)["data"]
    assert (cash["name"], cash["type"], cash["on_budget"], cash["opening_date"]) == ("Cash", "cash", True, None)


def test_debts_are_negative_and_lower_the_net_worth(ana: Person) -> None:
    opened(ana, opening_balance="1000")
    opened(ana, name="Tarjeta", type="credit", opening_balance="-300")
    totals = ana.caller.get(ACCOUNTS)["totals"]
    assert totals == {"assets": 1000, "liabilities": 300, "net_worth": 700, "currency": "COP", "stale": False}


def test_totals_of_a_day_ahead_are_at_the_latest_rates_and_say_so(ana: Person) -> None:
    ana.caller.post("/api/personal/rates", {"base": "USD", "quote": "COP", "rate": "4000", "date": "2026-01-05"})
    opened(ana, opening_balance="10", currency="USD")
    ahead = {"date": "2199-01-01"}
    assert [ana.caller.get(ACCOUNTS, **day)["totals"]["stale"] for day in ({}, ahead)] == [False, True]
    ranges = (("2026-01-20", "2026-02-01"), ("2198-12-20", "2199-01-01"))
    report = "/api/personal/reports/net-worth"
    worth = [ana.caller.get(report, date_from=first, date_to=last)["data"] for first, last in ranges]
    assert [(one["stale"], one["points"][-1]["net_worth"]) for one in worth] == [(False, 40_000), (True, 40_000)]


def test_a_balance_in_another_currency_is_converted_at_the_rate_of_the_day(ana: Person) -> None:
    RateFactory(date="2026-01-01", rate="4000")
    dollars = opened(ana, currency="USD", opening_balance="10.50")
    assert (dollars["balance"], dollars["converted_balance"]) == (10.5, 42000)


def test_without_a_rate_the_totals_are_null_and_a_warning_names_the_pair(ana: Person) -> None:
    opened(ana, currency="EUR", opening_balance="10")
    answer = ana.caller.get(ACCOUNTS)
    assert (answer["totals"], [(one["base"], one["quote"]) for one in answer["warnings"]]) == (None, [("EUR", "COP")])


def test_a_changed_opening_balance_changes_the_balance(ana: Person) -> None:
    account = opened(ana, opening_balance="1000", opening_date="2026-01-01")
    path = f"{ACCOUNTS}/{account['id']}"
    assert ana.caller.put(path, {"opening_balance": "1500"})["data"]["balance"] == 1500
    assert ana.caller.put(path, {"opening_balance": "0"})["data"]["balance"] == 0
    assert ana.caller.get(ACCOUNTS, date="2025-12-31")["totals"]["assets"] == 0


def test_only_an_empty_account_is_closed_and_a_closed_one_takes_nothing(ana: Person) -> None:
    account = opened(ana, opening_balance="5")
    path = f"{ACCOUNTS}/{account['id']}"
    assert ana.caller.put(path, {"is_closed": True}, expect=409)["code"] == "balance_not_zero"
    ana.caller.put(path, {"opening_balance": "0"})
    ana.caller.put(path, {"is_closed": True})
    body = {"type": "income", "amount": "1", "date": "2026-03-02", "account_id": account["id"]}
    assert ana.caller.post(TRANSACTIONS, body, expect=409)["code"] == "account_closed"
    assert account["id"] not in {one["id"] for one in ana.caller.get(ACCOUNTS)["data"]}
    ana.caller.put(path, {"is_closed": False})
    ana.caller.post(TRANSACTIONS, body)


def test_an_account_with_transactions_is_not_deleted(ana: Person) -> None:
    account = opened(ana, opening_balance="5")
    body = {"type": "income", "amount": "1", "date": "2026-03-02", "account_id": account["id"]}
    made = ana.caller.post(TRANSACTIONS, body)["data"]
    path = f"{ACCOUNTS}/{account['id']}"
    assert ana.caller.delete(path, expect=409)["code"] == "has_transactions"
    ana.caller.delete(f"{TRANSACTIONS}/{made['id']}")
    ana.caller.delete(path)
    ana.caller.get(path, expect=404)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"type": "bank"}, "type"),
        ({"opening_balance": "1.005"}, "opening_balance"),
        ({"currency": "JPY", "opening_balance": "1.5"}, "opening_balance"),
        ({"color": "red"}, "color"),
        ({"statement_day": 32}, "statement_day"),
    ],
)
def test_refused_values_are_named(ana: Person, values: dict[str, Any], field: str) -> None:
    answer = ana.caller.post(ACCOUNTS, {"name": "Banco", "type": "checking", **values}, expect=400)
    assert list(answer["errors"]) == [field]


def test_an_asset_does_not_become_a_debt(ana: Person) -> None:
    account = opened(ana)
    assert "type" in ana.caller.put(f"{ACCOUNTS}/{account['id']}", {"type": "loan"}, expect=400)["errors"]


def test_a_rate_of_the_book_wins_over_the_common_one_in_lists_and_in_sums(ana: Person) -> None:
    RateFactory(date="2026-01-01", rate="4000")
    dollars = opened(ana, currency="USD", name="USD")
    body = {"type": "expense", "amount": "10", "date": "2026-03-02", "account_id": dollars["id"]}
    ana.caller.post(TRANSACTIONS, body)

    def spent() -> tuple[Any, Any, Any]:
        listed = ana.caller.get(TRANSACTIONS)
        account = ana.caller.get(f"{ACCOUNTS}/{dollars['id']}")["data"]
        return listed["totals"]["expenses"], listed["data"][0]["converted_amount"], account["converted_balance"]

    assert spent() == (40_000, 40_000, -40_000)
    own = {"date": "2026-03-01", "base": "COP", "quote": "USD", "rate": "0.0002"}
    entered = ana.caller.post("/api/personal/rates", own)["data"]
    assert spent() == (50_000, 50_000, -50_000)
    turned = {"date": "2026-03-01", "base": "USD", "rate": "4100"}
    ana.caller.post("/api/personal/rates", turned)
    assert spent() == (41_000, 41_000, -41_000)
    ana.caller.get(f"/api/personal/rates/{entered['id']}", expect=404)
    later = ana.caller.post("/api/personal/rates", {**turned, "date": "2026-03-02", "rate": "1"})["data"]
    ana.caller.delete(f"/api/personal/rates/{later['id']}")
    assert spent() == (41_000, 41_000, -41_000)
