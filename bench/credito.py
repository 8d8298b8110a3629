"""Measure the suite credito over many open loans: `python -m bench.credito [--loans N] [--quick] [--write]`.

It exits 1 if a limit is exceeded. The night is a Sunday's, whose close finds all who did not pay in the week.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask

from app.infra import clock
from app.infra.db import db
from bench import credito_close, credito_loan, credito_requests
from bench.databases import fresh_apps, load, run, seed, server, url_of
from bench.processes import circumstances
from bench.tables import Table, write

LOANS, MANY, FEW = 100_000, 1_000_000, 5_000
_SUNDAY_EVENING = timedelta(days=6, hours=20)
_WEEK_AFTER = timedelta(days=7, hours=6)
"""The week after the Sunday is closed, too: it has to be over, in Mexico as well."""


@dataclass(frozen=True)
class Measured:
    """The least time of some rounds, and the limit, in milliseconds."""

    name: str
    least: float
    median: float
    limit: float

    @property
    def missed(self) -> bool:
        """Whether even the least is over the limit."""
        return self.least > self.limit


def main() -> int:
    """Load, measure all, print a table."""
    asked = _arguments()
    with loaded(asked.loans) as app:
        return measure(app, asked.loans, keep=asked.write)


@contextmanager
def loaded(loans: int) -> Iterator[Flask]:
    """An application with open loans, as they were on the evening of a Sunday."""
    with server() as address, fresh_apps(address) as fresh:
        app = fresh()
        with clock.frozen(last_sunday()):
            seed(app)
            began = time.monotonic()
            load(app, {"loans": loans})
        print(f"{loans:,} loans loaded in {time.monotonic() - began:.0f} s", flush=True)
        run(url_of(app), "VACUUM ANALYZE")
        yield app
        with app.app_context():
            db.engine.dispose()


def last_sunday() -> datetime:
    """Evening of the last Sunday after which a week is over, in UTC."""
    now = datetime.now(UTC) - _WEEK_AFTER
    monday = datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(days=now.weekday())
    return monday - timedelta(weeks=1) + _SUNDAY_EVENING


def measure(app: Flask, loans: int, *, keep: bool) -> int:
    """Measure all, print a table, and with `keep` write it into the document."""
    rounds = credito_requests.ROUNDS
    print(f"{loans:,} open loans, {os.cpu_count()} cores; milliseconds, the least and the median of {rounds}")
    table = Table(("what", "least", "median", "limit"), 44)
    found = []
    sunday = last_sunday().date()
    for one in (
        *credito_close.sunday_and_week(app, loans, sunday),
        *credito_requests.reports(app, last_sunday() + timedelta(hours=18)),
        *credito_close.days(app, loans, sunday),
        *credito_requests.measure(app),
        *credito_loan.measure(app),
        *credito_close.unpaid_week(app, loans),
    ):
        found.append(Measured(*one))
        table.add(found[-1].name, *(f"{value:,.1f}" for value in (found[-1].least, found[-1].median)), found[-1].limit)
    missed = [f"- Missed: {one.name}" for one in found if one.missed]
    print(*missed, sep="\n")
    if keep:
        name = "credito" if loans < MANY else "credito growth"
        write(name, [circumstances(), "", f"{loans:,} open loans.", "", *table.lines, "", *missed])
    return int(bool(missed))


def _arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loans", type=int, default=LOANS)
    parser.add_argument("--quick", dest="loans", action="store_const", const=FEW, help="over fewer loans")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
