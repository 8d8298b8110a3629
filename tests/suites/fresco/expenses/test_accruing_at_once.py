"""Four concurrent runs accrue every occurrence once, and none fails."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.infra.context import make_context
from app.suites.fresco.expenses.service import AccruedService

AT_ONCE = 4
RECURRING, DAYS = 120, 90  # daily from January to the end of March 2025
GATE = 4711

ENTER = text(
    """
    INSERT INTO recurring_expenses (description, amount, currency, category, payment_method, frequency, start_date,
                                    next_payment)
    SELECT 'Gasto ' || n, 10, 'COP', 'Software', 'Tarjeta', 'Diaria', '2025-01-01', '2025-01-01'
    FROM generate_series(1, :count) n
    """
)
STATE = text(
    """
    SELECT count(*), count(DISTINCT (recurring_id, due_date)), min(due_date)::text, max(due_date)::text
    FROM accrued_expenses
    """
)
WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :gate AND NOT granted")


@pytest.fixture
def engine(server_database: str) -> Engine:
    """Connections that commit, a new one for each session."""
    return create_engine(server_database, poolclass=NullPool)


@pytest.fixture
def watcher(engine: Engine) -> Iterator[Connection]:
    """Another connection to the same database."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


def accrue(app: Flask, engine: Engine) -> int:
    """Accrue in a session of its own, when the gate opens."""
    with app.app_context(), Session(engine) as session, session.begin():
        session.execute(text("SELECT pg_advisory_xact_lock_shared(:gate)"), {"gate": GATE})
        return AccruedService(make_context(session)).accrue(date(2025, 3, 10))["expenses"]


def wait_for_all(watcher: Connection) -> None:
    deadline = time.monotonic() + 30
    while watcher.scalar(WAITING, {"gate": GATE}) < AT_ONCE:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_four_at_once_accrue_every_occurrence_once(app: Flask, engine: Engine, watcher: Connection) -> None:
    watcher.execute(ENTER, {"count": RECURRING})
    watcher.execute(text("SELECT pg_advisory_lock(:gate)"), {"gate": GATE})
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [pool.submit(accrue, app, engine) for _ in range(AT_ONCE)]
        wait_for_all(watcher)
        watcher.execute(text("SELECT pg_advisory_unlock(:gate)"), {"gate": GATE})
        made = sorted(run.result(timeout=60) for run in runs)
    assert made == [0] * (AT_ONCE - 1) + [RECURRING * DAYS]
    assert tuple(watcher.execute(STATE).one()) == (RECURRING * DAYS,) * 2 + ("2025-01-01", "2025-03-31")
    reached = watcher.execute(text("SELECT DISTINCT next_payment::text, version FROM recurring_expenses")).all()
    assert [tuple(row) for row in reached] == [("2025-04-01", 2)]
