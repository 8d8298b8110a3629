"""Receivables and payables by age. Today is 15 June 2026."""

import io
import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import text

from app.infra.db import db
from app.kernel.money import Currency, round_worth
from app.suites.fresco.expenses.rules import AccruedStatus
from app.suites.fresco.payments.rules import PaymentStatus
from app.suites.fresco.reports.rules import Ages, rounded_ages
from tests.factories.clients import ClientFactory
from tests.factories.currencies import RateFactory
from tests.factories.expenses import AccruedExpenseFactory
from tests.factories.payments import PaymentFactory, receive
from tests.factories.projects import ProjectFactory
from tests.factories.suppliers import SupplierFactory
from tests.soak import daily
from tests.stories.company_figures import Company, build, cents
from tests.suites.fresco.payments.clocks import on
from tests.support import Caller

TODAY = date(2026, 6, 15)
SUMS = "open_item_party_sums"
AGES = ("not_due", "days_1_30", "days_31_60", "days_61_90", "over_90")
COLUMNS = (*AGES, "total", "credits")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with on(TODAY):
        yield


def before(days: int) -> date:
    return TODAY - timedelta(days=days)


def ageing(caller: Caller, side: str = "receivable", **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = caller.get("/api/reports/ageing", side=side, **query)
    return found


def values(row: dict[str, Any]) -> list[float]:
    return [row[name] for name in COLUMNS]


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (-40, "not_due"),
        (0, "not_due"),
        (1, "days_1_30"),
        (30, "days_1_30"),
        (31, "days_31_60"),
        (60, "days_31_60"),
        (61, "days_61_90"),
        (90, "days_61_90"),
        (91, "over_90"),
        (4000, "over_90"),
    ],
)
def test_an_amount_is_as_old_as_the_days_since_it_fell_due(user: Caller, days: int, age: str) -> None:
    PaymentFactory(date=before(days))
    AccruedExpenseFactory(due_date=before(days))
    for side, amount in (("receivable", 100), ("payable", 1000)):
        sums = ageing(user, side)["totals"]
        assert {name: sums[name] for name in (*AGES, "total")} == dict.fromkeys(AGES, 0) | {
            age: amount,
            "total": amount,
        }


def test_a_client_owes_the_balances_and_its_credits_stand_apart(user: Caller) -> None:
    one, other = (ProjectFactory(client_id=ClientFactory(name=name).id) for name in ("Café Altura", "Brisa Ltda."))
    PaymentFactory(project=other, date=before(0), amount=Decimal(70))
    parted = PaymentFactory(project=one, date=before(45), amount=Decimal(1000))
    PaymentFactory(project=one, date=before(-3), amount=Decimal(500))
    # 60 are settled, of which 50 reach the bank.
    receive(user, parted.id, 60, date="2026-05-20", withholdings=[{"type": "Retefuente", "amount": 10}])
    paid = PaymentFactory(project=other, date=before(200), amount=Decimal(30))
    receive(user, paid.id, 42, excess="credit", date="2026-01-02")
    report = ageing(user)
    assert (report["side"], report["date"], report["currency"]) == ("receivable", "2026-06-15", "COP")
    assert [(row["id"], row["name"], *values(row)) for row in report["data"]] == [
        (one.client_id, "Café Altura", 500, 0, 940, 0, 0, 1440, 0),
        (other.client_id, "Brisa Ltda.", 70, 0, 0, 0, 0, 70, 12),
    ]
    assert values(report["totals"]) == [570, 0, 940, 0, 0, 1510, 12]
    used = PaymentFactory(project=other, date=before(1), amount=Decimal(12))
    receive(user, used.id, 12, payment_method="Saldo a favor")
    assert values(ageing(user)["totals"]) == [570, 0, 940, 0, 0, 1510, 0]


def test_a_client_with_nothing_but_a_credit_has_a_line(user: Caller) -> None:
    payment = PaymentFactory(date=before(5))
    receive(user, payment.id, 130, excess="credit")
    assert [values(row) for row in ageing(user)["data"]] == [[0, 0, 0, 0, 0, 0, 30]]


