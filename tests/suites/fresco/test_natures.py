"""Revenue without capital and IVA, which only move cash; clients of incomes by their names."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.movements.models import Movement
from app.core.movements.service import MovementService
from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.fresco.expenses.models import AccruedExpense, Expense
from app.suites.fresco.incomes.models import Income
from app.suites.fresco.payments.models import PaymentReceipt
from tests.factories.clients import ClientFactory
from tests.factories.expenses import AccruedExpenseFactory, ExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.payments import PaymentFactory, receive
from tests.factories.projects import ProjectFactory
from tests.support import Caller, sign_in

DAY = date(2026, 5, 4)
INCOME = {"description": "x", "date": str(DAY), "amount": 119, "currency": "COP", "payment_method": "PSE"}
SPENT = INCOME | {"category": "Software"}
STATEMENT = {"date_from": "2026-05-01", "date_to": "2026-05-31"}


@pytest.fixture
def admin(anonymous: Caller) -> Iterator[Caller]:
    """An admin in the middle of June."""
    with clock.frozen(datetime(2026, 6, 15, 17, tzinfo=UTC)):
        yield sign_in(anonymous, "admin")


@pytest.fixture
def session(app: Flask, admin: Caller) -> Iterator[Session]:
    """Session in which rows of the requests' transactions show."""
    with app.app_context():
        yield db.session()


def natures(session: Session, model: Any) -> list[str]:
    session.expire_all()
    return [row.nature for row in session.scalars(select(model).order_by(model.id))]


def statement(looker: Caller, **query: str) -> Any:
    return looker.get("/api/reports/statement", **STATEMENT, **query)


def test_capital_is_neither_revenue_nor_cost(admin: Caller) -> None:
    admin.post("/api/incomes", INCOME | {"type": "Aporte de socio", "amount": 1000})
    admin.post("/api/incomes", INCOME | {"type": "Cliente", "amount": 500})
    admin.post("/api/expenses", SPENT | {"category": "Dividendos", "amount": 200})
    admin.post("/api/expenses", SPENT | {"amount": 100})
    shown = statement(admin)
    assert (shown["incomes"], shown["expenses"]["total"]) == ({"total": 500, "by_type": {"Cliente": 500}}, 100)
    assert (shown["gross_profit"], shown["taxes"], shown["net_profit"]) == (400, 140, 260)
    assert shown["capital"] == {
        "incomes": {"total": 1000, "by_type": {"Aporte de socio": 1000}},
        "expenses": {"total": 200, "by_category": {"Dividendos": 200}},
        "net": 800,
    }
    cash = admin.get("/api/cashflow")
    assert (cash["total_income"], cash["total_expenses"], cash["closing_balance"]) == (1500, 300, 1200)
    operating = admin.get("/api/cashflow", nature="operating,financial")
    assert (operating["total_income"], operating["total_expenses"], operating["closing_balance"]) == (500, 100, 1200)


def test_a_nature_is_that_of_the_settings_when_a_row_is_written(admin: Caller, session: Session) -> None:
    admin.post("/api/incomes", INCOME | {"type": "Ángeles"})
    admin.put("/api/company", {"capital_income_types": ["angeles"], "capital_expense_categories": ["Hipoteca"]})
    later = admin.post("/api/incomes", INCOME | {"type": "ÁNGELES"})["data"]
    assert natures(session, Income) == ["operating", "capital"]
    admin.put(f"/api/incomes/{later['id']}", {"type": "Cliente"})
    assert natures(session, Income) == ["operating", "operating"]


def test_merged_and_accrued_categories_decide_the_nature(admin: Caller, session: Session) -> None:
    ExpenseFactory(category="Reparto")
    admin.post("/api/categories/merge", {"kind": "expense", "from": ["Reparto"], "to": "Dividendos"}, 200)
    assert natures(session, Expense) == ["capital"]
    loan = SPENT | {"category": "Abono a préstamo", "frequency": "Mensual", "start_date": "2026-05-04"}
    del loan["date"]
    admin.post("/api/expenses/recurring", loan)
    assert set(natures(session, AccruedExpense)) == {"capital"}
    accrual = statement(admin, basis="accrual")
    assert accrual["expenses"]["total"] == 0
    assert accrual["capital"]["expenses"]["by_category"]["Abono a préstamo"] == 119


