"""Movements, open items and their sums are right after many have written at once."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app import create_app, registry
from app.core.movements.models import SUMS
from app.core.movements.service import MovementService
from app.infra.context import make_context
from app.infra.db import db, transaction
from tests import conftest
from tests.core.movements.test_feeding import CHANGES
from tests.core.movements.union import differences

WRITERS, WRITES = 8, 25
_COMPANY = """
    INSERT INTO parties (name) VALUES ('Café');
    INSERT INTO clients (id, start_date) SELECT id, '2019-01-01' FROM parties;
    INSERT INTO projects (client_id, name, description, start_date) SELECT id, 'Portal', '', '2019-01-05' FROM clients
"""
_STEPS = (
    *CHANGES,
    """INSERT INTO payments (project_id, client_id, amount, currency, date, status, type)
       SELECT id, client_id, 10, 'USD', '2026-05-04', 'Pendiente', 'Recurrente' FROM projects, generate_series(1, 5)""",
    """INSERT INTO incomes (description, date, amount, currency, type, payment_method, client)
       SELECT 'x', '2026-05-04', n, 'COP', 'Intereses', 'Efectivo', 'Feria' FROM generate_series(1, 5) n""",
    """INSERT INTO expenses (description, date, amount, currency, category, payment_method)
       SELECT 'x', '2026-05-04', n, 'COP', 'Viajes', 'Efectivo' FROM generate_series(1, 5) n""",
    """INSERT INTO accrued_expenses (description, due_date, amount, currency, category, payment_method)
       SELECT 'x', '2026-05-04', n, 'USD', 'Software', 'Efectivo' FROM generate_series(1, 5) n""",
)


@pytest.fixture
def committing(server_database: str) -> Iterator[Flask]:
    """The application over a database of its own."""
    app = create_app(conftest.testing_config(server_database))
    yield app
    with app.app_context():
        db.engine.dispose()


def write(app: Flask, seed: int) -> None:
    """Change rows that others change too; of ten transactions one is taken back."""
    chance = random.Random(seed)
    for _ in range(WRITES):
        some = f"id % 5 = {chance.randrange(5)}"
        try:
            with app.app_context(), transaction(request_id="test") as session:
                session.execute(text(chance.choice(_STEPS).format(some=some)))
                if chance.random() < 0.1:
                    session.rollback()
        except OperationalError:
            continue  # a deadlock of those who change the same rows in another order, as before there were movements


def fold(app: Flask) -> None:
    for _ in range(5):
        with app.app_context(), transaction(request_id="test") as session:
            for sums in SUMS:
                sums.fold(session)


def test_movements_follow_eight_writers(committing: Flask) -> None:
    with committing.app_context(), transaction(request_id="test") as session:
        session.execute(text(_COMPANY))
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        jobs = [pool.submit(write, committing, seed) for seed in range(WRITERS)] + [pool.submit(fold, committing)]
        for job in jobs:
            job.result()
    with committing.app_context(), transaction(request_id="test") as session:
        assert (session.scalar(text("SELECT count(*) FROM movements")) or 0) > 100
        assert differences(session) == []
        assert MovementService(make_context(session)).violations() == []
        assert [problem for sums in registry.SUMS for problem in sums.violations(session)] == []
