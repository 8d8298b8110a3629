"""Nothing writes into a closed month: no route, no bulk statement, no job, no command."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.infra.context import make_context
from app.infra.db import db
from app.kernel.money import Currency
from app.suites.fresco.expenses.service import AccruedService
from app.suites.fresco.payments.service import GenerationService
from tests.examples import EXAMPLES
from tests.factories.currencies import RateFactory
from tests.factories.expenses import ExpenseFactory, RecurringExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory
from tests.factories.projects import planned
from tests.reliability.writes import Write, write
from tests.suites.fresco.closing.conftest import MAY_20
from tests.support import Caller

MAY_31 = "2026-05-31"
INCOME = {
    "description": "Algo",
    "date": MAY_31,
    "amount": "1.00",
    "currency": "COP",
    "payment_method": "Transferencia",
    "type": "Intereses",
}
EXPENSE = {**{key: value for key, value in INCOME.items() if key != "type"}, "category": "Software"}

REFUSED: dict[str, tuple[str, str, dict[str, Any] | None]] = {
    "a new income": ("POST", "/api/incomes", INCOME),
    "an income's amount": ("PUT", "/api/incomes/{income}", {"amount": "1.00"}),
    "an income's currency": ("PUT", "/api/incomes/{income}", {"currency": "COP"}),
    "an income out of its month": ("PUT", "/api/incomes/{income}", {"date": "2026-06-01"}),
    "an income": ("DELETE", "/api/incomes/{income}", None),
    "a new expense": ("POST", "/api/expenses", EXPENSE),
    "an expense's amount": ("PUT", "/api/expenses/{expense}", {"amount": "1.00"}),
    "an expense": ("DELETE", "/api/expenses/{expense}", None),
    "the amount of what is owed": ("PUT", "/api/payments/{owed}", {"amount": "1.00"}),
    "the day of what is owed": ("PUT", "/api/payments/{owed}", {"date": "2026-06-01"}),
    "the type of what is owed": ("PUT", "/api/payments/{owed}", {"type": "Implementación"}),
    "what is owed": ("DELETE", "/api/payments/{owed}", None),
    "a payment of May": ("PATCH", "/api/payments/{owed}/status", {"status": "Pagado", "paid_date": MAY_31}),
    "undoing a payment of May": ("PATCH", "/api/payments/{paid}/status", {"status": "Vencido"}),
    "a receipt of May": ("POST", "/api/payments/{owed}/receipts", {"amount": "1.00", "date": MAY_31}),
    "a bill paid in May": ("POST", "/api/expenses/accrued/{bill}/mark-as-paid", {"payment_date": MAY_31}),
    "a new rate": ("POST", "/api/exchange-rates", {"date": MAY_31, "rate": "4100"}),
    "another rate": ("POST", "/api/exchange-rates", {"date": "2026-05-04", "rate": "4100"}),
    "a rate": ("DELETE", "/api/exchange-rates/{rate}", None),
    "the opening balance": ("PUT", "/api/company", {"opening_balance": 5}),
    "the opening day": ("PUT", "/api/company", {"opening_date": "2026-06-01"}),
}
FREE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "an income's words": ("PUT", "/api/incomes/{income}", {"type": "Otro", "notes": "x", "description": "y"}),
    "an expense's category": ("PUT", "/api/expenses/{expense}", {"category": "Otra", "notes": "x"}),
    "a payment's invoice": ("PUT", "/api/payments/{paid}", {"invoice_number": "F-1", "notes": "x"}),
    "paying what was due": ("PATCH", "/api/payments/{owed}/status", {"status": "Pagado"}),
    "undoing what was paid since": ("PATCH", "/api/payments/{paid_later}/status", {"status": "Vencido"}),
    "paying a bill that was due": (
        "POST",
        "/api/expenses/accrued/{bill}/mark-as-paid",
        {"payment_date": "2026-06-01", "amount": "900.00"},
    ),
    "an income of June": ("POST", "/api/incomes", {**INCOME, "date": "2026-06-01"}),
    "a rate of June": ("POST", "/api/exchange-rates", {"date": "2026-06-01", "rate": "4100"}),
    "the company's name": ("PUT", "/api/company", {"name": "Otra"}),
}


BULK_INCOMES = """
    INSERT INTO incomes (description, date, amount, currency, type, payment_method)
    SELECT 'x', day, 1, 'COP', 'x', 'x' FROM (VALUES (date '2026-06-01'), ('2026-05-01')) days (day)
