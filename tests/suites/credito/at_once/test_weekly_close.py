"""The weekly close, killed anywhere, run twice, by two at once, or days late, leaves the rows of one clean run."""

import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra.context import make_context
from app.infra.db import db, separate_transaction
from app.suites.credito.cobranza.service import PagoService, semana
from app.suites.credito.prestamos.queries import cierres
from app.suites.credito.prestamos.rules.pagos import MetodoPago
from app.suites.credito.prestamos.service import CierreService
from app.suites.credito.productos.rules.condiciones import MoraTipo
from tests import conftest, factories, preloaded
from tests.soak import SOAK, daily
from tests.statements import counted
from tests.suites.credito.at_once.closing import JUZGADOS, POR_TRAMO, close_all, close_before
from tests.suites.credito.prestamos.cartera import PRIMERA, en, prestar, terms

pytestmark = [pytest.mark.server, pytest.mark.long]

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
LUNES = PRIMERA + 4 * WEEK
"""The Monday in whose night three weeks are closed; the one before them is closed already."""
KILLS = 20 if SOAK else 1
SEED = 20260406
TABLES = {
    "prestamos": "SELECT id, estado, saldo, saldo_capital, saldo_interes, saldo_cargos, pagado, faltas,"
    " vence_mas_antiguo FROM credito_prestamos",
    "cuotas": "SELECT prestamo_id, numero, pagado, condonado, fecha_pagada FROM credito_cuotas",
    "cargos": "SELECT cargo.prestamo_id, cargo.tipo, cargo.cuota_numero, fecha, monto, iva, pagado, condonado, semana"
    " FROM credito_cargos cargo JOIN credito_faltas falta ON falta.id = falta_id",
    "faltas": "SELECT prestamo_id, semana, cuota_numero, esperado, abonado, faltante, tipo, tolerada, estado"
    " FROM credito_faltas",
    "bonos": "SELECT grupo_id, semana, bono_id, cobranza, faltas, monto, titular_id, estado FROM credito_bonos_ganados",
    "pagos": "SELECT id, capital, interes, cargos, a_favor, saldo_despues FROM credito_pagos",
    "fotos": "SELECT dia, grupo_id, atraso_desde, prestamos, capital, vencido FROM credito_fotos",
    "productos": "SELECT dia, tipo_prestamo_id, mes, atraso_desde, prestamos, capital FROM credito_fotos_de_productos",
    "tramos": "SELECT tipo, dia, desde_id, hasta_id, terminado_en IS NOT NULL FROM credito_cierres",
    "diario": "SELECT code, sum(lines.amount) FROM lines JOIN accounts ON accounts.id = account_id GROUP BY code",
}


def rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows that a close writes, without ids and times, in order."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(text(statement))), key=repr)
            for name, statement in TABLES.items()
        }


@contextmanager
def app_over(url: str) -> Iterator[Flask]:
    """The application over a database, which it leaves at the end."""
    app, before = create_app(conftest.testing_config(url)), factories.app
    factories.app = app
    try:
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()
    finally:
        factories.app = before


def pay(loans: list[int], day: date, amount: int) -> None:
    with en(day):
        for one in loans:
            PagoService(make_context(db.session())).registrar(
                prestamo_id=one, monto=Decimal(amount), metodo=MetodoPago.TRANSFERENCIA
            )
        db.session.commit()


@pytest.fixture(scope="module")
def book(server_database: str) -> Iterator[str]:
    """Loans of two groups of which some pay, some pay a part and some nothing; the first week is closed."""
    before = cierres.POR_TRAMO, semana.JUZGADOS_POR_TRAMO
    cierres.POR_TRAMO, semana.JUZGADOS_POR_TRAMO = POR_TRAMO, JUZGADOS
    with app_over(server_database):
        one = prestar(20, terms(MoraTipo.CUOTAS_EXTRA, 1, incumplimientos_tolerados=1, limite_penalizaciones=2))
        other = prestar(12, terms(MoraTipo.CUOTAS_EXTRA, "0.5"))
        pay(one, PRIMERA, 300)
        close_all(PRIMERA + WEEK)
        pay([*one[2:], *other[:4]], PRIMERA + WEEK, 300)
        pay(other[4:8], PRIMERA + WEEK + DAY, 100)
        pay(one[:12], PRIMERA + 3 * WEEK, 450)
    yield server_database
    cierres.POR_TRAMO, semana.JUZGADOS_POR_TRAMO = before


