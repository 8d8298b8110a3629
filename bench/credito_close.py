"""The nightly close of loans, in a process of its own, while collectors enter payments."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from bench.credito_requests import collector, pay
from bench.databases import run, url_of

SECONDS_PER_LOAN, SECONDS_PER_UNPAID_LOAN = 6 / 100_000, 30 / 100_000
_LIMIT_OF_LOCK, _LIMIT_OF_PAYMENTS = 1000, 200
_PAUSE = 0.05
"""Seconds between two payments."""
_DAILY_PENALTIES = """
    UPDATE credito_prestamos SET condiciones = condiciones || '{"mora_tipo": "diaria", "mora_valor": "0.36"}'
    WHERE id % 10 = 0
"""
"""One loan in ten has penalties that grow by the day, so that a close has to compute and to write them."""
_HOLDERS = """
    SELECT DISTINCT virtualtransaction FROM pg_locks
    WHERE relation = 'credito_prestamos'::regclass
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND mode IN ('RowShareLock', 'RowExclusiveLock')
"""
"""Transactions that have locked or changed loans."""


def sunday_and_week(app: Flask, loans: int, sunday: date) -> Iterator[tuple[str, float, float, float]]:
    """Close a Sunday and its week."""
    url, limit = url_of(app), max(1, loans * SECONDS_PER_LOAN) * 1000
    run(url, _DAILY_PENALTIES, "VACUUM ANALYZE credito_prestamos")
    seconds = _job(url, "credito-cierre-diario", sunday + timedelta(days=1))
    yield "nightly close, first: a Sunday's", seconds * 1000, seconds * 1000, limit
    yield from _weekly("weekly close", url, limit)


def days(app: Flask, loans: int, sunday: date) -> Iterator[tuple[str, float, float, float]]:
    """Close the days after a Sunday that is closed, the last of them while payments are entered."""
    url, limit = url_of(app), max(1, loans * SECONDS_PER_LOAN) * 1000
    times, held = [], list[float]()
    for day in range(2, 4):
        with _watched(url, held):
            times.append(_job(url, "credito-cierre-diario", sunday + timedelta(days=day)) * 1000)
    yield "nightly close, of a day", min(times), max(times), limit
    longest = max(held, default=0.0)
    yield "longest hold of loans by it", longest, longest, _LIMIT_OF_LOCK
    times = sorted(_paying(app, url, sunday + timedelta(days=4)))
    yield "payments meanwhile, p95", times[int(len(times) * 0.95)], times[-1], _LIMIT_OF_PAYMENTS
    _job(url, "credito-cierre-diario", None)  # requests come as on any day, whose yesterday is closed


def unpaid_week(app: Flask, loans: int) -> Iterator[tuple[str, float, float, float]]:
    """Close the week after it, of which nobody has paid anything, so that each loan has missed it."""
    url = url_of(app)
    limit = max(1, round(loans * SECONDS_PER_UNPAID_LOAN, 3)) * 1000
    yield from _weekly("weekly close, nobody paid", url, limit)


def _weekly(name: str, url: str, limit: float) -> Iterator[tuple[str, float, float, float]]:
    held: list[float] = []
    with _watched(url, held):
        took = _job(url, "credito-cierre-semanal", None) * 1000
    yield name, took, took, limit
    longest = max(held, default=0.0)
    yield "longest hold of loans by it", longest, longest, _LIMIT_OF_LOCK


def _job(url: str, name: str, day: date | None) -> float:
    """Run a job as its own process does; the seconds that it took, without those of starting the program."""
    given = [] if day is None else ["--date", str(day)]
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, name, *given],
        env={**os.environ, "BENCH_JOB_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{name}: {done.stdout}{done.stderr}")
    return float(done.stdout.split()[-1])


_PROGRAM = """
import os, sys, time
from sqlalchemy.orm import configure_mappers
from app import create_app
from config import Config
url = os.environ["BENCH_JOB_URL"]
app = create_app(Config(app_env="testing", database_url=url, scheduler_enabled=False, log_level="WARNING"))
configure_mappers()
began = time.perf_counter()
done = app.test_cli_runner().invoke(args=("jobs", "run", *sys.argv[1:]))
took = time.perf_counter() - began
if done.exit_code:
    sys.exit(done.output + repr(done.exception))
print(took)
"""


@contextmanager
def _watched(url: str, held: list[float]) -> Iterator[None]:
    """Note for how long transactions held loans meanwhile, in milliseconds."""
    stop = threading.Event()

    def watch() -> None:
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        first: dict[str, float] = {}
        with engine.connect() as connection:
            while not stop.is_set():
                now = time.perf_counter()
                holders = connection.scalars(text(_HOLDERS))
                held.extend((now - first.setdefault(one, now)) * 1000 for one in holders)
                time.sleep(0.01)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()


def _paying(app: Flask, url: str, day: date) -> list[float]:
    """Milliseconds of the payments that were entered while a day was closed."""
    people = [collector(app, number) for number in range(10, 18)]
    times: list[float] = []
    closing = threading.Thread(target=_job, args=(url, "credito-cierre-diario", day))
    closing.start()
    while closing.is_alive():
        began = time.perf_counter()
        pay(people[len(times) % len(people)])
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(_PAUSE)
    closing.join()
    return times
