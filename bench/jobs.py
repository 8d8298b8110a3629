"""Measure the daily jobs over many rows: `python -m bench.jobs`. Exits 1 if a limit is exceeded."""

import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import Flask
from sqlalchemy import text

from app import registry
from app.infra.db import db, transaction
from app.infra.scheduler import run_job
from bench.databases import fresh_apps, server

TODAY = date(2026, 6, 15)
PAYMENTS, PROJECTS, ROUNDS = 100_000, 10_000, 3

_CLIENTS = """
    WITH made AS (
        INSERT INTO parties (name) SELECT 'Cliente ' || n FROM generate_series(1, 100) n ORDER BY n RETURNING id
    )
    INSERT INTO clients (id, start_date, status) SELECT id, '2025-01-01', 'Activo' FROM made
"""
_HALF_A_YEAR = """
    INSERT INTO projects (client_id, name, description, start_date, status, created_at)
    SELECT n % 100 + 1, 'Proyecto ' || n, 'Datos para medir',
           CASE WHEN n % 2 = 0 THEN CAST('2026-01-15' AS date) ELSE CAST('2026-05-07' AS date) END, 'Activo',
           '2026-01-01'
    FROM generate_series(1, CAST(:projects AS int)) n ORDER BY n
"""
# Ten payments each within the horizon of 30 days: weekly ones, or seven monthly ones and three installments.
_PLANS = """
    INSERT INTO payment_plans (project_id, type, implementation_fee_total, implementation_fee_currency,
        implementation_fee_installments, recurring_fee_amount, recurring_fee_currency, recurring_fee_frequency,
        recurring_fee_grace_periods, recurring_fee_discount_periods, recurring_fee_discount_percentage)
    SELECT id, CASE WHEN mixed THEN 'Mixto' ELSE 'Suscripción periódica' END, CASE WHEN mixed THEN 1000000 END,
           CASE WHEN mixed THEN 'COP' END, CASE WHEN mixed THEN 3 END, 450000, 'COP',
           CASE WHEN mixed THEN 'Mensual' ELSE 'Semanal' END, 0, 2, 15
    FROM (SELECT id, start_date = '2026-01-15' AS mixed FROM projects) p ORDER BY id
"""
_PENDING = """
    INSERT INTO payments (project_id, client_id, amount, currency, date, type, installment_number, generated)
    SELECT id, client_id, 450000, 'COP', CAST(:today AS date) - number, 'Recurrente', number, true
    FROM projects, generate_series(1, CAST(:each AS int)) number ORDER BY id, number
"""


@dataclass(frozen=True)
class Measured:
    """A job, its preparation, the number of payments it must process, and its time limit in seconds."""

    job: str
    prepare: tuple[str, ...]
    limit: float


MEASURED = (
    Measured("mark-overdue", (_CLIENTS, _HALF_A_YEAR, _PENDING), 2.0),
    Measured("generate-payments", (_CLIENTS, _HALF_A_YEAR, _PLANS), 10.0),
)


def main() -> int:
    """Measure all, print a table."""
    print(f"{PAYMENTS:,} payments of {PROJECTS:,} projects, {os.cpu_count()} cores; seconds, each on fresh data")
    print(f"{'job':20} {'rounds':24} {'median':>8} {'limit':>8} {'load average':>14}")
    slow = 0
    with server() as address, fresh_apps(address) as fresh:
        for measured in MEASURED:
            times = [_seconds(fresh, measured) for _ in range(ROUNDS)]
            median = statistics.median(times)
            slow += median > measured.limit
            rounds = " ".join(f"{seconds:6.2f}" for seconds in times)
            print(f"{measured.job:20} {rounds:24} {median:8.2f} {measured.limit:8.2f} {os.getloadavg()[0]:14.2f}")
    return int(slow > 0)


def _seconds(fresh: Callable[[], Flask], measured: Measured) -> float:
    app = fresh()
    with app.app_context():
        _prepare(measured.prepare)
        job = next(job for job in registry.jobs(app.config) if job.name == measured.job)
        started = time.perf_counter()
        counts = run_job(job, slot=None, today=TODAY)
        seconds = time.perf_counter() - started
        db.engine.dispose()
    if counts is None or counts["payments"] != PAYMENTS:
        raise SystemExit(f"{measured.job} got through {counts}, not {PAYMENTS:,} payments: the figures mean nothing")
    return seconds


def _prepare(statements: tuple[str, ...]) -> None:
    values = {"projects": PROJECTS, "each": PAYMENTS // PROJECTS, "today": TODAY}
    with transaction(request_id="bench") as session:
        session.execute(text("SET LOCAL statement_timeout = '10min'"))
        for statement in statements:
            given = text(statement)
            session.execute(given, {name: values[name] for name in given.compile().params})


if __name__ == "__main__":
    sys.exit(main())
