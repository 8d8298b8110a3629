"""Receipts with withholdings, bank charges and other currencies."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.kernel.money import Currency
from tests.factories.currencies import RateFactory
from tests.factories.payments import PaymentFactory, receive
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller

TODAY = date(2025, 3, 10)
DOLLARS = {"amount": Decimal(1000), "currency": Currency.USD}
RETEFUENTE = {"type": "Retefuente", "amount": 110}
EXAMPLE = {"withholdings": [RETEFUENTE], "bank_charge": 10, "currency": "COP", "exchange_rate": "3900"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with on(TODAY):
        yield


def movements(caller: Caller) -> list[tuple[str, str, str, float, str]]:
    rows = caller.get("/api/cashflow")["data"]
    found = [(row["source"], row["kind"], row["category"], row["amount"], row["currency"]) for row in rows]
    return sorted(found)


def test_a_fee_in_dollars_is_received_in_pesos(user: Caller) -> None:
    RateFactory(date=TODAY, rate=Decimal(4000))
    one = PaymentFactory(**DOLLARS).id
    made = receive(user, one, 1000, **EXAMPLE)
    assert (made["received_amount"], made["exchange_difference"], made["currency"]) == (3432000, -88000, "COP")
    assert (made["withholdings"], made["bank_charge"], made["exchange_rate"]) == ([RETEFUENTE], 10, 3900)
    assert made["warnings"] == []
    payment = user.get(f"/api/payments/{one}")["data"]
    assert (payment["status"], payment["receipts"]) == ("Pagado", [made])
    assert movements(user) == [
        ("bank_charge", "expense", "Gastos bancarios", 10, "USD"),
        ("exchange_difference", "expense", "Diferencia en cambio", 88000, "COP"),
        ("payment", "income", "Cliente", 1000, "USD"),
        ("withholding", "expense", "Retefuente", 110, "USD"),
    ]
    for row in user.get("/api/cashflow")["data"]:
        assert (row["payment_id"], row["receipt_id"]) == (one, made["id"])
    assert user.get("/api/cashflow")["balance"] == 3432000  # what reached the bank


def test_withholdings_are_no_cost_and_differences_no_revenue(user: Caller) -> None:
    RateFactory(date=TODAY, rate=Decimal(4000))
    receive(user, PaymentFactory(**DOLLARS).id, 1000, **EXAMPLE)
    statement = user.get("/api/reports/statement", date_from="2025-01-01", date_to="2025-12-31")
    assert statement["incomes"] == {"total": 4000000, "by_type": {"Cliente": 4000000}}
    assert statement["expenses"] == {"total": 40000, "by_category": {"Gastos bancarios": 40000}}
    assert (statement["financial_result"], statement["gross_profit"]) == (-88000, 3872000)
    assert (statement["taxes"], statement["withheld"]) == (1355200, {"Retefuente": 440000})
    assert statement["tax_to_pay"] == 915200
    summary = user.get("/api/reports/summary", date_from="2025-03-01", date_to="2025-03-31")
    assert summary["monthly_revenue_expenses"] == [
        {"month": "2025-03", "revenue": 4000000, "expenses": 40000, "financial_result": -88000, "profit": 3872000}
    ]
    [trend] = summary["cash_flow_trend"]
    assert (trend["net"], trend["balance"]) == (3432000, 3432000)
    [client] = user.get("/api/reports/clients")["client_profitability"]
    assert (client["revenue"], client["expenses"], client["profit"]) == (4000000, 40000, 3960000)
    analysis = user.get("/api/cashflow/analysis", period="month")
    assert analysis["monthly_data"][0]["expenses"] == 40000
    metrics = user.get("/api/cashflow/metrics")
    assert metrics["current_balance"] == 3432000


def test_more_than_the_taxes_may_be_withheld(user: Caller) -> None:
    one = PaymentFactory(amount=Decimal(100)).id
    kinds = ["Retefuente", "ReteICA", "ReteIVA", "Otra"]
    held = [{"type": kind, "amount": amount} for kind, amount in zip(kinds, (50, 3, 2, 1), strict=True)]
    assert receive(user, one, 100, withholdings=held)["received_amount"] == 44
    statement = user.get("/api/reports/statement", date_from="2025-01-01", date_to="2025-12-31")
    assert statement["withheld"] == {"Retefuente": 50, "ReteICA": 3, "ReteIVA": 2, "Otra": 1}
    assert (statement["taxes"], statement["tax_to_pay"]) == (35, 0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"withholdings": [RETEFUENTE, RETEFUENTE]}, "withholdings"),
        ({"withholdings": [{"type": "IVA", "amount": 1}]}, "withholdings"),
        ({"withholdings": [RETEFUENTE], "bank_charge": "890.01"}, "amount"),
        ({"currency": "COP"}, "received_amount"),
        ({"currency": "COP", "received_amount": 1, "exchange_rate": 1}, "received_amount"),
        ({"received_amount": 1}, "received_amount"),
        ({"currency": "USD", "exchange_rate": 1}, "exchange_rate"),
        ({"currency": "XXX", "exchange_rate": 1}, "currency"),
        ({"currency": "COP", "received_amount": "0.005"}, "received_amount"),
        ({"currency": "JPY", "received_amount": "1.5"}, "received_amount"),
    ],
)
def test_contradicting_parts_are_refused_by_their_field(user: Caller, body: dict[str, Any], field: str) -> None:
    one = PaymentFactory(**DOLLARS).id
    response = user.send("POST", f"/api/payments/{one}/receipts", json={"amount": 1000, **body})
    assert (response.status_code, list(response.get_json()["errors"])) == (400, [field])


def test_all_may_be_withheld(user: Caller) -> None:
    one = PaymentFactory(amount=Decimal(120)).id
    assert receive(user, one, 120, withholdings=[RETEFUENTE], bank_charge=10)["received_amount"] == 0


def difference(caller: Caller, payment_id: int) -> tuple[float, int]:
    [made] = caller.get(f"/api/payments/{payment_id}/receipts")["data"]
    return made["exchange_difference"], len(made["warnings"])


def test_a_difference_follows_the_rates_that_it_rests_on(admin: Caller) -> None:
    one = PaymentFactory(**DOLLARS).id
    receive(admin, one, 1000, **EXAMPLE)
    assert difference(admin, one) == (0, 1)  # no rate: a warning, not a refusal
    before = admin.post("/api/exchange-rates", {"date": "2025-03-20", "rate": 4100})["data"]
    assert difference(admin, one) == (-176000, 0)  # before the first rate, the first
    rate = admin.post("/api/exchange-rates", {"date": "2025-03-09", "rate": 3800})["data"]
    assert difference(admin, one) == (88000, 0)
    assert ("exchange_difference", "income", "Diferencia en cambio", 88000, "COP") in movements(admin)
    admin.post("/api/exchange-rates", {"date": "2025-03-10", "rate": 3900}, expect=201)
    assert difference(admin, one) == (0, 0)
    assert len(movements(admin)) == 3
    admin.post("/api/exchange-rates", {"date": "2025-03-10", "rate": 4000}, expect=200)
    assert difference(admin, one) == (-88000, 0)
    paid = {"status": "Pagado", "paid_date": "2025-03-09"}
    assert admin.patch(f"/api/payments/{one}/status", paid)["data"]["receipts"][0]["exchange_difference"] == 88000
    assert difference(admin, one) == (88000, 0)
    admin.put(f"/api/payments/{one}", {"paid_date": "2025-03-10"})
    assert difference(admin, one) == (-88000, 0)
    for found in admin.get("/api/exchange-rates")["data"]:
        admin.delete(f"/api/exchange-rates/{found['id']}")
    assert {before["id"], rate["id"]}  # they are gone, and with them the difference
    assert difference(admin, one) == (0, 1)


def test_a_month_with_a_receipt_that_lacks_a_rate_is_not_closed(admin: Caller) -> None:
    one = PaymentFactory(amount=Decimal(1000), date=date(2025, 2, 1)).id
    receive(admin, one, 1000, date="2025-02-20", currency="EUR", received_amount=1)
    refused = admin.post("/api/periods/2025-02/close", expect=409)
    assert (refused["code"], list(refused["errors"])) == ("period_not_ready", ["exchange_rate_missing"])
    assert f"payment {one} on 2025-02-20" in refused["errors"]["exchange_rate_missing"][0]
    admin.post("/api/periods/2025-01/close", expect=200)
    admin.post("/api/exchange-rates", {"date": "2025-02-19", "base": "EUR", "quote": "COP", "rate": 900})
    admin.post("/api/periods/2025-02/close", expect=200)
    assert difference(admin, one)[1] == 0


def test_rates_from_a_file_count_too(app: Flask, admin: Caller, tmp_path: Any) -> None:
    one = PaymentFactory(**DOLLARS).id
    receive(admin, one, 1000, **EXAMPLE)
    rates = tmp_path / "rates.csv"
    rates.write_text("date,rate\n2025-03-10,4000\n", "utf-8")
    done = app.test_cli_runner().invoke(args=("rates", "import", str(rates)))
    assert done.exit_code == 0, done.output
    assert difference(admin, one) == (-88000, 0)


def test_verify_finds_nothing(app: Flask, user: Caller) -> None:
    RateFactory(date=TODAY, rate=Decimal(4000))
    receive(user, PaymentFactory(**DOLLARS).id, 400, **EXAMPLE)
    done = app.test_cli_runner().invoke(args=("verify",))
    assert done.exit_code == 0, done.output