def test_bills_are_owed_to_their_suppliers_and_the_others_are_one_last_line(user: Caller) -> None:
    supplier, client = SupplierFactory(name="Papelería Altura"), ClientFactory()
    AccruedExpenseFactory(due_date=before(31), supplier_id=supplier.id, amount=Decimal(5), client_id=client.id)
    for amount in (80, 20):
        AccruedExpenseFactory(due_date=before(91), amount=Decimal(amount), client_id=client.id)
    paid = {"paid_date": before(1), "status": AccruedStatus.PAID}
    AccruedExpenseFactory(due_date=before(31), supplier_id=supplier.id, **paid)
    report = ageing(user, "payable")
    assert [(row["id"], row["name"], *values(row)) for row in report["data"]] == [
        (supplier.id, "Papelería Altura", 0, 0, 5, 0, 0, 5, 0),
        (None, "Sin proveedor", 0, 0, 0, 0, 100, 100, 0),
    ]
    assert values(report["totals"]) == [0, 0, 5, 0, 100, 105, 0]
    assert ageing(user)["data"] == []


def test_a_bill_that_gets_another_supplier_is_owed_to_that_one(user: Caller) -> None:
    one, other = SupplierFactory(), SupplierFactory()
    bill = AccruedExpenseFactory(due_date=before(1), supplier_id=one.id)
    user.put(f"/api/expenses/accrued/{bill.id}", {"supplier_id": other.id})
    assert [row["id"] for row in ageing(user, "payable")["data"]] == [other.id]


def test_balances_are_worth_the_rate_of_their_due_day_and_credits_that_of_today(user: Caller) -> None:
    project = ProjectFactory()
    dollars = {"project": project, "currency": Currency.USD}
    late, coming = (PaymentFactory(date=day, **dollars, amount=Decimal(10)) for day in (before(31), before(-9)))
    missing = user.get("/api/reports/ageing", expect=409)
    assert (missing["code"], "USD to COP for 2026-0" in missing["detail"]) == ("exchange_rate_missing", True)
    assert ageing(user, currency="USD")["totals"]["total"] == 20
    for day, rate in ((before(31), 4000), (before(0), 4100)):
        RateFactory(date=day, rate=Decimal(rate))
    receive(user, late.id, 4)
    receive(user, coming.id, 13, excess="credit")
    [row] = ageing(user)["data"]
    assert values(row) == [0, 0, 24_000, 0, 0, 24_000, 12_300]
    assert values(ageing(user, currency="USD")["totals"]) == [0, 0, 6, 0, 0, 6, 3]


@pytest.mark.parametrize("query", [{"side": "both"}, {"side": ""}, {"date": "2026-01-01"}])
def test_a_date_that_cannot_be_answered_is_400(user: Caller, query: dict[str, str]) -> None:
    assert user.get("/api/reports/ageing", expect=400, **query)["errors"].keys() == query.keys()


def test_another_suites_figures_have_no_credits_of_fresco(user: Caller) -> None:
    user.get("/api/reports/ageing", expect=400, suite="nowhere")
    assert ageing(user, suite="all") == ageing(user, suite="fresco") == ageing(user)


def exact(row: dict[str, Any]) -> dict[str, Decimal]:
    return {name: Decimal(str(row[name])) for name in COLUMNS}


def sums_of(report: dict[str, Any]) -> tuple[Decimal, Decimal]:
    """Amounts not due and overdue; rows and columns must add up."""
    rows, sums = [exact(row) for row in report["data"]], exact(report["totals"])
    assert len(rows) > 1
    assert all(sum(row[name] for name in AGES) == row["total"] for row in (*rows, sums))
    assert all(sum(row[name] for row in rows) == sums[name] for name in COLUMNS)
    return sums["not_due"], sums["total"] - sums["not_due"]


def expected(company: Company, kind: str, currency: str) -> tuple[Decimal, Decimal]:
    """Amounts not due and overdue, by plain sums."""
    unpaid = [move for move in company.moves if move.kind == kind and move.paid is None]
    parts = ([one for one in unpaid if (one.due < TODAY) == late] for late in (False, True))
    coming, late = (cents(company.total(part, currency, lambda move: move.due)) for part in parts)
    return coming, late