@pytest.mark.parametrize("basis", ["cash", "accrual"])
def test_iva_is_no_revenue_and_no_cost_but_moves_cash(admin: Caller, basis: str) -> None:
    PaymentFactory(date=DAY, amount=Decimal(119), tax_amount=Decimal(19), paid_date=DAY, status="Pagado")
    IncomeFactory(date=DAY, amount=Decimal(238), tax_amount=Decimal(38), type="Cliente")
    ExpenseFactory(date=DAY, amount=Decimal(1190), tax_amount=Decimal(190))
    shown = statement(admin, basis=basis)
    assert (shown["incomes"]["total"], shown["expenses"]["total"]) == (300, 1000)
    assert (shown["tax_collected"], shown["tax_paid"]) == (57, 190)
    cash = admin.get("/api/cashflow")
    assert (cash["total_income"], cash["total_expenses"], len(cash["data"])) == (357, 1190, 6)
    assert admin.get("/api/payments")["pagination"]["total"] == 1
    assert admin.get("/api/payments")["totals"]["pagado"] == 119
    assert (admin.get("/api/incomes")["total"], admin.get("/api/incomes")["pagination"]["total"]) == (238, 1)
    assert (admin.get("/api/expenses")["total"], admin.get("/api/expenses")["pagination"]["total"]) == (1190, 1)


def test_of_a_bill_that_was_paid_in_part_the_iva_moves_in_proportion(admin: Caller, session: Session) -> None:
    bill = AccruedExpenseFactory(due_date=DAY, amount=Decimal(119), tax_amount=Decimal(19))
    bills = f"/api/expenses/accrued/{bill.id}"
    open_ = statement(admin, basis="accrual")
    assert (open_["expenses"]["total"], open_["tax_paid"]) == (100, 19)
    admin.post(f"{bills}/mark-as-paid", {"payment_date": str(DAY), "amount": "59.50"}, 200)
    paid, owed = statement(admin), statement(admin, basis="accrual")
    assert (paid["expenses"]["total"], paid["tax_paid"]) == (50, Decimal("9.5"))
    assert (owed["expenses"]["total"], owed["tax_paid"]) == (100, 19)
    admin.post(f"{bills}/undo-payment", {}, 200)
    admin.post(f"{bills}/mark-as-paid", {"payment_date": str(DAY), "amount": "0.01"}, 200)
    owed = statement(admin, basis="accrual")
    assert (owed["expenses"]["total"], owed["tax_paid"]) == (100, 19)
    moved = session.execute(select(Movement.nature, Movement.amount).order_by(Movement.origin)).all()
    assert [(str(nature), str(amount)) for nature, amount in moved] == [("operating", "0.01"), ("tax", "0.00")]


@pytest.mark.parametrize("path", ["/api/incomes", "/api/expenses", "/api/expenses/accrued", "/api/payments"])
def test_the_iva_is_less_than_the_amount(admin: Caller, path: str) -> None:
    given = SPENT if "expenses" in path else INCOME | {"type": "Cliente"}
    if path.endswith("accrued"):
        given = {**given, "due_date": str(DAY)}
        del given["date"]
    if path == "/api/payments":
        project = PaymentFactory().project_id
        given = {"project_id": project, "amount": 119, "currency": "COP", "date": str(DAY), "type": "Recurrente"}
    assert set(admin.post(path, given | {"tax_amount": 119}, 400)["errors"]) == {"tax_amount"}
    made = admin.post(path, given | {"tax_amount": 0})["data"]
    assert made["tax_amount"] == 0
    changed = admin.put(f"{path}/{made['id']}", {"tax_amount": 19})["data"]
    assert changed["tax_amount"] == 19
    assert set(admin.put(f"{path}/{made['id']}", {"amount": 19}, 400)["errors"]) == {"tax_amount"}
    assert admin.put(f"{path}/{made['id']}", {"tax_amount": None})["data"]["tax_amount"] is None


def test_a_text_becomes_the_client_whose_name_it_is(admin: Caller) -> None:
    client, twin = ClientFactory(name="Café Ñandú"), ClientFactory(name="Gemelos")
    ClientFactory(name="GEMELOS")
    given = INCOME | {"type": "Cliente"}

    def named(text: str) -> Any:
        return admin.post("/api/incomes", given | {"client": text})["data"]

    known = named("  cafe   NANDU ")
    assert known["client_id"] == client.id
    assert named("gemelos")["client_id"] is None  # there are two of the name
    assert named("Nadie")["client_id"] is None
    assert admin.put(f"/api/incomes/{known['id']}", {"notes": "x"})["data"]["client_id"] == client.id
    assert admin.put(f"/api/incomes/{known['id']}", {"client": "Nadie"})["data"]["client_id"] is None
    sent = {"client": "Nadie", "client_id": twin.id}
    assert admin.put(f"/api/incomes/{known['id']}", sent)["data"]["client_id"] == twin.id


