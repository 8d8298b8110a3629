"""Closes at once, and beside payments, over a database of their own and with real commits."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from app import create_app
from app.infra.db import db, separate_transaction
from app.suites.credito.prestamos.models import Cargo, Cierre, Foto, FotoDeProducto, Prestamo
from app.suites.credito.prestamos.queries import cierres
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.productos.rules.condiciones import MoraTipo
from tests import conftest, factories
from tests.suites.credito.prestamos.cartera import PRIMERA, cerrar, cerrar_ahora, en, entrar_pago, prestar, terms

DAY = timedelta(days=1)
LOANS = 60


@pytest.fixture(scope="module")
def committing(server_database: str) -> Iterator[Flask]:
    """The application over a database of this module's own."""
    app, before = create_app(conftest.testing_config(server_database)), factories.app
    factories.app = app
    yield app
    factories.app = before
    with app.app_context():
        db.engine.dispose()


FOTOS = ("credito_fotos", "credito_fotos_de_productos")


@pytest.fixture
def loans(committing: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Loans whose first installment was due on the first day, with a charge on the day after it; nothing is closed."""
    monkeypatch.setattr(cierres, "POR_TRAMO", 7)
    with committing.app_context():
        tables = ("credito_pagos", "credito_cargos", "credito_cuotas", "credito_prestamos", *FOTOS)
        for table in (*tables, "credito_cierres"):
            db.session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - of constants
        db.session.commit()
        yield prestar(LOANS, terms(MoraTipo.FIJA, "25", gracia_mora=0))
        db.session.remove()


def counted() -> tuple[Any, ...]:
    """Number of charges, loans in both snapshots, late loans, and slices."""
    late = select(func.count()).where(Prestamo.estado == EstadoPrestamo.ATRASADO)
    numbers = (
        select(func.count()).select_from(Cargo),
        select(func.sum(Foto.prestamos)),
        select(func.sum(FotoDeProducto.prestamos)),
        late,
        select(func.count()).where(Cierre.terminado_en.is_not(None)),
    )
    found = tuple(db.session.scalar(one) for one in numbers)
    db.session.rollback()
    return found


def test_two_closes_at_once_do_each_slice_once(committing: Flask, loans: list[int]) -> None:
    start = Barrier(2)

    def close() -> int:
        with committing.app_context():
            start.wait(20)
            return cerrar_ahora(PRIMERA)

    with en(PRIMERA + DAY, 6), ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(close) for _ in range(2)]
        assert max(one.result(60) for one in futures) == 1
    assert counted() == (LOANS, LOANS, LOANS, LOANS, 9)


def test_a_locked_loan_is_left_for_the_end_and_the_others_are_done(loans: list[int]) -> None:
    """The close gives up after a second where the lock stays, and finishes the day when it is run again."""
    with separate_transaction() as other:
        other.execute(select(Prestamo.id).where(Prestamo.id == loans[3]).with_for_update())
        with pytest.raises(OperationalError, match="lock timeout"):
            cerrar(PRIMERA)
        assert counted() == (LOANS - 1, LOANS - 7, LOANS - 7, LOANS - 1, 8)
    assert cerrar(PRIMERA) == 1
    assert counted() == (LOANS, LOANS, LOANS, LOANS, 9)


def test_a_payment_beside_the_close_is_neither_refused_nor_lost(committing: Flask, loans: list[int]) -> None:
    start = Barrier(2)

    def pay() -> None:
        with committing.app_context():
            start.wait(20)
            for one in loans:
                entrar_pago(one, PRIMERA, 300, PRIMERA + DAY)

    def close() -> None:
        with committing.app_context():
            start.wait(20)
            cerrar_ahora(PRIMERA)

    with en(PRIMERA + DAY, 6), ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(pay), pool.submit(close)]:
            future.result(60)
    cerrar(PRIMERA + DAY)
    owed = select(func.sum(Prestamo.saldo), func.sum(Prestamo.saldo_cargos), func.sum(Prestamo.pagado))
    assert tuple(db.session.execute(owed).one()) == (LOANS * 3900, 0, LOANS * 300)