"""


def send(caller: Caller, rows: dict[str, Any], request: tuple[str, str, dict[str, Any] | None]) -> Any:
    method, path, body = request
    address = path.format(**{name: row.id for name, row in rows.items()})
    return caller.send(method, address, **({} if body is None else {"json": body}))


def test_changes_of_closed_months_are_409(
    boss: Caller, closed: dict[str, Any], violations: Callable[[], list[str]]
) -> None:
    for name, request in REFUSED.items():
        response = send(boss, closed, request)
        assert (response.status_code, response.get_json().get("code")) == (409, "period_closed"), name
    assert violations() == []


def test_the_rest_goes_through(boss: Caller, closed: dict[str, Any], violations: Callable[[], list[str]]) -> None:
    for name, request in FREE.items():
        response = send(boss, closed, request)
        assert response.status_code in {200, 201}, (name, response.get_data(as_text=True))
    assert violations() == []


def test_a_reopened_month_takes_changes(boss: Caller, closed: dict[str, Any]) -> None:
    boss.post("/api/periods/2026-05/reopen", {"reason": "Factura tardía"}, expect=200)
    assert send(boss, closed, REFUSED["an income's amount"]).status_code == 200


def writes(app: Flask) -> list[Write]:
    """Every write that has an example, but for sign-in and closing itself."""
    found = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}):
            known = {*EXAMPLES.posts, *EXAMPLES.own_posts} if method == "POST" else set(EXAMPLES.existing)
            if rule.rule in known and not rule.rule.startswith(("/api/auth", "/api/periods")):
                found.append(write(method, rule.rule))
    return found


def test_no_write_of_the_api_changes_a_closed_month(
    app: Flask, boss: Caller, rows: dict[str, Any], violations: Callable[[], list[str]]
) -> None:
    prepared = [(one, one.prepare(boss)) for one in writes(app)]
    RateFactory(date=date(1990, 1, 1))
    for failed in boss.get("/api/imports", state="failed", per_page=100)["data"]:
        boss.delete(f"/api/imports/{failed['id']}")
    boss.post("/api/periods/2026-05/close", expect=200)
    statuses = {}
    for one, (address, options) in prepared:
        response = boss.send(one.method, address, **options)
        assert response.status_code < 500, one.name
        statuses[one.name] = (response.status_code, (response.get_json(silent=True) or {}).get("code"))
        assert violations() == [], one.name
    refused = [name for name, status in statuses.items() if status == (409, "period_closed")]
    assert len(refused) >= 4, statuses


def test_no_bulk_statement_changes_a_closed_month(app: Flask, closed: dict[str, Any]) -> None:
    statements = [
        "UPDATE payments SET amount = amount + 1 WHERE paid_amount = 0",
        "UPDATE payments SET date = date + 40 WHERE paid_amount = 0",
        "UPDATE payment_receipts SET date = '2026-06-03'",
        "DELETE FROM payment_receipts",
        "DELETE FROM incomes",
        "UPDATE expenses SET date = '2026-05-30'",
        "UPDATE accrued_expenses SET amount = 7",
        "UPDATE exchange_rates SET rate = rate + 1",
        "UPDATE company SET opening_balance = 9",
        BULK_INCOMES,
    ]
    with app.app_context():
        for statement in statements:
            with pytest.raises(IntegrityError, match="closed"), db.session.begin_nested():
                db.session.execute(text(statement))


def test_many_at_once_are_refused_with_the_ids_of_those_in_a_closed_month(
    boss: Caller, closed: dict[str, Any], violations: Callable[[], list[str]]
) -> None:
    free, paid = PaymentFactory(date=date(2026, 6, 10)), closed["paid"]
    boss.patch(f"/api/payments/{free.id}/status", {"status": "Pagado"})
    later = ExpenseFactory(date=date(2026, 6, 10))
    for path, action, ids, named in (
        ("/api/payments/bulk", "undo", (free.id, paid.id), paid.id),
        (
            "/api/payments/bulk",
            "delete",
            (PaymentFactory(date=date(2026, 6, 10)).id, closed["owed"].id),
            closed["owed"].id,
        ),
        ("/api/expenses/bulk", "delete", (later.id, closed["expense"].id), closed["expense"].id),
    ):
        refused = boss.post(path, {"ids": list(ids), "action": action}, expect=409)
        assert (refused["code"], refused["errors"]) == (
            "period_closed",
            {"ids": {str(named): ["The month 2026-05 is closed."]}},
        )
    assert violations() == []


def test_jobs_date_what_they_make_on_the_first_open_day(
    app: Flask, june: None, boss: Caller, violations: Callable[[], list[str]]
) -> None:
    project_id = planned()
    RecurringExpenseFactory(start_date=date(2026, 4, 20))
    boss.post("/api/periods/2026-05/close", expect=200)
    with app.app_context():
        context = make_context(db.session())
        db.session.execute(text("UPDATE payment_progress SET charged_through = '2026-01-01'"))
        db.session.execute(text("UPDATE projects SET created_at = '2026-01-01'"))
        made = GenerationService(context).generate_due(today=date(2026, 6, 15), horizon=timedelta(days=30))
        AccruedService(context).accrue(date(2026, 6, 15))
        db.session.commit()
        days = "SELECT date FROM payments WHERE project_id = :id ORDER BY installment_number"
        found = db.session.scalars(text(days), {"id": project_id}).all()
        accrued = db.session.scalars(text("SELECT due_date FROM accrued_expenses ORDER BY id")).all()
    first = date(2026, 6, 1)
    assert made["payments"] == len(found) > 3
    assert found[:5] == [first] * 5
    assert accrued == [first, first, date(2026, 6, 20)]
    assert violations() == []


def test_commands_are_refused_too(app: Flask, closed: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("date,rate\n2026-06-01,4100\n2026-05-05,4100\n")
    run = app.test_cli_runner().invoke(args=["rates", "import", str(file)])
    assert (run.exit_code, "2026-05 is closed" in run.output) == (1, True), run.output


def test_the_first_rate_of_a_pair_reaches_back(boss: Caller, june: None) -> None:
    boss.put("/api/company", {"base_currency": "EUR", "billing_currencies": ["EUR", "COP"]})
    RateFactory(date=MAY_20)
    RateFactory(date=MAY_20, base=Currency.EUR, quote=Currency.USD, rate=Decimal("1.1"))
    IncomeFactory(date=MAY_20)  # in pesos, which are converted by the dollar
    boss.post("/api/periods/2026-05/close", expect=200)
    rate = {"date": "2026-06-03", "quote": "COP", "rate": "4500"}
    refused = boss.post("/api/exchange-rates", {**rate, "base": "EUR"}, expect=409)
    assert refused["code"] == "period_closed"
    assert "first rate of EUR in COP" in refused["detail"]
    boss.post("/api/exchange-rates", {**rate, "base": "GBP"})  # nothing of a closed month is in pounds
    boss.post("/api/exchange-rates", {**rate, "base": "USD"})


def test_an_opening_day_after_closed_months_is_free(boss: Caller, june: None) -> None:
    boss.put("/api/company", {"opening_date": "2026-06-01"})
    boss.post("/api/periods/2026-05/close", expect=200)
    boss.put("/api/company", {"opening_balance": 77})
    boss.put("/api/company", {"opening_date": "2026-06-10"})
    assert boss.put("/api/company", {"opening_date": "2026-05-31"}, expect=409)["code"] == "period_closed"
    assert boss.put("/api/company", {"opening_date": None}, expect=409)["code"] == "period_closed"
