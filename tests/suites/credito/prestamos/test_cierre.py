"""The daily close: what it stores is what the rules say, however often, late or interrupted it runs."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.infra import scheduler
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.prestamos.models import Cargo, Cierre, Foto, Pago, Prestamo
from app.suites.credito.prestamos.queries import cierres, fotografiar
from app.suites.credito.prestamos.rules.cierre import RETIRO
from app.suites.credito.prestamos.rules.cuotas import TipoCargo
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.prestamos.service import CierreService, violations
from app.suites.credito.productos.rules.condiciones import MoraTipo
from tests.conftest import taken_back
from tests.soak import daily
from tests.suites.credito.prestamos.cartera import (
    PRIMERA,
    TERMINOS,
    cerrar,
    en,
    guardado,
    pagar,
    por_reglas,
    prestar,
    terms,
)

pytestmark = pytest.mark.long

D = Decimal
DAY = timedelta(days=1)
DIAS = [PRIMERA + number * DAY for number in range(26)]


@pytest.fixture
def context(app: Flask, database: None) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of a few loans, so that a day has several."""
    monkeypatch.setattr(cierres, "POR_TRAMO", 5)


@pytest.fixture
def cartera(context: None, small_slices: None) -> list[int]:
    """Loans of all kinds of penalties."""
    return [one for condiciones in TERMINOS for one in prestar(3, condiciones)]


def pagos_de(ids: list[int], seed: int) -> dict[date, list[tuple[int, int]]]:
    """Random payments by day, never so many that a loan is settled."""
    chance = random.Random(seed)
    found: dict[date, list[tuple[int, int]]] = {}
    for one in ids:
        for dia in sorted(chance.sample(DIAS, chance.randrange(0, 5))):
            found.setdefault(dia, []).append((one, chance.choice([50, 120, 300, 450, 600])))
    return found


def vivir(pagos: dict[date, list[tuple[int, int]]], noche: Callable[[date], object]) -> dict[str, Any]:
    """Enter the payments of each day, then do what is done in the night; what is stored at the end."""
    for dia in DIAS:
        for one, monto in pagos.get(dia, []):
            pagar(one, dia, monto)
        noche(dia)
    return guardado()


@pytest.mark.parametrize("seed", daily(*range(2)))
def test_the_close_stores_what_the_rules_say(cartera: list[int], seed: int) -> None:
    def noche(dia: date) -> None:
        cerrar(dia)
        expected, found = por_reglas(cartera, dia), guardado()
        assert {row[0]: row[1] for row in found["prestamos"]} == expected["estados"]
        assert {(*row[:5],) for row in found["cargos"]} == expected["moras"]
        assert {row[:3]: row[3:] for row in found["fotos"] if row[0] == dia} == expected["fotos"]

    vivir(pagos_de(cartera, seed), noche)
    assert violations(make_context(db.session())) == []
    assert db.session.scalar(select(func.count()).where(Cargo.tipo == TipoCargo.MORA)) > 10


def tarde(dia: date) -> None:
    if dia.day % 4 == 0 or dia in (DIAS[0], DIAS[-1]):
        cerrar(dia)


def dos_veces(dia: date) -> None:
    cerrar(dia)
    assert cerrar(dia) == 0