@pytest.fixture(scope="module")
def copied(cluster: str, book: str) -> Callable[[str], str]:
    """Makes a copy of the book with a name."""

    def copy(name: str) -> str:
        source = book.rpartition("/")[2].partition("?")[0]
        conftest.recreate(cluster, f"{source}_{name}", source)
        return conftest.at(cluster, f"{source}_{name}")

    return copy


def run(url: str, statements: int = 0) -> int:
    """Close in a process of its own; its exit status."""
    return preloaded.run(closing_module(), url, LUNES.isoformat(), str(statements), env=os.environ).returncode


def closing_module() -> str:
    """Name of the module that closes."""
    return "tests.suites.credito.at_once.closing"


@pytest.fixture(scope="module")
def clean(copied: Callable[[str], str]) -> tuple[dict[str, list[tuple[Any, ...]]], int]:
    """The rows after one clean run, and the number of its statements."""
    url = copied("clean")
    with app_over(url), counted() as sent:
        close_all(LUNES)
    found = rows(url)
    penalised = {row[0] for row in found["cargos"]}
    assert (len(penalised) > 20, len(found["bonos"]) > 0, len(found["faltas"]) > 50) == (True, True, True)
    return found, len(sent)


def test_a_close_that_is_killed_and_run_again_ends_as_a_clean_one(
    copied: Callable[[str], str], clean: tuple[dict[str, list[tuple[Any, ...]]], int]
) -> None:
    expected, statements = clean
    chance = random.Random(SEED)
    for number in range(KILLS):
        url, place = copied(f"killed{number}"), chance.randint(1, statements - 1)
        assert run(url, place) == -9, place
        assert run(url) == 0
        assert rows(url) == expected, f"killed after {place} of {statements} statements"


def test_two_closes_at_once_and_a_third_after_them_end_as_one(
    copied: Callable[[str], str], clean: tuple[dict[str, list[tuple[Any, ...]]], int]
) -> None:
    url = copied("twice")
    with app_over(url) as app:
        start = Barrier(2)

        def close() -> None:
            with app.app_context():
                start.wait(20)
                close_before(LUNES)

        with en(LUNES, 8), ThreadPoolExecutor(2) as pool:
            for future in [pool.submit(close) for _ in range(2)]:
                future.result(60)
        assert rows(url) == clean[0]
        close_all(LUNES)
    assert rows(url) == clean[0]


def test_a_loan_that_is_locked_is_left_for_the_end_whatever_else_its_slice_has_to_judge(
    copied: Callable[[str], str], clean: tuple[dict[str, list[tuple[Any, ...]]], int]
) -> None:
    with app_over(copied("locked")):
        with en(LUNES, 8):
            CierreService(make_context(db.session())).cerrar_hasta(LUNES - DAY)
        db.session.commit()
        with separate_transaction() as other:
            loan = other.scalar(text("SELECT id FROM credito_prestamos ORDER BY id OFFSET 14 LIMIT 1"))
            other.execute(text("SELECT FROM credito_prestamos WHERE id = :id FOR UPDATE"), {"id": loan})
            with pytest.raises(OperationalError, match="lock timeout"):
                close_all(LUNES)
            db.session.rollback()
        left = "SELECT desde_id, hasta_id FROM credito_cierres WHERE tipo = 'semanal' AND terminado_en IS NULL"
        assert [tuple(row) for row in db.session.execute(text(left))] == [(loan, loan + JUZGADOS - 1)]
        close_all(LUNES)
        assert rows(db.engine.url.render_as_string(hide_password=False)) == clean[0]


@pytest.mark.parametrize("amount", daily(900, 300))
def test_a_close_three_days_late_ends_as_one_in_time(copied: Callable[[str], str], amount: int) -> None:
    """A payment of 900 also pays penalties, so what is left of capital on its day depends on them."""
    late = LUNES + 3 * DAY
    found = []
    for name, days in (("intime", (LUNES, late)), ("late", (late,))):
        url = copied(name)
        with app_over(url):
            paying = list(db.session.scalars(text("SELECT id FROM credito_prestamos ORDER BY id LIMIT 5")))
            if days[0] == LUNES:
                close_all(LUNES)
            pay(paying, LUNES + DAY, amount)
            close_all(late)
        found.append(rows(url))
    for name in TABLES:
        assert found[1][name] == found[0][name], name