@pytest.mark.parametrize(("seed", "currency"), daily((2, "USD"), (1, "COP"), (3, "EUR")))
def test_the_ages_of_a_random_company_add_up_to_its_unpaid_payments_and_open_items(
    app: Flask, user: Caller, seed: int, currency: str
) -> None:
    chance, company = random.Random(seed), build(seed, TODAY)
    suppliers = [SupplierFactory().id for _ in range(2)]
    with app.app_context():
        db.session.execute(
            text("UPDATE accrued_expenses SET supplier_id = :one WHERE id % 3 = 0"), {"one": suppliers[0]}
        )
        db.session.execute(
            text("UPDATE accrued_expenses SET supplier_id = :one WHERE id % 3 = 1"), {"one": suppliers[1]}
        )
        late = "UPDATE payments SET status = 'Vencido' WHERE paid_date IS NULL AND date < :today"
        db.session.execute(text(late), {"today": TODAY})
        db.session.commit()
    assert sums_of(ageing(user, "payable", currency=currency)) == expected(company, "expense", currency)
    assert sums_of(ageing(user, currency=currency)) == expected(company, "income", currency)
    for payment in user.get("/api/payments", status="Vencido,Pendiente", per_page=100)["data"][::2]:
        part = cents(Decimal(str(payment["balance"])) * chance.randrange(1, 99) / 100)
        receive(user, payment["id"], str(max(part, Decimal("0.01"))))
    totals = user.get("/api/payments", currency=currency)["totals"]
    listed = tuple(Decimal(str(totals[name])) for name in ("pendiente", "vencido"))
    assert sums_of(ageing(user, currency=currency)) == listed != expected(company, "income", currency)
    with app.app_context():
        owed = "SELECT kind, currency, sum(amount) FROM {} GROUP BY 1, 2 ORDER BY 1, 2"
        rows, kept = (db.session.execute(text(owed.format(table))).all() for table in ("open_items", SUMS))
        assert rows == kept


AMOUNTS = st.decimals(0, 10**9, places=5)


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS), max_size=12))
def test_rounded_ages_add_up_and_are_less_than_a_unit_off(exact: list[tuple[Decimal, ...]]) -> None:
    rows = [Ages(*row) for row in exact]
    shown, sums = rounded_ages(rows, Currency.COP)
    assert [sum(row[place] for row in shown) for place in range(5)] == list(sums)
    assert sums.not_due == round_worth(sum((row.not_due for row in rows), Decimal(0)), Currency.COP)
    late = sum((row.total - row.not_due for row in rows), Decimal(0))
    assert sums.total - sums.not_due == round_worth(late, Currency.COP)
    cells = [
        (one, other) for row, found in zip(rows, shown, strict=True) for one, other in zip(row, found, strict=True)
    ]
    assert all(abs(one - other) < Decimal("0.01") for one, other in cells)


def pages(caller: Caller, **query: Any) -> list[str]:
    with caller.send("GET", "/api/reports/ageing", query_string={"format": "pdf", **query}) as response:
        return [page.extract_text() for page in PdfReader(io.BytesIO(response.data)).pages]


def test_the_pdf_has_a_line_for_each_party_and_says_how_to_read_it(user: Caller) -> None:
    project = ProjectFactory(client_id=ClientFactory(name="Café Altura").id)
    PaymentFactory(project=project, date=before(45), amount=Decimal("1234567.50"))
    receive(user, PaymentFactory(project=project, date=before(1)).id, 150, excess="credit")
    [page] = pages(user)
    for expected in (
        "Cuentas por cobrar por edades",
        "Saldos al 15 de junio de 2026",
        "Vencido\n$ 1.234.567,50\n100,0 % del total",
        "Café Altura\n0,00\n0,00\n1.234.567,50\n0,00\n0,00\n1.234.567,50\n50,00",
        "Total\n0,00",
        "no están descontados del total",
    ):
        assert expected in page
    AccruedExpenseFactory(due_date=before(2), status=AccruedStatus.OVERDUE)
    [page] = pages(user, side="payable")
    assert "Cuentas por pagar por edades" in page
    assert "Sin proveedor\n0\n1.000\n0\n0\n0\n1.000\nTotal" in page
    assert "favor" not in page


def test_many_parties_fill_several_pages_and_nothing_is_one_note(user: Caller) -> None:
    [empty] = pages(user)
    assert "Sin movimientos" in empty
    long = "Sociedad de comercialización internacional y representaciones del Caribe colombiano, sucursal "
    for number in range(45):
        client = ClientFactory(name=f"{long}{number}").id
        PaymentFactory(project=ProjectFactory(client_id=client), date=before(number), status=PaymentStatus.PENDING)
    found = pages(user)
    assert len(found) > 1
    assert all("Más de 90" in page for page in found[:-1])
