"""Money of the suite in the company's cash flow: that of the journal, by the day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update

from app.core.periods.service import PeriodService
from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.kernel.periods import Month
from app.suites.credito.diario.service import violations
from app.suites.credito.prestamos.models import Prestamo
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.soak import daily
from tests.suites.credito.caja.test_cortes import CORTES, give, path
from tests.suites.credito.cobranza.conftest import item, pagar, sincronizar
from tests.suites.credito.conftest import Hire, enter
from tests.suites.credito.prestamos.conftest import MARTES, PRESTAMOS, Sucursal
from tests.support import Caller

PAGOS = "/api/credito/pagos"
D = Decimal
MOVED = text(
    "SELECT source, category, nature, CASE kind WHEN 'income' THEN amount ELSE -amount END, description, party_name"
    " FROM movements WHERE suite = 'credito' ORDER BY date, source DESC, category"
)
OPEN = text("SELECT count(*), coalesce(sum(amount), 0) FROM open_items WHERE suite = 'credito'")
BY_DAY = text(
    "SELECT date, sum(CASE kind WHEN 'income' THEN amount ELSE -amount END) FROM movements"
    " WHERE suite = 'credito' AND date >= :first GROUP BY date"
)
WRONG = text("SELECT problem FROM movement_disagreements()")


def moved(app: Flask) -> list[tuple[Any, ...]]:
    with app.app_context():
        return [tuple(row) for row in db.session.execute(MOVED)]


def amounts(app: Flask) -> dict[str, Decimal]:
    """Net amounts that moved, by category."""
    found: dict[str, Decimal] = {}
    for _, category, _, amount, *_ in moved(app):
        found[category] = found.get(category, D(0)) + amount
    return {category: amount for category, amount in found.items() if amount}


def owed(app: Flask) -> tuple[int, Decimal]:
    with app.app_context():
        count, amount = db.session.execute(OPEN).one()
        return count, amount


def checked(app: Flask) -> list[str]:
    with app.app_context():
        return [*violations(make_context(db.session())), *db.session.scalars(WRONG)]


def test_a_loan_and_its_payments_move_money(sucursal: Sucursal, hire: Hire) -> None:
    loan = sucursal.abierto()
    paid = pagar(sucursal.titular, loan, 300)["data"]
    rows = moved(sucursal.app)
    assert [row[:4] for row in rows] == [
        ("credito_prestamo", "préstamos entregados", "capital", D(-3000)),
        ("credito_pago", "capital de préstamos", "capital", D("214.29")),
        ("credito_pago", "intereses", "operating", D("85.71")),
    ]
    assert {row[4] for row in rows} == {loan["folio"]}
    assert all(row[5].startswith("Ruta ") for row in rows)
    assert owed(sucursal.app) == (13, D(3900))
    sucursal.director.post(f"{PAGOS}/{paid['id']}/reversar", {"motivo": "Era de otra"}, expect=200)
    assert amounts(sucursal.app) == {"préstamos entregados": D(-3000)}
    assert [row[3] for row in moved(sucursal.app)] == [D(-3000)], "what is undone on its day never moved"
    assert owed(sucursal.app) == (14, D(4200))
    assert checked(sucursal.app) == []


def test_a_later_reversal_is_of_its_own_day(sucursal: Sucursal) -> None:
    paid = pagar(sucursal.titular, sucursal.abierto(), 300)["data"]
    with clock.frozen(MARTES + timedelta(days=1)):
        sucursal.director.post(f"{PAGOS}/{paid['id']}/reversar", {"motivo": "Era de otra"}, expect=200)
    assert len(moved(sucursal.app)) == 5
    assert amounts(sucursal.app) == {"préstamos entregados": D(-3000)}
    assert checked(sucursal.app) == []


def test_money_that_waits_is_told_apart_until_it_is_decided(sucursal: Sucursal) -> None:
    loan = sucursal.abierto()
    when = MARTES.isoformat()
    [waiting] = sincronizar(sucursal.titular, [item(loan["id"], 5000, when)])
    assert (waiting["resultado"], amounts(sucursal.app)["cobro por revisar"]) == ("por_revisar", D(5000))
    decision = {"accion": "aplicar", "prestamo_id": loan["id"]}
    with clock.frozen(MARTES + timedelta(days=1)):
        sucursal.director.post(f"{PAGOS}/{waiting['id']}/resolver", decision, expect=200)
    assert amounts(sucursal.app) == {
        "préstamos entregados": D(-3000),
        "capital de préstamos": D(3000),
        "intereses": D(1200),
        "saldos a favor": D(800),
    }
    assert owed(sucursal.app) == (0, D(0))
    assert checked(sucursal.app) == []


def test_a_commission_paid_apart_is_income_and_a_cut_moves_nothing(sucursal: Sucursal, hire: Hire) -> None:
    cashier, _ = hire("cajero")
    give(sucursal, cashier, 5000)
    kind = TipoPrestamoFactory(comision=D("0.05"), comision_modo="aparte", redondeo=D(1), interes=D("0.4"))
    sucursal.abierto(tipo_prestamo_id=kind.id)
    sucursal.titular.post(path(sucursal.corte, "gastos"), {"concepto": "Gasolina", "monto": "80.50"})
    expected = {"préstamos entregados": D(-3000), "comisiones": D(150), "gastos": D("-80.50")}
    assert amounts(sucursal.app) == expected
    sucursal.titular.post(path(sucursal.corte, "entregar"), {"contado": 2000}, expect=200)
    cashier.post(path(sucursal.corte, "confirmar"), {"contado": 2000}, expect=200)
    assert amounts(sucursal.app) == expected, "what is missing is owed by the person"
    assert checked(sucursal.app) == []


def test_the_cash_flow_leaves_credito_out_where_fresco_is_on(sucursal: Sucursal, admin: Caller) -> None:
    pagar(sucursal.titular, sucursal.abierto(), 300)
    admin.post("/api/exchange-rates", {"date": "2026-01-01", "base": "MXN", "quote": "COP", "rate": 200})
    assert admin.get("/api/cashflow")["total_income"] == 0
    shown = admin.get("/api/cashflow", suite="credito", currency="MXN")
    assert (shown["total_income"], shown["total_expenses"]) == (300, 3000)
    assert {row["client"] for row in shown["data"]} == {row[5] for row in moved(sucursal.app)}
    assert admin.get("/api/cashflow", suite="all")["total_income"] == 60_000


def test_installments_that_are_written_off_are_owed_no_more(sucursal: Sucursal) -> None:
    loan = sucursal.abierto()
    for values, count in (
        ({"estado": "castigado", "fecha_castigo": MARTES, "saldo_castigado": Prestamo.saldo}, 0),
        ({"estado": "atrasado", "fecha_castigo": None, "saldo_castigado": 0}, 14),
    ):
        with sucursal.app.app_context():
            db.session.execute(update(Prestamo).where(Prestamo.id == loan["id"]).values(**values))
            db.session.commit()
        assert owed(sucursal.app)[0] == count
    assert checked(sucursal.app) == []


def test_money_of_a_closed_month_moves_on_the_day_it_is_entered(sucursal: Sucursal, hire: Hire) -> None:
    loan = sucursal.abierto()
    [waiting] = sincronizar(sucursal.titular, [item(loan["id"], 5000, MARTES.isoformat())])
    with clock.frozen(datetime(2026, 4, 2, 18, tzinfo=UTC)):
        with sucursal.app.app_context():
            periods = PeriodService(make_context(db.session()))
            periods.close(periods.company_book(), Month(2026, 3))
            db.session.commit()
        values = {"monto": 300, "metodo": "transferencia", "fecha": "2026-03-31"}
        enter(sucursal.titular, sucursal.persona).post(PAGOS, {"prestamo_id": loan["id"], **values})
        decision = {"accion": "aplicar", "prestamo_id": loan["id"]}
        hire("director")[0].post(f"{PAGOS}/{waiting['id']}/resolver", decision, expect=200)
        with sucursal.app.app_context():
            april = db.session.execute(BY_DAY, {"first": date(2026, 4, 1)}).all()
        assert checked(sucursal.app) == []
    assert [tuple(row) for row in april] == [(date(2026, 4, 2), D(300))]


class Acts:
    """Random acts with money, each on a later second or day."""

    def __init__(self, sucursal: Sucursal, cashier: Caller, seed: int) -> None:
        self.sucursal, self.cashier, self.random = sucursal, cashier, Random(seed)
        self.titular, self.opened = sucursal.titular, {"id": sucursal.corte.id}
        self.loans = [sucursal.abierto(), sucursal.abierto()]
        self.paid: list[int] = []

    def monto(self) -> str:
        return f"{self.random.randint(1, 90_000) / 100:.2f}"

    def pago(self) -> None:
        values = {
            "prestamo_id": self.random.choice(self.loans)["id"],
            "monto": self.monto(),
            "confirmar_duplicado": True,
        }
        values["metodo"] = self.random.choice(("efectivo", "transferencia", "deposito"))
        values["confirmar_duplicado"] = True
        self.paid.append(self.titular.post(PAGOS, values)["data"]["id"])

    def sincronizado(self) -> None:
        when = clock.now().isoformat()
        loan_id = self.random.choice([one["id"] for one in self.loans] + [999_999])
        [done] = sincronizar(self.titular, [item(loan_id, self.monto(), when)])
        if done["resultado"] == "por_revisar":
            body = {"accion": self.random.choice(("aplicar", "devolver")), "prestamo_id": self.loans[0]["id"]}
            body["motivo"] = "Así se decidió"
            with clock.frozen(clock.now() + timedelta(days=self.random.randint(0, 1))):
                self.sucursal.director.post(f"{PAGOS}/{done['id']}/resolver", body, expect=200)

    def reverso(self) -> None:
        if self.paid:
            number = self.paid.pop(self.random.randrange(len(self.paid)))
            self.sucursal.director.post(f"{PAGOS}/{number}/reversar", {"motivo": "Se equivocó"}, expect=200)

    def gasto(self) -> None:
        spent = self.titular.post(path(self.opened, "gastos"), {"concepto": "Camión", "monto": self.monto()})["data"]
        if self.random.random() < 0.4:
            self.titular.delete(path(self.opened, "gastos", spent["id"]))

    def prestamo(self) -> None:
        made = self.sucursal.abierto(monto=1000)
        if self.random.random() < 0.5:
            body = {"motivo": "Ya no lo quiso"}
            self.titular.post(f"{PRESTAMOS}/{made['id']}/cancelar-desembolso", body, expect=200)
        else:
            self.loans.append(made)

    def entrega(self) -> None:
        given = self.cashier.post(path(self.opened, "entregas"), {"monto": self.monto()})["data"]
        self.titular.post(path(self.opened, "entregas", given["id"], "aceptar"), {}, expect=200)

    def corte(self) -> None:
        self.titular.post(path(self.opened, "entregar"), {"contado": "0"}, expect=200)
        self.cashier.post(path(self.opened, "confirmar"), {"contado": self.monto()}, expect=200)
        self.opened = self.titular.post(CORTES, {})["data"]


@pytest.mark.parametrize("seed", daily(*range(3)))
def test_the_cash_flow_is_the_money_of_the_journal_after_any_acts(sucursal: Sucursal, hire: Hire, seed: int) -> None:
    acts = Acts(sucursal, hire("cajero")[0], seed)
    kinds = (acts.pago, acts.pago, acts.sincronizado, acts.reverso, acts.gasto, acts.prestamo, acts.entrega, acts.corte)
    moment = MARTES
    for step in range(20):
        moment += timedelta(days=acts.random.randint(0, 3) // 3, seconds=step)
        with clock.frozen(moment):
            acts.random.choice(kinds)()
        assert checked(sucursal.app) == [], (seed, step)
