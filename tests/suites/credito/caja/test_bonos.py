"""Rules of bonuses over HTTP, and what groups earn by the week."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.caja.models import BonoGanado
from app.suites.credito.caja.rules.bonos import bono_de
from app.suites.credito.caja.service import BonoService
from app.suites.credito.cobranza.service import ReversoService
from app.suites.credito.cobranza.service.semana import CierreSemanalService
from app.suites.credito.equipo.models import Asignacion
from app.suites.credito.prestamos.models import Pago, Prestamo
from tests.factories.credito import CorteFactory
from tests.suites.credito.prestamos.cartera import PRIMERA, cerrar, en, pagar, prestar, terms
from tests.support import Caller

D, WEEK = Decimal, timedelta(weeks=1)

BONOS = "/api/credito/bonos"
VALUES = {
    "nombre": "Semana Santa",
    "monto": 500,
    "cobranza_desde": 1000,
    "cobranza_hasta": 3000,
    "faltas_maximas": 3,
    "vigente_desde": "2027-03-22",
    "vigente_hasta": "2027-03-28",
}


def test_ranges_of_one_time_never_overlap(director: Caller) -> None:
    made = director.post(BONOS, VALUES)["data"]
    assert director.post(BONOS, {**VALUES, "cobranza_desde": 2999, "cobranza_hasta": 4000}, expect=409)["code"] == (
        "bono_solapado"
    )
    beside = director.post(BONOS, {**VALUES, "cobranza_desde": 3000, "cobranza_hasta": 4000})["data"]
    later = {**VALUES, "vigente_desde": "2027-03-29", "vigente_hasta": None}
    open_ended = director.post(BONOS, later)["data"]
    assert director.put(f"{BONOS}/{open_ended['id']}", {"vigente_desde": "2027-03-28"}, expect=409)["code"] == (
        "bono_solapado"
    )
    valid = director.get(BONOS, vigente_en="2027-03-28", per_page=100)["data"]
    assert {made["id"], beside["id"]} <= {one["id"] for one in valid}
    assert open_ended["id"] not in {one["id"] for one in valid}


def test_rules_are_found_by_their_names(director: Caller) -> None:
    assert [one["nombre"] for one in director.get("/api/credito/bonos", q="EN ADELANTE")["data"]] == [
        "De 10,000 en adelante"
    ]


def test_a_range_has_a_part(director: Caller) -> None:
    assert list(director.post(BONOS, {**VALUES, "cobranza_hasta": 1000}, expect=400)["errors"]) == ["cobranza_hasta"]
    backwards = {**VALUES, "vigente_hasta": "2027-03-01"}
    assert list(director.post(BONOS, backwards, expect=400)["errors"]) == ["vigente_hasta"]


def test_the_rules_of_a_day_are_given_to_the_weekly_close(app: Flask, director: Caller) -> None:
    director.post(BONOS, VALUES)
    with app.app_context():
        rules = BonoService(make_context(db.session())).reglas(date(2027, 3, 24))
    found = bono_de(Decimal(1200), 3, rules)
    assert found is not None
    assert found.monto == 500


@pytest.fixture
def context(app: Flask, database: None) -> Iterator[None]:
    with app.app_context():
        yield


def cerrar_semana(number: int, **changes: Any) -> None:
    """Close the days of the week of that number, then the week, in a context with these changes."""
    cerrar(PRIMERA + number * WEEK - timedelta(days=1))
    with en(PRIMERA + number * WEEK, 7):
        CierreSemanalService(replace(make_context(db.session()), **changes)).cerrar()
        db.session.commit()


def ganados() -> list[tuple[Any, ...]]:
    columns = (BonoGanado.semana, BonoGanado.cobranza, BonoGanado.faltas, BonoGanado.monto, BonoGanado.estado)
    found = db.session.execute(select(*columns).where(BonoGanado.cobranza + BonoGanado.faltas != 0))
    return sorted(tuple(row) for row in found)


def collect(day: date, amounts: Mapping[int, int]) -> None:
    """Enter what loans paid on a day."""
    for loan, amount in amounts.items():
        pagar(loan, day, amount)


def test_the_weekly_close_writes_what_each_group_earned_once(context: None) -> None:
    loans = prestar(20, terms())
    collect(PRIMERA, dict.fromkeys(loans, 300))
    collect(PRIMERA + WEEK, {loan: 300 + 2200 * (loan == loans[1]) for loan in loans[1:]})
    cerrar_semana(1)
    earned = (PRIMERA, D(6000), 0, D(200), "calculado")
    assert ganados() == [earned]
    cerrar_semana(2)
    cerrar_semana(2)
    assert ganados() == [earned, (PRIMERA + WEEK, D(7900), 1, D(250), "calculado")]
    titular = db.session.scalar(select(Asignacion.titular_id).join(Prestamo, Prestamo.grupo_id == Asignacion.grupo_id))
    assert set(db.session.scalars(select(BonoGanado.titular_id).where(BonoGanado.monto > 0))) == {titular}


def test_bonuses_that_an_earlier_run_did_not_come_to_are_written_by_the_next(context: None) -> None:
    collect(PRIMERA, dict.fromkeys(prestar(20, terms()), 300))
    cerrar_semana(1, handlers={})
    assert ganados() == []
    cerrar_semana(1)
    assert [row[3] for row in ganados()] == [200]


def reversar(loan: int, fecha: date, today: date) -> None:
    """Reverse the payment of a loan of a day, on a later one."""
    with en(today):
        caller = make_context(db.session())
        row = db.session.scalars(select(Pago).where(Pago.prestamo_id == loan, Pago.fecha == fecha)).one()
        ReversoService(caller).reversar(row.id, "Era de otra clienta")
        db.session.commit()


@pytest.mark.parametrize(
    ("loans", "paid", "after"),
    [
        (20, False, (D(5700), D(150), "calculado")),
        (23, False, (D(6600), D(200), "calculado")),
        (17, False, (D(4800), D(150), "anulado")),
        (20, True, (D(6000), D(200), "pagado")),
    ],
)
def test_a_later_reversal_corrects_the_bonus(context: None, loans: int, paid: bool, after: Any) -> None:
    """A paid bonus stays; the week of the reversal has less collection."""
    ids = prestar(loans, terms())
    collect(PRIMERA, dict.fromkeys(ids, 300))
    cerrar_semana(1)
    if paid:
        corte = CorteFactory().id
        db.session.execute(update(BonoGanado).where(BonoGanado.monto > 0).values(estado="pagado", corte_id=corte))
        db.session.commit()
    reversar(ids[-1], PRIMERA, PRIMERA + WEEK)
    db.session.expire_all()
    assert [row[1:2] + row[3:] for row in ganados()] == [after]
    collect(PRIMERA + WEEK, dict.fromkeys(ids, 300))
    cerrar_semana(2)
    assert [row[1] for row in ganados()] == [after[0], D(loans * 300 - 300)]
