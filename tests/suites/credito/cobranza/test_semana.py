"""The weekly close: missed weeks, once each, with their penalties."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.cobranza.models import Falta
from app.suites.credito.cobranza.queries.semana import por_juzgar
from app.suites.credito.cobranza.service import semana
from app.suites.credito.cobranza.service.semana import CierreSemanalService
from app.suites.credito.prestamos.models import ULTIMO_ID, Cargo, Cierre, Prestamo, TipoCierre, Tramo
from app.suites.credito.prestamos.queries import cierres
from app.suites.credito.prestamos.rules.pagos import MetodoPago
from app.suites.credito.prestamos.service import violations
from app.suites.credito.productos.rules.condiciones import MoraTipo
from tests.suites.credito.prestamos.cartera import PRIMERA, cerrar, en, pagar, prestar, terms

D = Decimal
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def context(app: Flask, database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(cierres, "POR_TRAMO", 2)
    with app.app_context():
        yield


def cerrar_semana(number: int) -> int:
    """Close the days of the week of that number, then the week."""
    cerrar(PRIMERA + number * WEEK - DAY)
    with en(PRIMERA + number * WEEK, 7):
        done = CierreSemanalService(make_context(db.session())).cerrar()
        db.session.commit()
        return done


def faltas() -> list[Any]:
    found = select(Falta.prestamo_id, Falta.semana, Falta.abonado, Falta.faltante, Falta.tolerada)
    return [tuple(row) for row in db.session.execute(found.order_by(Falta.prestamo_id, Falta.semana))]


def test_each_week_is_judged_once_with_tolerance_and_limit(context: None) -> None:
    penas = terms(MoraTipo.CUOTAS_EXTRA, "1", incumplimientos_tolerados=1, limite_penalizaciones=1)
    paying, half, missing = prestar(3, penas)
    for number in range(1, 4):
        monday = PRIMERA + (number - 1) * WEEK
        pagar(paying, monday, 300)
        pagar(half, monday, 150 if number == 1 else 300)
        assert [cerrar_semana(number), cerrar_semana(number)] == [1, 0]
    weeks = [PRIMERA + number * WEEK for number in range(3)]
    assert faltas() == [
        (half, weeks[0], D(150), D(150), True),
        *((missing, week, D(0), D(300), place == 0) for place, week in enumerate(weeks)),
    ]
    [cargo] = db.session.scalars(select(Cargo))
    assert (cargo.prestamo_id, cargo.cuota_numero, cargo.fecha, cargo.monto) == (missing, 2, weeks[2], D(300))
    assert cargo.falta_id is not None
    row = db.session.get_one(Prestamo, missing, populate_existing=True)
    assert (row.faltas, row.saldo, row.saldo_cargos) == (3, D(4500), D(300))
    assert violations(make_context(db.session())) == []


def test_weeks_that_were_missed_are_closed_in_their_order(context: None) -> None:
    """The second one is judged before the days of the third are closed, so the weekly close has only the third."""
    [loan] = prestar(1, terms(MoraTipo.CUOTAS_EXTRA, "1"))
    assert [cerrar_semana(1), cerrar_semana(3)] == [1, 1]
    assert [row[1] for row in faltas()] == [PRIMERA, PRIMERA + WEEK, PRIMERA + 2 * WEEK]
    assert [one.cuota_numero for one in db.session.scalars(select(Cargo).order_by(Cargo.fecha))] == [1, 2, 3]
    assert db.session.get_one(Prestamo, loan, populate_existing=True).saldo == D(5100)


def test_only_loans_that_missed_the_week_are_read(context: None) -> None:
    """A renewal of one loan, which nobody collected, makes no other loan one that has to be judged."""
    paying, ahead, renewed, partly, missing = prestar(5, terms())
    pagar(paying, PRIMERA, 300)
    pagar(ahead, PRIMERA - 5 * DAY, 300)
    pagar(renewed, PRIMERA, 300, metodo=MetodoPago.RENOVACION)
    pagar(partly, PRIMERA, 299)
    assert por_juzgar(db.session(), Tramo(0, 0, ULTIMO_ID), PRIMERA, 9) == [renewed, partly, missing]


def test_a_week_that_nobody_paid_is_judged_by_few_loans_at_a_time(
    context: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slices have as many loans as a close may hold; one of which more missed the week is cut."""
    monkeypatch.setattr(cierres, "POR_TRAMO", 5)
    monkeypatch.setattr(semana, "JUZGADOS_POR_TRAMO", 2)
    paying, *missing = prestar(7, terms())
    pagar(paying, PRIMERA, 300)
    assert cerrar_semana(1) == 1
    found = select(Cierre.desde_id, Cierre.hasta_id).where(
        Cierre.tipo == TipoCierre.SEMANAL, Cierre.terminado_en.is_not(None)
    )
    first, second, third, fourth, fifth, sixth = missing
    assert [tuple(row) for row in db.session.execute(found.order_by(Cierre.desde_id))] == [
        (0, second),
        (second + 1, fourth),
        (fifth, ULTIMO_ID),
    ]
    assert [row[0] for row in faltas()] == [first, second, third, fourth, fifth, sixth]