def test_reports_have_clients_and_one_line_for_all_other_income(admin: Caller) -> None:
    client = ClientFactory(name="Altura")
    rows = [("Altura", 100), ("Nadie", 30), (None, 20), ("Alguien", 50)]
    for text, amount in rows:
        admin.post("/api/incomes", INCOME | {"type": "Cliente", "client": text, "amount": amount})
    ExpenseFactory(date=DAY, category="Cliente", amount=Decimal(5))
    others = {"client_id": None, "client": "Otros ingresos"}
    shown = admin.get("/api/reports/summary", **STATEMENT)["client_revenue"]
    assert shown == [
        {"client_id": client.id, "client": "Altura", "revenue": 100, "share": 0.5},
        others | {"revenue": 100, "share": 0.5},
    ]
    report = admin.get("/api/reports/clients")
    assert [one["client"] for one in report["client_profitability"]] == ["Altura", "Otros ingresos"]
    assert report["client_profitability"][1]["expenses"] == 0
    assert [one["client"] for one in report["growing_clients"]] == ["Altura"]
    incomes, cash = admin.get("/api/incomes/analysis"), admin.get("/api/cashflow/analysis")
    assert incomes["client_income"] == 100
    assert [one["client"] for one in incomes["client_data"]] == ["Altura", "Otros ingresos"]
    assert [one["client"] for one in cash["client_income"]] == ["Altura"]


def taxes_of(session: Session, payment_id: int) -> list[str]:
    session.expire_all()
    rows = select(PaymentReceipt.tax_amount).where(PaymentReceipt.payment_id == payment_id)
    return [str(tax) for tax in session.scalars(rows.order_by(PaymentReceipt.id))]


def test_receipts_carry_their_proportion_of_the_iva_and_come_to_all_of_it(admin: Caller, session: Session) -> None:
    payment = PaymentFactory(date=DAY, amount=Decimal("100.00"), tax_amount=Decimal("16.00"))
    first = receive(admin, payment.id, "33.33", date=str(DAY))
    receive(admin, payment.id, "33.33", date=str(DAY))
    assert taxes_of(session, payment.id) == ["5.33", "5.34"]
    half = statement(admin, basis="accrual")
    assert (half["incomes"]["total"], half["tax_collected"]) == (84, 16)
    assert statement(admin)["tax_collected"] == Decimal("10.67")
    receive(admin, payment.id, "33.34", date=str(DAY))
    assert taxes_of(session, payment.id) == ["5.33", "5.34", "5.33"]
    admin.send("DELETE", f"/api/payments/{payment.id}/receipts/{first['id']}")
    assert sum(map(Decimal, taxes_of(session, payment.id))) == Decimal("10.67")
    admin.put(f"/api/payments/{payment.id}", {"tax_amount": "8.00"})
    assert taxes_of(session, payment.id) == ["2.67", "2.66"]
    admin.put(f"/api/payments/{payment.id}", {"tax_amount": None})
    assert taxes_of(session, payment.id) == ["None", "None"]
    assert (statement(admin)["tax_collected"], statement(admin)["incomes"]["total"]) == (0, Decimal("66.67"))
    assert MovementService(make_context(session)).violations() == []


def test_iva_that_is_said_later_or_paid_by_credit_is_collected_on_its_due_day(admin: Caller) -> None:
    project = ProjectFactory()
    later = PaymentFactory(project=project, date=DAY, amount=Decimal(119)).id

    def owed() -> Any:
        return statement(admin, basis="accrual")["tax_collected"]

    for tax, collected in ((19, 19), (0, 0), (None, 0), (7, 7)):
        admin.put(f"/api/payments/{later}", {"tax_amount": tax})
        assert owed() == collected
    receive(admin, later, 219, excess="credit")
    assert owed() == 7
    by_credit = PaymentFactory(project=project, date=DAY, amount=Decimal(100), tax_amount=Decimal(16)).id
    assert owed() == 23
    receive(admin, by_credit, 100, payment_method="Saldo a favor")
    admin.put(f"/api/payments/{later}", {"tax_amount": None})
    assert owed() == 16
