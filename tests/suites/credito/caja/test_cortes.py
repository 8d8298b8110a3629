"""Cuts over HTTP: lines, handing over, confirming, annulling."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from random import Random
from typing import Any

import pytest
from flask import Flask

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.caja.service.verificacion import violations
from app.suites.credito.diario.service import Diario
from app.suites.credito.prestamos.rules.pagos import EstadoPago, MetodoPago
from tests.factories.credito import PersonalFactory
from tests.factories.credito_caja import bono_ganado
from tests.soak import daily
from tests.suites.credito.caja.pagos import cobrar
from tests.suites.credito.conftest import Hire
from tests.suites.credito.prestamos.conftest import MARTES, Sucursal
from tests.support import Caller

CORTES = "/api/credito/cortes"


def path(corte: Any, *rest: Any) -> str:
    return "/".join(map(str, (CORTES, corte["id"] if isinstance(corte, dict) else corte.id, *rest)))


def checked(app: Flask) -> list[str]:
    with app.app_context():
        return violations(make_context(db.session()))


def balance(app: Flask, account: str) -> Decimal:
    with app.app_context():
        return Diario(make_context(db.session())).saldo(account)


def give(sucursal: Sucursal, cashier: Caller, amount: Any) -> None:
    """Give cash from the office to the titular, who accepts it."""
    given = cashier.post(path(sucursal.corte, "entregas"), {"monto": amount})["data"]
    sucursal.titular.post(path(sucursal.corte, "entregas", given["id"], "aceptar"), {}, expect=200)


def test_the_figures_of_a_cut_are_the_sums_of_its_lines(sucursal: Sucursal, hire: Hire) -> None:
    cashier, _ = hire("cajero")
    give(sucursal, cashier, 5000)
    sucursal.titular.post(path(sucursal.corte, "entregas"), {"monto": 1}, expect=403)
    loan = sucursal.abierto()
    cobrar(sucursal, loan, 300)
    cobrar(sucursal, loan, 200, metodo=MetodoPago.TRANSFERENCIA)
    spent = sucursal.titular.post(path(sucursal.corte, "gastos"), {"concepto": "Gasolina", "monto": "80.50"})["data"]
    assert (spent["fecha"], spent["monto"]) == ("2026-03-03", 80.5)
    found = sucursal.titular.get(path(sucursal.corte))["data"]
    figures = ("entregas", "cobranza_efectivo", "cobranza_bancos", "prestamos_entregados", "gastos", "esperado")
    assert [found[name] for name in figures] == [5000, 300, 200, 3000, 80.5, 2219.5]
    assert [one["concepto"] for one in found["lista_gastos"]] == ["Gasolina"]
    assert [one["estado"] for one in found["lista_entregas"]] == ["aceptada"]
    assert balance(sucursal.app, "efectivo:ANA") == Decimal("2219.50")
    sucursal.titular.delete(path(sucursal.corte, "gastos", spent["id"]))
    assert sucursal.titular.get(path(sucursal.corte))["data"]["esperado"] == 2300
    assert checked(sucursal.app) == []


def test_a_reversal_goes_out_of_the_open_cut(sucursal: Sucursal, hire: Hire) -> None:
    cashier, _ = hire("cajero")
    give(sucursal, cashier, 3000)
    loan = sucursal.abierto()
    paid = sucursal.titular.post("/api/credito/pagos", {"prestamo_id": loan["id"], "monto": 300})["data"]
    assert sucursal.titular.get(path(sucursal.corte))["data"]["cobranza_efectivo"] == 300
    sucursal.titular.post(path(sucursal.corte, "entregar"), {"contado": 300}, expect=200)
    cashier.post(path(sucursal.corte, "confirmar"), {"contado": 300}, expect=200)
    with clock.frozen(MARTES + timedelta(minutes=5)):
        following = sucursal.titular.post(CORTES, {})["data"]
        reason = {"motivo": "Era de otra clienta"}
        sucursal.director.post(f"/api/credito/pagos/{paid['id']}/reversar", reason, expect=200)
        assert sucursal.titular.get(path(following))["data"]["cobranza_efectivo"] == -300
        assert sucursal.titular.get(path(sucursal.corte))["data"]["cobranza_efectivo"] == 300
    assert checked(sucursal.app) == []


def test_cash_from_the_office_counts_from_when_it_is_accepted(sucursal: Sucursal, hire: Hire) -> None:
    cashier, _ = hire("cajero")
    given = cashier.post(path(sucursal.corte, "entregas"), {"monto": 100})["data"]
    accept = path(sucursal.corte, "entregas", given["id"], "aceptar")
    assert sucursal.titular.get(path(sucursal.corte))["data"]["esperado"] == 0
    assert sucursal.titular.post(accept, {}, expect=200)["data"]["estado"] == "aceptada"
    assert sucursal.titular.post(accept, {}, expect=409)["code"] == "entrega_no_pendiente"
    assert balance(sucursal.app, "caja_oficina") == -100


def deliver(sucursal: Sucursal, hire: Hire, **body: Any) -> Any:
    """Give the titular 1,000, of which everything is handed over."""
    give(sucursal, hire("cajero")[0], 1000)
    return sucursal.titular.post(path(sucursal.corte, "entregar"), body or {"contado": 1000}, expect=200)["data"]


def test_a_cut_is_closed_by_two_people(sucursal: Sucursal, hire: Hire) -> None:
    notes = {"conteo": {"500": 1, "200": 1}, "semilla_siguiente": 300}
    handed = deliver(sucursal, hire, **notes)
    assert (handed["estado"], handed["esperado"], handed["contado"], handed["diferencia"]) == ("entregado", 700, 700, 0)
    assert handed["conteo"]["500"] == 1
    spend = {"concepto": "Gasolina", "monto": 1}
    assert sucursal.titular.post(path(sucursal.corte, "gastos"), spend, expect=409)["code"] == "corte_cerrado"
    cashier, counts = hire("cajero")
    done = cashier.post(path(handed, "confirmar"), {"contado": 650}, expect=200)["data"]
    assert (done["estado"], done["contado"], done["contado_al_entregar"], done["diferencia"]) == (
        "confirmado",
        650,
        700,
        -50,
    )
    assert done["recibe_id"] == counts.id
    again = hire("gerente")[0].post(path(handed, "confirmar"), {"contado": 700}, expect=404)
    assert again["code"] == "not_found"
    cash = {account: balance(sucursal.app, account) for account in ("efectivo:ANA", "faltantes:ANA", "caja_oficina")}
    assert cash == {"efectivo:ANA": 300, "faltantes:ANA": 50, "caja_oficina": -350}
    assert checked(sucursal.app) == []
    assert sucursal.titular.post(CORTES, {"semilla": 300})["data"]["semilla"] == 300


def test_nobody_confirms_their_own_cut(sucursal: Sucursal, hire: Hire) -> None:
    cashier, counts = hire("cajero")
    own = cashier.post(CORTES, {})["data"]
    cashier.post(path(own, "entregar"), {"contado": 0}, expect=200)
    assert cashier.post(path(own, "confirmar"), {"contado": 0}, expect=403)["code"] == "no_su_propio_corte"
    other, _ = hire("cajero")
    assert other.post(path(own, "confirmar"), {"contado": 0}, expect=403)["code"] == "no_es_superior"
    assert hire("gerente")[0].post(path(own, "confirmar"), {"contado": 0}, expect=200)["data"]["personal_id"] == (
        counts.id
    )


def test_a_gerente_hands_over_to_a_cashier_or_an_admin(hire: Hire, admin: Caller) -> None:
    manager, _ = hire("gerente")
    own = manager.post(CORTES, {})["data"]
    assert admin.post(path(own, "confirmar"), {"contado": 0}, expect=409)["code"] == "corte_no_entregado"
    manager.post(path(own, "entregar"), {"contado": 0}, expect=200)
    assert hire("cajero")[0].post(path(own, "confirmar"), {"contado": 0}, expect=200)["data"]["estado"] == "confirmado"
    assert admin.post(path(own, "confirmar"), {"contado": 0}, expect=409)["code"] == "corte_cerrado"


def test_a_supervisor_confirms_those_of_the_route_only(hire: Hire, sucursal: Sucursal) -> None:
    deliver(sucursal, hire)
    hire("supervisor")[0].post(path(sucursal.corte, "confirmar"), {"contado": 1000}, expect=404)
    boss, row = hire("supervisor")
    sucursal.director.put(f"/api/credito/rutas/{sucursal.grupo.ultima_ruta_id}", {"supervisor_id": row.id})
    assert boss.post(path(sucursal.corte, "confirmar"), {"contado": 1000}, expect=200)["data"]["recibe_id"] == row.id


def test_payments_that_wait_forbid_the_confirmation(sucursal: Sucursal, hire: Hire) -> None:
    deliver(sucursal, hire, contado=1000)
    cobrar(sucursal, None, 70, estado=EstadoPago.POR_REVISAR)
    cashier, _ = hire("cajero")
    refused = cashier.post(path(sucursal.corte, "confirmar"), {"contado": 1070}, expect=409)
    assert refused["code"] == "pagos_por_revisar"


def test_a_count_is_needed_and_agrees_with_its_notes(sucursal: Sucursal) -> None:
    hand_over = path(sucursal.corte, "entregar")
    assert list(sucursal.titular.post(hand_over, {}, expect=400)["errors"]) == ["contado"]
    wrong = {"contado": 10, "conteo": {"10": 2}}
    assert list(sucursal.titular.post(hand_over, wrong, expect=400)["errors"]) == ["contado"]
    seed = {"contado": 0, "semilla_siguiente": 1}
    assert list(sucursal.titular.post(hand_over, seed, expect=400)["errors"]) == ["semilla_siguiente"]


def test_a_surplus_is_income_of_the_office(sucursal: Sucursal, hire: Hire) -> None:
    deliver(sucursal, hire)
    hire("cajero")[0].post(path(sucursal.corte, "confirmar"), {"contado": 1025}, expect=200)
    assert (balance(sucursal.app, "otros_ingresos"), balance(sucursal.app, "efectivo:ANA")) == (-25, 0)


def test_a_shortage_is_paid_in_parts(sucursal: Sucursal, hire: Hire, admin: Caller) -> None:
    deliver(sucursal, hire)
    hire("cajero")[0].post(path(sucursal.corte, "confirmar"), {"contado": 900}, expect=200)
    owed = admin.get("/api/credito/faltantes", personal_id=sucursal.persona.id)["data"]
    assert [(one["monto"], one["saldo"], one["estado"]) for one in owed] == [(100, 100, "pendiente")]
    pay = f"/api/credito/faltantes/{owed[0]['id']}/abonar"
    assert admin.post(pay, {"monto": 40, "metodo": "banco"}, expect=200)["data"]["saldo"] == 60
    assert admin.post(pay, {"monto": 61, "metodo": "banco"}, expect=409)["code"] == "mayor_que_el_saldo"
    boss, row = hire("supervisor")
    sucursal.director.put(f"/api/credito/rutas/{sucursal.grupo.ultima_ruta_id}", {"supervisor_id": row.id})
    assert boss.post(pay, {"monto": 60}, expect=409)["code"] == "corte_no_abierto"
    cut = boss.post(CORTES, {})["data"]
    assert boss.post(pay, {"monto": 60}, expect=200)["data"]["estado"] == "pagado"
    found = boss.get(path(cut))["data"]
    assert (found["abonos"], found["esperado"]) == (60, 60)
    assert balance(sucursal.app, "faltantes:ANA") == 0
    assert checked(sucursal.app) == []


def test_lines_of_an_annulled_cut_are_those_of_the_next_one(sucursal: Sucursal, hire: Hire) -> None:
    deliver(sucursal, hire, contado=600, semilla_siguiente=400)
    with clock.frozen(MARTES + timedelta(minutes=5)):
        following = sucursal.titular.post(CORTES, {})["data"]
        assert following["semilla"] == 400
        reason = {"motivo": "Se entregó antes de tiempo"}
        assert sucursal.director.post(path(sucursal.corte, "anular"), reason, expect=200)["data"]["estado"] == "anulado"
        found = sucursal.titular.get(path(following))["data"]
        assert (found["semilla"], found["entregas"], found["esperado"]) == (0, 1000, 1000)
        assert checked(sucursal.app) == []
        again = sucursal.director.post(path(sucursal.corte, "anular"), reason, expect=409)
        assert again["code"] == "corte_cerrado"


def test_a_group_stays_while_the_open_cut_holds_payments_of_it(sucursal: Sucursal, hire: Hire) -> None:
    give(sucursal, hire("cajero")[0], 3000)
    loan = sucursal.abierto()
    cobrar(sucursal, loan, 300)
    other = PersonalFactory()
    move = f"/api/credito/grupos/{sucursal.grupo.id}/transferir"
    body = {"titular_id": other.id, "desde": "2026-03-03"}
    assert sucursal.director.post(move, body, expect=409)["code"] == "corte_abierto"
    sucursal.titular.post(path(sucursal.corte, "entregar"), {"contado": 300}, expect=200)
    sucursal.director.post(move, body, expect=200)


def test_a_bonus_is_paid_out_of_a_cut_once(sucursal: Sucursal, hire: Hire) -> None:
    cashier, _ = hire("cajero")
    earned = bono_ganado(grupo_id=sucursal.grupo.id, titular_id=sucursal.persona.id)
    cut = cashier.post(CORTES, {})["data"]
    pay = f"/api/credito/bonos-ganados/{earned.id}/pagar"
    assert cashier.post(pay, {"corte_id": cut["id"]}, expect=200)["data"]["estado"] == "pagado"
    assert cashier.post(pay, {"corte_id": cut["id"]}, expect=409)["code"] == "bono_no_pagable"
    assert cashier.get(path(cut))["data"]["bonos"] == 150
    listed = sucursal.titular.get("/api/credito/bonos-ganados", semana="2026-03-05")["data"]
    assert [(one["id"], one["corte_id"]) for one in listed] == [(earned.id, cut["id"])]
    assert checked(sucursal.app) == []


@dataclass
class Week:
    """A week of the titular, whose cut is the open one."""

    sucursal: Sucursal
    cashier: Caller
    random: Random
    opened: dict[str, Any]
    loan: Any = None

    def entrega(self, amount: str) -> None:
        given = self.cashier.post(path(self.opened, "entregas"), {"monto": amount})["data"]
        self.sucursal.titular.post(path(self.opened, "entregas", given["id"], "aceptar"), {}, expect=200)

    def gasto(self, amount: str) -> None:
        spent = self.sucursal.titular.post(path(self.opened, "gastos"), {"concepto": "Camión", "monto": amount})
        if self.random.random() < 0.3:
            self.sucursal.titular.delete(path(self.opened, "gastos", spent["data"]["id"]))

    def pago(self, amount: str) -> None:
        self.loan = self.loan or self.sucursal.abierto()
        cobrar(self.sucursal, self.loan, amount, corte_id=self.opened["id"])

    def cierre(self, amount: str) -> None:
        titular = self.sucursal.titular
        held = max(Decimal(str(titular.get(path(self.opened))["data"]["esperado"])), Decimal(0))
        body = {"contado": str(held), "semilla_siguiente": str((held / 3).quantize(Decimal("0.01"), ROUND_DOWN))}
        titular.post(path(self.opened, "entregar"), body, expect=200)
        if self.random.random() < 0.6:
            self.cashier.post(path(self.opened, "confirmar"), {"contado": amount}, expect=200)
        self.opened = titular.post(CORTES, {})["data"]


@pytest.mark.parametrize("seed", daily(*range(4)))
def test_a_random_week_balances_with_the_journal(sucursal: Sucursal, hire: Hire, seed: int) -> None:
    """Compare the unconfirmed cuts with the cash of the person in the journal, at every step."""
    week = Week(sucursal, hire("cajero")[0], Random(seed), {"id": sucursal.corte.id})
    for second in range(1, 13):
        act = week.random.choice((week.entrega, week.gasto, week.pago, week.cierre))
        with clock.frozen(MARTES + timedelta(seconds=second)):
            act(f"{week.random.randint(1, 10_000) / 100:.2f}")
        assert checked(sucursal.app) == [], (seed, second)
