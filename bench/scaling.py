"""The cost of a pooler, and how large data gets: `python -m bench.scaling [--write]`."""

import argparse
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from flask import current_app

from app.infra import clock
from bench import wrk
from bench.databases import let_go, loaded, url_of
from bench.processes import circumstances, cpu_seconds, postmaster, settle
from bench.requests import Request, Subjects, requests
from bench.serving import PROGRAM, Served
from bench.tables import Table, number, write
from tests.pooler import Pooler
from tests.reliability.harness import ask

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "scaling.md"
ASKED = ("a client's payments", "a payment entered", "cash flow metrics", "summary")
CONNECTIONS = 20
SIZES = """
    SELECT relname, pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class c
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY pg_total_relation_size(c.oid) DESC LIMIT 4
"""


class Measured(NamedTuple):
    """Requests per second of a kind, and for each: duration and CPU time of PostgreSQL in milliseconds."""

    per_second: float
    p50: float
    p95: float
    database: float


def main() -> None:
    """Print both tables."""
    given = _arguments()
    with loaded({"payments": given.payments, "incomes": 0, "expenses": 0}) as app, ExitStack() as running:
        with app.app_context():
            today = clock.today(current_app.config["TIMEZONE"])
        url = url_of(app)
        let_go(app)
        sizes = _sizes(url)
        pooler = running.enter_context(Pooler(url, size=CONNECTIONS))
        ways: dict[str, tuple[str, dict[str, str]]] = {
            "PostgreSQL": (url, {}),
            "PgBouncer": (pooler.url, {"DIRECT_DATABASE_URL": url}),
        }
        speeds = _speeds(Subjects.of(url, today), ways, given.seconds)
    if given.write:
        write("sizes", [circumstances(), "", *sizes], DOCUMENT)
        write("speeds", speeds, DOCUMENT)


def _sizes(url: str) -> list[str]:
    """Sizes of the largest tables."""
    table = Table(("table", "rows", "rows, MB", "indexes, MB"), 20)
    for name, rows, indexes in ask(url, SIZES):
        count = ask(url, f'SELECT count(*) FROM "{name}"')[0][0]  # noqa: S608 - one of our own tables
        table.add(name, f"{count:,}", number(rows / 1e6), number(indexes / 1e6))
    return table.lines


def _speeds(about: Subjects, ways: Mapping[str, tuple[str, dict[str, str]]], seconds: int) -> list[str]:
    """Measure each request both ways, one after the other."""
    database = postmaster(ways["PostgreSQL"][0])
    table = Table(("request", "by way of", "req/s", "p50 ms", "p95 ms", "PostgreSQL's CPU ms"), 20)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        served = {
            way: running.enter_context(Served(PROGRAM, address, Path(folder), environ=environ))
            for way, (address, environ) in ways.items()
        }
        for request in (one for one in requests(about) if one.name in ASKED):
            for way, server in served.items():
                found = _measure(server, request, database, seconds)
                table.add(request.name, way, *map(number, found))
    return table.lines


def _measure(served: Served, request: Request, database: int | None, seconds: int) -> Measured:
    headers = served.log_in()
    wrk.send(served.url, request, headers, seconds=1)  # warm up
    settle(served.pid, database)
    before = cpu_seconds(database) if database else 0.0
    run = wrk.send(served.url, request, headers, seconds=seconds)
    spent = cpu_seconds(database) - before if database else float("nan")
    return Measured(run.per_second, run.p50, run.p95, spent / run.requests * 1000)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=1_000_000, help="how many there are")
    parser.add_argument("--seconds", type=int, default=5, help="for how long each request is sent each way")
    parser.add_argument("--write", action="store_true", help="into docs/scaling.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
