"""Migrations of loans that are taken back and applied again."""

from collections.abc import Iterator
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.infra.db import db
from tests import conftest, factories
from tests.suites.credito.prestamos.cartera import PRIMERA, prestar, terms
from tests.test_migrations import migrate

BEFORE = "0114"
"""The migration before that of write-offs."""
_WRITE_OFF = text("""
    UPDATE credito_prestamos SET estado = 'castigado', fecha_cierre = :day, fecha_castigo = :day,
        saldo_castigado = saldo
    WHERE id = :loan
""")
_FOUND = text("""
    SELECT fecha_castigo, saldo_castigado, recuperado, count(*) FILTER (WHERE castigada)
    FROM credito_prestamos loan JOIN credito_cuotas ON prestamo_id = loan.id
    WHERE loan.id = :loan GROUP BY loan.id
""")


@pytest.fixture
def app(server_database: str) -> Iterator[Flask]:
    """The application over a database of this module's own."""
    app, before = create_app(conftest.testing_config(server_database)), factories.app
    factories.app = app
    yield app
    factories.app = before


def found(app: Flask, loan: int) -> tuple[Any, ...]:
    """Facts of the write-off of a loan, and the number of installments that are written off."""
    with app.app_context():
        row = tuple(db.session.execute(_FOUND, {"loan": loan}).one())
        db.session.remove()
        db.engine.dispose()
        return row


def test_a_loan_stays_written_off_down_and_up_again(app: Flask, server_database: str) -> None:
    with app.app_context():
        [loan] = prestar(1, terms())
        db.session.execute(_WRITE_OFF, {"loan": loan, "day": PRIMERA})
        db.session.commit()
    before = found(app, loan)
    assert (before[0], before[3]) == (PRIMERA, 14)
    migrate(server_database, lambda: flask_migrate.downgrade(revision=BEFORE), flask_migrate.upgrade)
    assert found(app, loan) == before
