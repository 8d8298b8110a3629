"""Measure requests on one book as it grows: `python -m bench.books [--write]`. Exits 1 where one takes too long."""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, pairwise

from flask import Flask, current_app
from flask.testing import FlaskClient

from app.infra import clock
from bench.databases import let_go, load, loaded
from bench.processes import circumstances
from bench.requests import log_in
from bench.tables import Table, number, write

SIZES = (10_000, 100_000, 1_000_000)
"""Transactions in the book."""
ROUNDS = 40
PATH = "/api/personal"
SLOWER = 1.5
"""Limit of the ratio between the times at the largest and at the smallest size."""
UNNOTICED = 5.0
"""Milliseconds that a request may get slower whatever the ratio says."""


@dataclass(frozen=True)
class Measured:
    """A kind of request, and the milliseconds within which 95 of 100 are answered."""

    name: str
    limit: float
    send: Callable[[FlaskClient, dict[str, str]], int]


def main() -> int:
    """Load more transactions in steps, measure after each, and print the table."""
    arguments = _arguments()
    sizes = [size for size in SIZES if size <= arguments.most]
    found: dict[str, list[float]] = {}
    with loaded({"transactions": sizes[0]}) as app:
        for before, size in pairwise((sizes[0], *sizes)):
            if size > before:
                load(app, {"transactions": size - before})
            for name, milliseconds in _times(app).items():
                found.setdefault(name, []).append(milliseconds)
        limits = {one.name: one.limit for one in _requests(_Book(1, date.today(), [1], [1]))}  # noqa: DTZ011 - no day counts
    said = f"Milliseconds within which 95 of 100 are answered, in the process, of {ROUNDS} one after the other."
    print(said)
    table = Table(("request", *(f"{size:,}" for size in sizes), "aim"), 30)
    misses = []
    for name, times in found.items():
        table.add(name, *map(number, times), number(limits[name]))
        grown = times[-1] > times[0] * SLOWER and times[-1] - times[0] > UNNOTICED
        if times[-1] > limits[name] or grown:
            misses.append(f"{name}: {', '.join(map(number, times))}; aim {limits[name]:g}")
    print(*misses, sep="\n")
    if arguments.write:
        write("books", [circumstances(), "", said, "", *table.lines, "", *(f"- Missed: {one}" for one in misses)])
    return int(bool(misses))


@dataclass(frozen=True)
class _Book:
    """The book that is measured."""

    id: int
    today: date
    accounts: list[int]
    categories: list[int]


def _times(app: Flask) -> dict[str, float]:
    """The 95th percentile of each request's times, in milliseconds."""
    with app.app_context():
        today = clock.today(current_app.config["TIMEZONE"])
    client = app.test_client()
    headers = log_in(client)
    book = _book(client, headers, today)
    found = {}
    for one in _requests(book):
        for _ in range(3):
            one.send(client, headers)
        times = [_milliseconds(one, client, headers) for _ in range(ROUNDS)]
        found[one.name] = statistics.quantiles(times, n=20)[-1]
        print(f"{one.name:32} {found[one.name]:8.1f}", flush=True)
    let_go(app)
    return found


def _milliseconds(one: Measured, client: FlaskClient, headers: dict[str, str]) -> float:
    started = time.perf_counter()
    status = one.send(client, headers)
    taken = (time.perf_counter() - started) * 1000
    if status >= 400:
        raise SystemExit(f"{one.name}: {status}, the figures mean nothing")
    return taken


def _book(client: FlaskClient, headers: dict[str, str], today: date) -> _Book:
    def listed(name: str, **query: object) -> list[dict[str, object]]:
        path = f"{PATH}/{name}?per_page=100&" + "&".join(f"{key}={value}" for key, value in query.items())
        rows: list[dict[str, object]] = client.get(path, headers=headers).get_json()["data"]
        return rows

    book_id = next(int(str(one["id"])) for one in listed("books") if one["name"] == "Benchmark")
    accounts = {str(one["name"]): int(str(one["id"])) for one in listed("accounts", book_id=book_id)}
    spent = [int(str(one["id"])) for one in listed("categories", book_id=book_id) if one["name"] in {"Food", "Travel"}]
    return _Book(book_id, today, [accounts["Bank"], accounts["Card"]], spent)


def _requests(book: _Book) -> Iterator[Measured]:
    since, until = book.today - timedelta(days=400), book.today - timedelta(days=30)
    month, account, [category, *_] = f"{book.today:%Y-%m}", book.accounts[0], book.categories
    dates = f"date_from={since}&date_to={until}"
    for name, limit, path in (
        ("list of an account by dates", 20, f"transactions?account_id={account}&{dates}"),
        ("list of a category subtree", 30, f"transactions?category_id={category}"),
        ("list of a tag", 30, "transactions?tag=work"),
        ("list by amount", 30, "transactions?amount_min=50000&amount_max=50010"),
        ("search of a word's beginning", 80, "transactions?q=pharm"),
        ("page 450", 60, "transactions?page=450"),
        ("accounts with balances", 25, "accounts?"),
        ("summary", 25, "reports/summary?"),
        ("report on categories", 25, f"reports/category?{dates}"),
        ("report on a month", 25, f"reports/monthly?month={month}"),
        ("envelopes of a month", 40, f"envelopes/{month}?"),
        ("trends", 150, "reports/trends?months=36"),
        ("insights", 300, "insights?"),
    ):
        yield Measured(name, limit, _get(f"{PATH}/{path}&book_id={book.id}"))
    yield Measured("new transaction", 15, _post(book))


def _get(path: str) -> Callable[[FlaskClient, dict[str, str]], int]:
    return lambda client, headers: client.get(path, headers=headers).status_code


def _post(book: _Book) -> Callable[[FlaskClient, dict[str, str]], int]:
    numbers = count(1)

    def send(client: FlaskClient, headers: dict[str, str]) -> int:
        values = {"account_id": book.accounts[0], "category_id": book.categories[0], "date": str(book.today)}
        body = {"type": "expense", "amount": f"{next(numbers)}.50", "description": "Market 7", **values}
        return client.post(f"{PATH}/transactions?book_id={book.id}", json=body, headers=headers).status_code

    return send


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/")
    parser.add_argument("--most", type=int, default=SIZES[-1], help="the largest number of transactions")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
