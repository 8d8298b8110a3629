"""Loans that are handed over late, weeks that are declared late, and guarantors who are replaced."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.clientes.rules import EstadoDeCliente
from app.suites.credito.cobranza.service.semana import CierreSemanalService
from app.suites.credito.prestamos.service import CierreService, fechas
from tests.due_tasks import Worker
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.suites.credito.cobranza.conftest import broken, item, journal, pagar, rows, sincronizar
from tests.suites.credito.conftest import enter
from tests.suites.credito.prestamos.cartera import en
from tests.suites.credito.prestamos.conftest import PRESTAMOS, Sucursal

D = Decimal
FALTAS = "SELECT semana, estado, tolerada FROM credito_faltas ORDER BY semana"


def cerrar(place: Sucursal, dia: date) -> None:
    """Close the days up to one, and the weeks."""
    with place.app.app_context():
        context = make_context(db.session())
        CierreService(context).cerrar_hasta(dia)
        CierreSemanalService(context).cerrar()
        db.session.commit()


@pytest.fixture
def diario(sucursal: Sucursal) -> Sucursal:
    """The branch with a loan type of daily payments and a fixed charge."""
    terms = {"frecuencia": "diario", "mora_tipo": "fija", "mora_valor": D(5), "gracia_mora": 0}
    sucursal.tipo = TipoPrestamoFactory(redondeo=D(1), interes=D("0.4"), numero_pagos=30, **terms)
    return sucursal


def test_a_loan_handed_over_late_has_the_charges_and_missed_weeks_of_the_days_between(diario: Sucursal) -> None:
    with en(date(2026, 3, 5)):
        loan = diario.solicitar()
        diario.aprobar(loan)
    with en(date(2026, 3, 11)):
        cerrar(diario, date(2026, 3, 10))
        found = diario.desembolsar(loan, fecha="2026-03-05")["data"]
        assert (found["estado"], found["faltas"]) == ("atrasado", 1)
        cargos = diario.get(loan)["cargos"]
        assert [(one["tipo"], one["fecha"]) for one in cargos] == [
            ("mora", f"2026-03-{day:02}") for day in range(7, 12)
        ]
        assert rows(diario, FALTAS) == [(date(2026, 3, 2), "vigente", False)]
        before = diario.get(loan)
        cerrar(diario, date(2026, 3, 10))
        assert diario.get(loan)["saldo"] == before["saldo"]
        assert broken(diario) == []


@pytest.mark.parametrize("por_tramo", [fechas.POR_TRAMO, 1])
def test_a_week_that_is_declared_late_withdraws_its_missed_weeks(
    sucursal: Sucursal, monkeypatch: pytest.MonkeyPatch, por_tramo: int
) -> None:
    monkeypatch.setattr(fechas, "POR_TRAMO", por_tramo)
    terms = {"mora_tipo": "cuotas_extra", "mora_valor": D(1), "incumplimientos_tolerados": 0}
    sucursal.tipo = TipoPrestamoFactory(redondeo=D(1), interes=D("0.4"), limite_penalizaciones=4, **terms)
    loan, other = sucursal.abierto(), sucursal.abierto()
    with en(date(2026, 3, 17)):
        cerrar(sucursal, date(2026, 3, 16))
        pagar(sucursal.titular, loan, 650)
        assert sucursal.get(loan)["saldo_cargos"] == 250
        body = {"semana": "2026-03-09", "motivo": "Inundación"}
        sucursal.director.post("/api/credito/semanas-sin-cobro", body, expect=201)
        Worker(sucursal.app).work(clock.now())
        found = sucursal.get(loan)
        assert (found["saldo_cargos"], found["faltas"], found["saldo"]) == (0, 0, 3550)
        assert [estado for _, estado, _ in rows(sucursal, FALTAS)] == ["retirada", "retirada"]
        assert journal(sucursal)["cartera"] == D(str(found["saldo_capital"])) + other["saldo_capital"]
        assert broken(sucursal) == []


def test_a_week_that_many_loans_still_follow_is_judged_by_the_dates_that_it_gives(
    sucursal: Sucursal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fechas, "POR_TRAMO", 1)
    for _ in range(2):
        sucursal.abierto()
    with en(date(2026, 3, 16), 7), sucursal.app.app_context():
        context = make_context(db.session())
        CierreService(context).cerrar_hasta(date(2026, 3, 15))
        body = {"semana": "2026-03-09", "motivo": "Inundación"}
        sucursal.director.post("/api/credito/semanas-sin-cobro", body, expect=201)
        CierreSemanalService(context).cerrar()
        db.session.commit()
    assert rows(sucursal, FALTAS) == []


def test_a_guarantor_who_was_blocked_gets_a_substitute(sucursal: Sucursal) -> None:
    first, second = sucursal.cliente(), sucursal.cliente()
    loan = sucursal.abierto(avales=[first.id])
    path = f"{PRESTAMOS}/{loan['id']}/avales"
    assert sucursal.titular.post(path, {"cliente_id": second.id}, expect=409)["code"] == "avales_activos"
    at = f"{PRESTAMOS}/{loan['id']}"
    assert sucursal.titular.get(at)["avisos"] == []
    with sucursal.app.app_context():
        db.session.get_one(Cliente, first.id).estado = EstadoDeCliente.BLOQUEADO
        db.session.commit()
    assert sucursal.titular.get(at)["avisos"] == [f"aval_inactivo:{first.id}"]
    done = sucursal.titular.post(path, {"cliente_id": second.id}, expect=200)
    assert (done["data"]["avales"], done["avisos"]) == ([first.id, second.id], [f"aval_inactivo:{first.id}"])
    refused: Any = sucursal.titular.post(path, {"cliente_id": loan["cliente_id"]}, expect=400)
    assert refused["code"] == "aval_invalido"


def test_a_loan_is_never_answered_as_unchanged_when_the_day_changed_it(sucursal: Sucursal) -> None:
    loan = sucursal.abierto()
    at = f"{PRESTAMOS}/{loan['id']}"
    tag = sucursal.titular.send("GET", at).headers["ETag"]
    with en(date(2026, 3, 16)):
        sucursal.titular = enter(sucursal.titular, sucursal.persona)
        for address in (at, f"{at}/cuotas"):
            again = sucursal.titular.send("GET", address, headers={"If-None-Match": tag})
            assert (again.status_code, again.headers["ETag"]) == (200, tag)
        assert sucursal.get(loan)["dias_atraso"] == 7


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("estado = 'atrasado'", "it is stored as late, and is not"),
        ("vence_mas_antiguo = '2026-02-20'", "it is late, and its state was not closed"),
        ("reestructurado = true", "it was restructured, and nobody proposed it"),
        (
            "estado = 'castigado', fecha_castigo = '2026-03-03', saldo_castigado = saldo",
            "it is written off, and nobody proposed it",
        ),
    ],
)
def test_verify_finds_states_against_dates_and_acts_of_one_person(sucursal: Sucursal, change: str, rule: str) -> None:
    loan = sucursal.abierto()
    cerrar(sucursal, date(2026, 3, 2))
    with sucursal.app.app_context():
        db.session.execute(text(f"UPDATE credito_prestamos SET {change}"))  # noqa: S608 - of constants
        db.session.commit()
    assert f"loan {loan['folio']}: {rule}" in broken(sucursal)


def test_a_payment_is_judged_after_the_missed_week_that_an_earlier_one_of_its_batch_withdrew(
    sucursal: Sucursal,
) -> None:
    terms = {"mora_tipo": "cuotas_extra", "mora_valor": D(1), "incumplimientos_tolerados": 0}
    sucursal.tipo = TipoPrestamoFactory(redondeo=D(1), interes=D("0.4"), limite_penalizaciones=4, **terms)
    loan = sucursal.abierto()
    with en(date(2026, 3, 17)):
        cerrar(sucursal, date(2026, 3, 16))
        assert sucursal.get(loan)["saldo"] == 4500
        batch = [item(loan["id"], 300, "2026-03-12T10:00:00"), item(loan["id"], 4000, "2026-03-17T08:00:00")]
        found = sincronizar(sucursal.titular, batch)
        assert [one["codigo"] for one in found] == [None, "mayor_que_el_saldo"]
        assert sucursal.get(loan)["saldo"] == 3900
        assert broken(sucursal) == []
