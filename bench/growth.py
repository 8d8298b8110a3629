"""Measure response times as data grows: `python -m bench.growth [--write]`. A table, and a plot of it."""

import argparse
import statistics
import tempfile
from itertools import pairwise
from pathlib import Path

from flask import current_app

from app.infra import clock
from bench import sums, wrk
from bench.databases import let_go, load, loaded, url_of
from bench.plot import Line, draw
from bench.processes import circumstances
from bench.requests import Subjects, filtered, requests
from bench.serving import PROGRAM, Served
from bench.tables import DOCUMENT, Table, number, write

MOVEMENTS = (10_000, 100_000, 1_000_000, 5_000_000)
"""Payments, incomes and expenses together; most of the payments are paid."""
PAYMENTS = 0.8
"""Share of payments among them; the rest are incomes and expenses, half each."""
ROUNDS, SECONDS = 3, 2
PLOT = DOCUMENT.parent / "performance" / "growth.png"
PICTURE = "![Latency against the number of movements, on logarithmic axes](performance/growth.png)"


def main() -> int:
    """Load more rows in steps, measure after each, and print the table."""
    wrk.require()
    found: dict[str, list[float]] = {}
    with loaded(counts(MOVEMENTS[0])) as app, tempfile.TemporaryDirectory() as folder:
        for before, movements in pairwise((MOVEMENTS[0], *MOVEMENTS)):
            print(f"{movements:,} movements ...", flush=True)
            load(app, counts(movements - before))
            with app.app_context():
                about = Subjects.of(url_of(app), clock.today(current_app.config["TIMEZONE"]))
            let_go(app)
            for name, milliseconds in _measured(url_of(app), Path(folder), about).items():
                found.setdefault(name, []).append(milliseconds)
        lines = _table(found)
        kept, misses = sums.measure(app)
    print(*misses, sep="\n")
    if _arguments().write:
        write("sums", [*kept])
        draw(PLOT, "An answer's time as data grows", MOVEMENTS, [Line(name, times) for name, times in found.items()])
        write("growth", [PICTURE, "", circumstances(), "", *lines])
    return int(bool(misses))


def counts(movements: int) -> dict[str, int]:
    """Number of rows of each kind."""
    payments = int(movements * PAYMENTS)
    incomes = (movements - payments) // 2
    return {"payments": payments, "incomes": incomes, "expenses": movements - payments - incomes}


def _measured(url: str, logs: Path, about: Subjects) -> dict[str, float]:
    """Duration of a single request in milliseconds, by request."""
    with Served(PROGRAM, url, logs) as served:
        headers = served.log_in()
        found = {}
        for request in (*requests(about), *filtered(about)):
            if not request.writes:
                runs = [wrk.send(served.url, request, headers, seconds=SECONDS, connections=1) for _ in range(ROUNDS)]
                found[request.name] = statistics.median(run.p50 for run in runs)
        return found


def _table(found: dict[str, list[float]]) -> list[str]:
    said = (
        f"Milliseconds from asking to having the answer, one request at a time: the median of {ROUNDS} runs of "
        f"{SECONDS} s, by how many movements there are."
    )
    print(said)
    table = Table(("request", *(f"{movements:,}" for movements in MOVEMENTS)), 26)
    for name, times in found.items():
        table.add(name, *map(number, times))
    return [said, "", *table.lines]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put table and plot into docs/")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
