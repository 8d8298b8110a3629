"""/api/cash-accounts, and transfers between them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.kernel.money import Currency
from tests.factories.cash_accounts import CashAccountFactory, CashTransferFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.periods import close_next
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller

ACCOUNTS = "/api/cash-accounts"
TRANSFERS = f"{ACCOUNTS}/transfers"
TODAY = date(2025, 3, 10)
TILL = {"name": "Caja menor", "kind": "Caja", "currency": "COP"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with on(TODAY):
        yield


def path(account_id: int) -> str:
    return f"{ACCOUNTS}/{account_id}"


def balances(caller: Caller, **query: Any) -> dict[int, float]:
    """Balances of the accounts that are listed."""
    return {row["id"]: row["balance"] for row in caller.get(ACCOUNTS, **query)["data"]}


def transfer(caller: Caller, source: int, target: int, amount: object, expect: int = 201, **more: Any) -> Any:
    return caller.post(
        TRANSFERS, {"from_account_id": source, "to_account_id": target, "amount": amount, **more}, expect
    )


def dollars(**values: Any) -> int:
    """Id of an account in dollars."""
    made: int = CashAccountFactory(currency=Currency.USD, **values).id
    return made


def test_a_new_account_holds_its_opening_balance(user: Caller) -> None:
    made = user.post(ACCOUNTS, TILL | {"opening_balance": "-1500.50"})["data"]
    assert (made["kind"], made["balance"], made["opening_date"], made["active"]) == ("Caja", -1500.5, None, True)
    assert user.post(ACCOUNTS, TILL)["data"]["balance"] == 0


def test_a_balance_counts_what_reached_the_account_until_today(user: Caller) -> None:
    account = CashAccountFactory(opening_balance=Decimal(1000)).id
    for day, amount in ((date(2024, 1, 1), 10), (TODAY, 200), (date(2025, 3, 11), 3000)):
        IncomeFactory(cash_account_id=account, date=day, amount=Decimal(amount))
    IncomeFactory(amount=Decimal(7))
    assert user.get(path(account))["data"]["balance"] == 1210
    assert balances(user) == {account: 1210}
    assert balances(user, date="2025-03-11") == {account: 4210}


def test_no_balance_has_movements_of_before_the_opening_day(user: Caller) -> None:
    account = CashAccountFactory(opening_balance=Decimal(1000), opening_date=TODAY).id
    CashTransferFactory(to_account_id=account, date=date(2025, 3, 9))
    IncomeFactory(cash_account_id=account, date=date(2025, 3, 9), amount=Decimal(50))
    IncomeFactory(cash_account_id=account, date=TODAY, amount=Decimal(7))
    assert balances(user)[account] == 1007
    assert balances(user, date="2025-03-09")[account] == 0


def test_a_balance_is_not_kept_by_an_etag(user: Caller) -> None:
    account = path(CashAccountFactory().id)
    etag = user.send("GET", account).headers["ETag"]
    IncomeFactory(cash_account_id=int(account.rsplit("/", 1)[1]), date=TODAY)
    again = user.send("GET", account, headers={"If-None-Match": etag})
    assert (again.status_code, again.json["data"]["balance"]) == (200, 1000)
    user.put(account, {"name": "Otra"}, If_Match=etag)
    user.put(account, {"name": "Tercera"}, 412, If_Match=etag)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "Tarjeta"}, "kind"),
        ({"currency": "XXX"}, "currency"),
        ({"name": " "}, "name"),
        ({"opening_balance": "1.005"}, "opening_balance"),
        ({"currency": "JPY", "opening_balance": "1.5"}, "opening_balance"),
        ({"opening_date": "2025-02-30"}, "opening_date"),
    ],
)
def test_a_wrong_value_is_named(user: Caller, wrong: dict[str, Any], field: str) -> None:
    assert field in user.post(ACCOUNTS, TILL | wrong, 400)["errors"]


def test_a_changed_currency_must_fit_the_opening_balance(user: Caller) -> None:
    account = path(CashAccountFactory(opening_balance=Decimal("1.5")).id)
    assert "opening_balance" in user.put(account, {"currency": "JPY"}, 400)["errors"]
    assert user.put(account, {"currency": "JPY", "opening_balance": 2})["data"]["currency"] == "JPY"


def test_accounts_are_found_by_kind_state_and_words(user: Caller) -> None:
    bank = CashAccountFactory(name="Bancolombia", active=False).id
    foreign = dollars(name="Mercury", notes="Cuenta en Delaware")
    till = user.post(ACCOUNTS, TILL)["data"]["id"]
    for query, found in (
        ({"kind": "Caja"}, [till]),
        ({"active": "false"}, [bank]),
        ({"q": "delaware"}, [foreign]),
        ({"sort": "-name"}, [foreign, till, bank]),
    ):
        assert list(balances(user, **query)) == found


def test_an_account_in_use_is_neither_deleted_nor_of_another_currency(user: Caller) -> None:
    account = CashAccountFactory().id
    IncomeFactory(cash_account_id=account)
    problem = user.delete(path(account), 409)
    assert (problem["code"], problem["detail"]) == ("cash_account_in_use", "The cash account is used in incomes.")
    assert user.put(path(account), {"currency": "USD"}, 409)["code"] == "cash_account_in_use"
    user.put(path(account), {"active": False})


def test_an_account_with_a_transfer_is_in_use_until_it_is_undone(user: Caller) -> None:
    source, target = CashAccountFactory().id, CashAccountFactory().id
    made = transfer(user, source, target, 5)["data"]["id"]
    user.delete(path(target), 409)
    user.delete(f"{TRANSFERS}/{made}")
    user.delete(path(target))
    user.get(path(target), 404)


def test_a_transfer_moves_money_and_is_no_income(user: Caller) -> None:
    source, target = CashAccountFactory(name="Banco").id, CashAccountFactory(name="Caja").id
    made = transfer(user, source, target, "250.50")["data"]
    assert (made["date"], made["received_amount"], made["currency"]) == ("2025-03-10", 250.5, "COP")
    assert (made["from_account"], made["to_account"]) == ("Banco", "Caja")
    assert balances(user) == {source: -250.5, target: 250.5}
    flow = user.get("/api/cashflow")
    assert (flow["data"], flow["balance"], flow["total_income"], flow["total_expenses"]) == ([], 0, 0, 0)
    user.delete(f"{TRANSFERS}/{made['id']}")
    assert balances(user) == {source: 0, target: 0}
    user.get(f"{TRANSFERS}/{made['id']}", 404)


def test_between_currencies_both_amounts_count(user: Caller) -> None:
    source, target = dollars(), CashAccountFactory().id
    problem = transfer(user, source, target, 100, 400)
    assert "received_amount" in problem["errors"]
    made = transfer(user, source, target, 100, received_amount="405000.75")["data"]
    assert (made["currency"], made["received_currency"]) == ("USD", "COP")
    assert balances(user) == {source: -100, target: 405000.75}


def test_in_one_currency_all_that_leaves_arrives(user: Caller) -> None:
    source, target = CashAccountFactory().id, CashAccountFactory().id
    assert "received_amount" in transfer(user, source, target, 100, 400, received_amount=99)["errors"]
    transfer(user, source, target, 100, received_amount=100)


@pytest.mark.parametrize(
    ("more", "field"),
    [({"date": "2025-03-11"}, "date"), ({"amount": 0}, "amount"), ({"amount": "1.005"}, "amount")],
)
def test_a_wrong_value_of_a_transfer_is_named(user: Caller, more: dict[str, Any], field: str) -> None:
    source, target = CashAccountFactory().id, CashAccountFactory().id
    sent = {"from_account_id": source, "to_account_id": target, "amount": 5, **more}
    assert field in user.post(TRANSFERS, sent, 400)["errors"]


def test_a_transfer_is_between_two_active_accounts_that_exist(user: Caller) -> None:
    account, closed = CashAccountFactory().id, CashAccountFactory(active=False).id
    assert "to_account_id" in transfer(user, account, account, 5, 400)["errors"]
    assert "to_account_id" in transfer(user, account, closed, 5, 400)["errors"]
    assert "from_account_id" in transfer(user, closed, account, 5, 400)["errors"]
    transfer(user, account, closed + 1000, 5, 404)


def test_transfers_are_found_by_account_and_day(user: Caller) -> None:
    early, late = CashTransferFactory(date=date(2025, 3, 1)), CashTransferFactory(date=date(2025, 3, 2))

    def ids(**query: Any) -> list[int]:
        return [row["id"] for row in user.get(TRANSFERS, **query)["data"]]

    assert ids() == [late.id, early.id]
    assert ids(cash_account_id=early.from_account_id) == ids(cash_account_id=early.to_account_id) == [early.id]
    assert ids(date_from="2025-03-02") == [late.id]
    user.get(TRANSFERS, 400, date_from="2025-03-02", date_to="2025-03-01")


@pytest.fixture
def closed_month(database: None) -> str:
    """A day of a closed month."""
    return f"{close_next()}-15"


def test_a_transfer_in_a_closed_month_is_refused(user: Caller, closed_month: str) -> None:
    accounts = CashAccountFactory().id, CashAccountFactory().id
    assert transfer(user, *accounts, 5, 409, date=closed_month)["code"] == "period_closed"


def test_a_transfer_of_a_closed_month_is_not_undone(user: Caller) -> None:
    made = CashTransferFactory(date=date(1950, 1, 15)).id
    close_next()
    assert user.delete(f"{TRANSFERS}/{made}", 409)["code"] == "period_closed"


def test_an_opening_balance_does_not_change_closed_months(user: Caller, closed_month: str) -> None:
    opened = TILL | {"opening_balance": 5}
    assert user.post(ACCOUNTS, opened, 409)["code"] == "period_closed"
    assert user.post(ACCOUNTS, opened | {"opening_date": closed_month}, 409)["code"] == "period_closed"
    account = path(user.post(ACCOUNTS, TILL)["data"]["id"])
    assert user.put(account, {"opening_balance": 5}, 409)["code"] == "period_closed"
    user.put(account, {"opening_balance": 5, "opening_date": "2025-01-01"})
    assert user.put(account, {"opening_date": closed_month}, 409)["code"] == "period_closed"
    user.delete(account)


@pytest.mark.parametrize("opened", [{}, {"opening_date": date(1950, 1, 3)}])
def test_an_opening_balance_of_a_closed_month_stays(user: Caller, opened: dict[str, Any]) -> None:
    account = path(CashAccountFactory(opening_balance=Decimal(5), **opened).id)
    close_next()
    for method, body in (("PUT", {"opening_balance": 6}), ("PUT", {"opening_date": "2025-01-01"}), ("DELETE", None)):
        assert user.send(method, account, json=body).json["code"] == "period_closed"
    user.put(account, {"name": "Otra"})


def test_an_opening_day_that_takes_a_closed_movement_out_is_refused(user: Caller) -> None:
    account = CashAccountFactory().id
    IncomeFactory(cash_account_id=account, date=date(1950, 1, 20))
    close_next()
    assert user.put(path(account), {"opening_date": "1950-01-21"}, 409)["code"] == "period_closed"
    user.put(path(account), {"opening_date": "1950-01-20"})