def interrumpido(dia: date) -> None:
    """Close a day that stops in one of its slices, after the charges and before the snapshot, and then again."""
    real, left = fotografiar, dia.day % 4

    def stop(*arguments: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        real(*arguments)

    with pytest.MonkeyPatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr("app.suites.credito.prestamos.service.cierres.fotografiar", stop)
        cerrar(dia)
    cerrar(dia)


def test_late_repeated_and_interrupted_closes_store_the_same(app: Flask, cartera: list[int]) -> None:
    pagos, outcomes = pagos_de(cartera, 7), {}
    for noche in (cerrar, tarde, dos_veces, interrumpido):
        db.session.remove()
        with taken_back(app):
            outcomes[noche.__name__] = vivir(pagos, noche)
            db.session.remove()
    clean = outcomes["cerrar"]
    assert len(clean["cargos"]) > 10
    assert outcomes == dict.fromkeys(outcomes, clean)


def test_missed_days_are_closed_in_their_order(cartera: list[int]) -> None:
    cerrar(DIAS[0])
    assert cerrar(DIAS[3]) == 3
    days = select(Cierre.dia).where(Cierre.terminado_en.is_not(None)).distinct().order_by(Cierre.dia)
    assert list(db.session.scalars(days)) == DIAS[:4]
    assert CierreService(make_context(db.session())).procesado_hasta() == DIAS[3]
    assert cerrar(DIAS[1]) == 0


def test_a_payment_that_was_entered_late_takes_a_charge_back_and_its_reversal_demands_it_again(context: None) -> None:
    [loan] = prestar(1, terms(MoraTipo.FIJA, "25", gracia_mora=0))
    for dia in DIAS[:3]:
        cerrar(dia)
    cargo = db.session.scalars(select(Cargo)).one()
    assert (cargo.fecha, cargo.monto, cargo.condonado) == (DIAS[1], D(25), D(0))
    pagar(loan, DIAS[0], 300, entered=DIAS[3])
    cerrar(DIAS[3])
    db.session.expire_all()
    assert (cargo.pagado, cargo.condonado, cargo.motivo) == (D(0), D(25), RETIRO)
    assert db.session.get_one(Prestamo, loan).saldo == D(3900)
    assert violations(make_context(db.session())) == []


def test_a_charge_that_was_paid_gives_its_money_back_to_installments(context: None) -> None:
    [loan] = prestar(1, terms(MoraTipo.FIJA, "25", gracia_mora=0))
    cerrar(DIAS[0])
    pagar(loan, DIAS[2], 325)
    cerrar(DIAS[2])
    assert db.session.scalars(select(Cargo.pagado)).one() == D(25)
    pagar(loan, DIAS[0], 300, entered=DIAS[3])
    cerrar(DIAS[3])
    row = db.session.get_one(Prestamo, loan, populate_existing=True)
    assert (row.saldo, row.saldo_cargos, row.pagado) == (D(3575), D(0), D(625))
    assert db.session.scalars(select(Pago.cargos).where(Pago.fecha == DIAS[2])).one() == 0
    assert violations(make_context(db.session())) == []


def test_no_charge_arises_from_the_day_of_a_death_or_for_a_restructured_loan(context: None) -> None:
    condiciones = terms(MoraTipo.FIJA, "25", gracia_mora=0)
    [dead], [moved] = prestar(1, condiciones), prestar(1, condiciones)
    client = db.session.get_one(Cliente, db.session.get_one(Prestamo, dead).cliente_id)
    client.estado, client.fecha_fallecimiento = "fallecido", DIAS[1]
    db.session.get_one(Prestamo, moved).reestructurado = True
    db.session.commit()
    cerrar(DIAS[4])
    assert list(db.session.scalars(select(Cargo))) == []
    assert {one.estado for one in db.session.scalars(select(Prestamo))} == {EstadoPrestamo.ATRASADO}


def test_a_loan_that_was_settled_since_counts_in_the_snapshot_of_a_late_close(context: None) -> None:
    [loan] = prestar(1, terms())
    cerrar(DIAS[0])
    pagar(loan, DIAS[3], 4200)
    cerrar(DIAS[4])
    found = db.session.execute(select(Foto.dia, Foto.prestamos, Foto.capital).order_by(Foto.dia))
    assert [tuple(row) for row in found] == [(dia, 1, D(2800)) for dia in DIAS[:3]]


def test_a_loan_that_ended_later_is_in_the_snapshot_of_a_late_close(context: None) -> None:
    """One was written off since, and of one the charges were all that was left on the day."""
    condiciones = terms(MoraTipo.FIJA, "25", gracia_mora=0)
    [written_off], [charged] = prestar(1, condiciones), prestar(1, condiciones, PRIMERA - 13 * 7 * DAY)
    cerrar(DIAS[0])
    pagar(charged, DIAS[1], 4200)
    pagar(charged, DIAS[3], 14 * 25)
    row = db.session.get_one(Prestamo, written_off)
    row.estado, row.fecha_cierre, row.fecha_castigo, row.saldo_castigado = "castigado", DIAS[3], DIAS[3], row.saldo
    db.session.commit()
    cerrar(DIAS[4])
    found = db.session.execute(select(Foto.dia, func.sum(Foto.prestamos)).group_by(Foto.dia).order_by(Foto.dia))
    assert [tuple(one) for one in found] == [(dia, 2) for dia in DIAS[:3]]


@pytest.mark.parametrize(("hour", "closed"), [(5, DIAS[1]), (6, DIAS[2])])
def test_the_job_closes_the_days_of_mexico_city(context: None, hour: int, closed: date) -> None:
    """Day of the suite: at 5:30 UTC it is still the one before in Mexico City, and already the next in Bogotá."""
    prestar(1, terms())
    job = next(one for one in scheduler.of_current_app().jobs if one.name == "credito-cierre-diario")
    with en(DIAS[3], hour):
        scheduler.run_job(job, slot=None)
    assert db.session.scalars(select(Cierre.dia)).one() == closed
