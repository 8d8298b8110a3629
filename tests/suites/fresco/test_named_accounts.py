"""Receipts, incomes, expenses, paid bills and refunds name the cash account that the money reached or left."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from app.kernel.money import Currency
from app.suites.fresco.expenses.rules import AccruedStatus
from app.suites.fresco.payments.rules import FROM_CREDIT
from tests.factories.cash_accounts import CashAccountFactory, CashTransferFactory
from tests.factories.currencies import RateFactory
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory, receive
from tests.factories.periods import close_next
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller

TODAY = date(2025, 3, 10)
ENTERED = {"description": "Algo", "date": "2025-03-01", "amount": 100, "currency": "COP", "payment_method": "Efectivo"}
INCOME, EXPENSE = ENTERED | {"type": "Intereses"}, ENTERED | {"category": "Software"}
PATHS = {"/api/incomes": (INCOME, 100), "/api/expenses": (EXPENSE, -100)}
DOLLARS = {"amount": Decimal(1000), "currency": Currency.USD}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with on(TODAY):
        yield


@pytest.fixture
def bank(database: None) -> int:
    """Id of an account in pesos."""
    made: int = CashAccountFactory(name="Bancolombia").id
    return made


@pytest.fixture
def dollars(database: None) -> int:
    """Id of an account in dollars."""
    made: int = CashAccountFactory(name="Mercury", currency=Currency.USD).id
    return made


def balance(caller: Caller, account_id: int) -> float:
    found: float = caller.get(f"/api/cash-accounts/{account_id}")["data"]["balance"]
    return found


@pytest.mark.parametrize("path", PATHS)
def test_an_entry_names_an_account_and_may_name_another(user: Caller, bank: int, path: str) -> None:
    values, moved = PATHS[path]
    made = user.post(path, values | {"cash_account_id": bank})["data"]
    assert (made["cash_account_id"], balance(user, bank)) == (bank, moved)
    till = CashAccountFactory().id
    user.put(f"{path}/{made['id']}", {"cash_account_id": till, "amount": 70})
    assert (balance(user, bank), balance(user, till)) == (0, moved / 100 * 70)
    user.put(f"{path}/{made['id']}", {"cash_account_id": None})
    assert balance(user, till) == 0


@pytest.mark.parametrize("path", PATHS)
def test_an_account_is_in_the_currency_of_its_entries(user: Caller, bank: int, dollars: int, path: str) -> None:
    values, _ = PATHS[path]
    problem = user.post(path, values | {"cash_account_id": dollars}, 400)
    assert problem["errors"] == {"cash_account_id": ["The cash account is in USD."]}
    made = f"{path}/{user.post(path, values | {'cash_account_id': bank})['data']['id']}"
    assert user.put(made, {"currency": "USD"}, 400)["errors"] == {"currency": ["The cash account is in COP."]}
    user.put(made, {"currency": "USD", "cash_account_id": dollars})
    assert balance(user, bank) == 0


@pytest.mark.parametrize("path", PATHS)
def test_an_account_must_exist_and_be_active_when_it_is_named(user: Caller, path: str) -> None:
    values, _ = PATHS[path]
    account = CashAccountFactory().id
    user.post(path, values | {"cash_account_id": account + 1000}, 404)
    made = user.post(path, values | {"cash_account_id": account})["data"]
    user.put(f"/api/cash-accounts/{account}", {"active": False})
    assert "cash_account_id" in user.post(path, values | {"cash_account_id": account}, 400)["errors"]
    user.put(f"{path}/{made['id']}", made | {"notes": "de antes"})


def test_a_paid_bill_names_an_account_until_its_payment_is_undone(user: Caller, bank: int, dollars: int) -> None:
    bill = f"/api/expenses/accrued/{AccruedExpenseFactory(amount=Decimal(100)).id}"
    assert "cash_account_id" in user.put(bill, {"cash_account_id": bank}, 400)["errors"]
    assert "cash_account_id" in user.post(f"{bill}/mark-as-paid", {"cash_account_id": dollars}, 400)["errors"]
    paid = user.post(f"{bill}/mark-as-paid", {"cash_account_id": bank, "amount": 120}, 200)["data"]
    assert (paid["cash_account_id"], balance(user, bank)) == (bank, -120)
    till = CashAccountFactory().id
    user.put(bill, {"cash_account_id": till})
    assert (balance(user, bank), balance(user, till)) == (0, -120)
    undone = user.post(f"{bill}/undo-payment", expect=200)["data"]
    assert (undone["cash_account_id"], balance(user, till)) == (None, 0)


def test_all_parts_of_a_receipt_come_to_the_amount_that_reached_the_account(user: Caller, bank: int) -> None:
    withheld = {"withholdings": [{"type": "Retefuente", "amount": 11}], "bank_charge": 2}
    payment = PaymentFactory(amount=Decimal(100), tax_amount=Decimal(19)).id
    made = receive(user, payment, 150, cash_account_id=bank, excess="credit", **withheld)
    assert (made["received_amount"], made["cash_account_id"]) == (137, bank)
    assert balance(user, bank) == 137
    rows = user.get("/api/cashflow", cash_account_id=bank)
    assert len(rows["data"]) == 5
    assert {(row["cash_account_id"], row["cash_account"]) for row in rows["data"]} == {(bank, "Bancolombia")}
    assert (rows["balance"], rows["closing_balance"]) == (137, 137)
    user.delete(f"/api/payments/{payment}/receipts/{made['id']}")
    assert balance(user, bank) == 0


def test_a_receipt_in_another_currency_reaches_an_account_in_that_one(user: Caller, bank: int, dollars: int) -> None:
    RateFactory(date=TODAY, rate=Decimal(4000))
    payment = PaymentFactory(**DOLLARS).id
    given = {"withholdings": [{"type": "Retefuente", "amount": 110}], "bank_charge": 10}
    foreign = given | {"currency": "COP", "exchange_rate": "3900"}
    refused = {"amount": 1000, "cash_account_id": dollars, **foreign}
    problem = user.post(f"/api/payments/{payment}/receipts", refused, 400)
    assert problem["errors"] == {"cash_account_id": ["The cash account is in USD."]}
    receive(user, payment, 1000, cash_account_id=bank, **foreign)
    assert balance(user, bank) == 3432000
    page = user.get("/api/cashflow", cash_account_id=bank)
    assert (page["balance"], page["closing_balance"], page["rounding"]) == (3432000, 3432000, 0)


def test_the_balance_rests_on_what_was_received_and_not_on_rates(user: Caller, bank: int) -> None:
    receive(user, PaymentFactory(**DOLLARS).id, 1000, cash_account_id=bank, currency="COP", received_amount=3900000)
    assert balance(user, bank) == 3900000
    RateFactory(date=TODAY, rate=Decimal(4000))
    assert balance(user, bank) == 3900000


def test_credit_reaches_no_account_and_a_refund_leaves_one(user: Caller, bank: int) -> None:
    payment = PaymentFactory(amount=Decimal(100))
    receive(user, payment.id, 150, excess="credit", cash_account_id=bank)
    other = PaymentFactory(project_id=payment.project_id, client_id=payment.client_id).id
    used = {"amount": 10, "payment_method": FROM_CREDIT, "cash_account_id": bank}
    assert "cash_account_id" in user.post(f"/api/payments/{other}/receipts", used, 400)["errors"]
    refund = {"amount": 20, "currency": "COP", "cash_account_id": bank}
    made = user.post(f"/api/clients/{payment.client_id}/credits/refund", refund)["data"]
    assert (made["cash_account_id"], balance(user, bank)) == (bank, 130)


def test_a_receipt_in_another_currency_has_as_many_decimals_as_that_one(user: Caller) -> None:
    sent = {"amount": 1000, "currency": "JPY", "received_amount": "150000.5"}
    problem = user.post(f"/api/payments/{PaymentFactory(**DOLLARS).id}/receipts", sent, 400)
    assert "received_amount" in problem["errors"]


def test_cash_flow_of_an_account_has_its_balances_and_transfers(user: Caller) -> None:
    account = CashAccountFactory(opening_balance=Decimal(1000)).id
    IncomeFactory(amount=Decimal(7))
    IncomeFactory(cash_account_id=account, date=date(2025, 2, 27), amount=Decimal(50))
    CashTransferFactory(to_account_id=account, date=date(2025, 2, 28))
    IncomeFactory(cash_account_id=account, date=date(2025, 3, 1), amount=Decimal(500))
    CashTransferFactory(from_account_id=account, amount=Decimal(30), date=date(2025, 3, 2))
    ExpenseFactory(cash_account_id=account, date=date(2025, 3, 3), amount=Decimal(200), category="Viajes")
    IncomeFactory(cash_account_id=account, date=date(2025, 4, 1), amount=Decimal(9))
    asked = {"cash_account_id": account, "date_from": "2025-03-01", "date_to": "2025-03-31"}
    page = user.get("/api/cashflow", **asked)
    assert [row["amount"] for row in page["data"]] == [200, 500]
    figures = ("opening_balance", "total_income", "total_expenses", "balance", "transfers", "closing_balance")
    assert [page[name] for name in figures] == [1150, 500, 200, 300, -30, 1420]
    travel = user.get("/api/cashflow", category="Viajes", nature="operating", type="expense", **asked)
    assert [travel[name] for name in figures] == [1150, 0, 200, -200, -30, 1420]
    assert user.get("/api/cashflow")["transfers"] is None
    assert (
        balance(user, account)
        == user.get("/api/cashflow", cash_account_id=account, date_to=str(TODAY))["closing_balance"]
    )


def test_cash_flow_of_an_account_follows_its_opening_day(user: Caller) -> None:
    account = CashAccountFactory(opening_balance=Decimal(1000), opening_date=date(2025, 3, 5)).id
    IncomeFactory(cash_account_id=account, date=date(2025, 3, 4), amount=Decimal(50))

    def around(first: str, last: str) -> tuple[float, float]:
        page = user.get("/api/cashflow", cash_account_id=account, date_from=first, date_to=last)
        return page["opening_balance"], page["closing_balance"]

    assert around("2025-03-01", "2025-03-04") == (0, 0)
    assert around("2025-03-01", "2025-03-31") == (0, 1000)
    assert around("2025-03-05", "2025-03-31") == (1000, 1000)


def test_cash_flow_of_an_account_in_dollars_is_converted_or_not(user: Caller, dollars: int) -> None:
    RateFactory(date=date(2025, 1, 1), rate=Decimal(4000))
    IncomeFactory(cash_account_id=dollars, amount=Decimal("10.50"), currency=Currency.USD)
    CashTransferFactory(
        from_account_id=dollars, currency=Currency.USD, amount=Decimal(2), received_amount=Decimal(8100)
    )
    page = user.get("/api/cashflow", cash_account_id=dollars, currency="USD")
    assert (page["balance"], page["transfers"], page["closing_balance"]) == (10.5, -2, 8.5)
    page = user.get("/api/cashflow", cash_account_id=dollars)
    assert (page["balance"], page["transfers"], page["closing_balance"]) == (42000, -8000, 34000)


def test_cash_flow_of_an_account_answers_without_a_rate(user: Caller, dollars: int) -> None:
    CashTransferFactory(
        from_account_id=dollars, currency=Currency.USD, amount=Decimal(2), received_amount=Decimal(8100)
    )
    page = user.get("/api/cashflow", cash_account_id=dollars)
    assert (page["closing_balance"], page["transfers"], len(page["warnings"])) == (None, None, 1)


@pytest.mark.parametrize("table", ["incomes", "expenses"])
def test_files_of_entries_name_accounts_by_id(user: Caller, bank: int, dollars: int, table: str) -> None:
    kind = "type" if table == "incomes" else "category"
    head = f"description,date,amount,currency,payment_method,{kind},cash_account_id\n"
    lines = [f"Uno {n},2025-03-01,100,COP,Efectivo,Otros,{one}\n" for n, one in enumerate((bank, dollars, 10**6))]

    def sent(*rows: str, mode: str, expect: int) -> Any:
        data = {"file": (_file(head + "".join(rows)), "filas.csv")}
        answer = user.send("POST", f"/api/imports/{table}", query_string={"mode": mode}, data=data)
        assert answer.status_code == expect, answer.get_data(as_text=True)
        return answer.json

    wrong = [row["errors"] for row in sent(*lines, mode="preview", expect=200)["data"]["lines"]]
    assert [bool(one) and list(one) for one in wrong] == [False, ["cash_account_id"], ["cash_account_id"]]
    sent(lines[0], mode="commit", expect=201)
    assert balance(user, bank) == (100 if table == "incomes" else -100)


def _file(content: str) -> Any:
    return BytesIO(content.encode())


@pytest.mark.parametrize("factory", [IncomeFactory, ExpenseFactory])
def test_the_account_of_a_closed_month_stays(user: Caller, bank: int, factory: Any) -> None:
    path = "/api/incomes" if factory is IncomeFactory else "/api/expenses"
    named, unnamed = (factory(date=date(1950, 1, 20), cash_account_id=one).id for one in (bank, None))
    close_next()
    till = CashAccountFactory().id
    for one, account in ((named, None), (named, till), (unnamed, bank)):
        assert user.put(f"{path}/{one}", {"cash_account_id": account}, 409)["code"] == "period_closed"
    user.put(f"{path}/{named}", {"notes": "libre"})


def test_the_account_of_a_bill_paid_in_a_closed_month_stays(user: Caller, bank: int) -> None:
    day = date(1950, 1, 20)
    paid = {"status": AccruedStatus.PAID, "paid_date": day, "paid_amount": Decimal(5), "cash_account_id": bank}
    bill = f"/api/expenses/accrued/{AccruedExpenseFactory(due_date=day, **paid).id}"
    close_next()
    assert user.put(bill, {"cash_account_id": None}, 409)["code"] == "period_closed"
    user.put(bill, {"notes": "libre"})
