"""Measure reports and cash flow over many movements: `python -m bench.reports`. Exits 1 if a limit is exceeded."""

import os
import statistics
import sys
import time

from flask import Flask, current_app

from app.infra import clock
from bench.databases import loaded, url_of
from bench.requests import Subjects, filtered, log_in

LOADED = {"payments": 1_000_000, "incomes": 150_000, "expenses": 150_000}
ROUNDS = 15
# In milliseconds, from request to response inside the process.
LIMITS = {
    "/api/cashflow?date_from={month}": 50,
    "/api/cashflow?date_from={month}&currency=USD": 50,
    "/api/cashflow": 50,
    "/api/cashflow/metrics": 300,
    "/api/cashflow/analysis": 300,
    "/api/incomes/analysis": 300,
    "/api/expenses/analysis": 300,
    "/api/reports/summary": 300,
    "/api/reports/summary?currency=USD": 300,
    "/api/reports/statement": 300,
    "/api/reports/statement?basis=accrual": 300,
    "/api/reports/indicators": 300,
    "/api/reports/clients": 300,
    "/api/reports/ageing": 60,
    "/api/reports/ageing?currency=USD": 60,
    "/api/dashboard": 40,
    "/api/dashboard?currency=USD": 40,
}
FILTERED = 50
"""Limit of a list by a filter, in ms."""
SLOWER = {"cash flow by letters of most": 2500}
"""Filters whose totals read most movements."""


def main() -> int:
    """Load, measure all, print a table."""
    with loaded(LOADED) as app:
        return measure(app)


def measure(app: Flask) -> int:
    """Measure all, print a table."""
    slow = 0
    with app.app_context():
        today = clock.today(current_app.config["TIMEZONE"])
    month = today.replace(day=1)
    lists = {one.path: SLOWER.get(one.name, FILTERED) for one in filtered(Subjects.of(url_of(app), today))}
    print(f"{sum(LOADED.values()):,} movements at most, {os.cpu_count()} cores; milliseconds, {ROUNDS} rounds")
    print(f"{'request':50} {'least':>8} {'median':>8} {'limit':>8} {'load average':>14}")
    for path, limit in (LIMITS | lists).items():
        times = _milliseconds(app, path.format(month=month))
        median = statistics.median(times)
        slow += median > limit
        print(f"{path:50} {min(times):8.0f} {median:8.0f} {limit:8} {os.getloadavg()[0]:14.2f}")
    return int(slow > 0)


def _milliseconds(app: Flask, path: str) -> list[float]:
    client = app.test_client()
    headers = log_in(client)
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        response = client.get(path, headers=headers)
        times.append((time.perf_counter() - started) * 1000)
        if response.status_code != 200:
            raise SystemExit(f"{path}: {response.status_code}, the figures mean nothing")
    return times


if __name__ == "__main__":
    sys.exit(main())
