"""Measure people's books as they grow: `python -m bench.books [--only PART] [--data FOLDER] [--write]`.

Parts are `requests`, `work` and `books`. With a folder the data stay for the next part, and the tables are those of
all parts that were measured on them. Exits 1 where something takes too long.
"""

import argparse
import gc
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask.testing import FlaskClient

from app.infra import clock
from bench import book_work
from bench.book_data import BOOKS, Data, kept_in
from bench.databases import let_go
from bench.processes import circumstances
from bench.requests import PERSONAL, log_in
from bench.tables import Table, number, write

PARTS = ("requests", "work", "books")
SIZES = (10_000, 100_000, 1_000_000)
"""Transactions in the book."""
OF_BOOKS = f"{BOOKS:,} books"
"""Column of the many books of few transactions."""
ROUNDS = 40
SLOWER = 1.5
"""Limit of the ratio between the times at the largest and at the smallest size."""
LONG, FEW_ROUNDS = 2_000.0, 3
"""Milliseconds above which a request is measured a few times only, of which the longest counts."""
UNNOTICED = 5.0
"""Milliseconds that a request may get slower whatever the ratio says."""

Headers = dict[str, str]
Send = Callable[[FlaskClient, Headers], int]


@dataclass(frozen=True)
class Measured:
    """A kind of request, and the milliseconds within which 95 of 100 are answered."""

    name: str
    limit: float
    send: Send
    before: Send | None = None
    """Request that is sent before, and not measured."""


@dataclass(frozen=True)
class Book:
    """The book that is measured."""

    id: int
    today: date
    accounts: list[int]
    categories: list[int]


def main() -> int:
    """Measure all parts, or those that are named, and print the tables."""
    arguments = _arguments()
    sizes = [size for size in SIZES if size <= arguments.most]
    with kept_in(arguments.data) as data:
        for part in arguments.only or PARTS:
            _MEASURES[part](data, sizes)
        lines, misses = _tables(data.results())
    print(*misses, sep="\n")
    if arguments.write:
        write("books", [circumstances(), "", *lines, "", *(f"- Missed: {one}" for one in misses)])
    return int(bool(misses))


def _measure_requests(data: Data, sizes: list[int]) -> None:
    for size in sizes:
        for name, milliseconds in _times(data.book_of(size)):
            data.keep("requests", name, f"{size:,}", [milliseconds])


def _measure_books(data: Data, _sizes: list[int]) -> None:
    for name, milliseconds in _times(data.many_books()):
        data.keep("requests", name, OF_BOOKS, [milliseconds])


def _measure_work(data: Data, sizes: list[int]) -> None:
    for size in sizes:
        with data.copy_of(data.book_of(size)) as app:
            client = _client(app)
            headers = log_in(client)
            book = _book(app, client, headers)
            for one in book_work.measured(client, headers, book.id, book.accounts[0]):
                print(f"{one.name:32} {one.seconds:8.2f} s {one.megabytes:8.1f} MB", flush=True)
                data.keep("work", one.name, f"{size:,}", [one.seconds, one.megabytes])


_MEASURES: dict[str, Callable[[Data, list[int]], None]] = {
    "requests": _measure_requests,
    "work": _measure_work,
    "books": _measure_books,
}


def _tables(results: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Lines of the tables of all that was measured, and what is above its limit."""
    columns = [f"{size:,}" for size in SIZES]
    lines, misses = [], []
    limits = {one.name: one.limit for one in _requests(Book(1, date.today(), [1], [1]))}  # noqa: DTZ011 - no day counts
    if found := results.get("requests"):
        lines.append(f"Milliseconds within which 95 of {ROUNDS} are answered one after the other, in the process.")
        table = Table(("request", *columns, OF_BOOKS, "aim"), 30)
        for name, limit in limits.items():
            times = [found.get(name, {}).get(column, [float("nan")])[0] for column in (*columns, OF_BOOKS)]
            table.add(name, *map(number, times), number(limit))
            misses += _slow(name, [one for one in times if not math.isnan(one)], limit)
        lines += ["", *table.lines, ""]
    if found := results.get("work"):
        lines.append("Seconds that work takes in the process, and by how many MB that grows meanwhile.")
        table = Table(("work", *(f"{one}{unit}" for one in columns for unit in ("", ", MB")), "aim", "MB"), 30)
        for name, aims in book_work.LIMITS.items():
            figures = [one for column in columns for one in found.get(name, {}).get(column, [float("nan")] * 2)]
            table.add(name, *map(number, (*figures, *aims)))
            worst = [max(figures[place::2], default=0.0) for place in range(2)]
            if any(one > aim for one, aim in zip(worst, aims, strict=True)):
                misses.append(f"{name}: {', '.join(map(number, figures))}; aims {aims[0]:g} s, {aims[1]:g} MB")
        lines += ["", *table.lines]
    return lines, misses


def _slow(name: str, times: list[float], limit: float) -> list[str]:
    if not times:
        return []
    grown = max(times[1:], default=0) > times[0] * SLOWER and max(times) - times[0] > UNNOTICED
    said = f"{name}: {', '.join(map(number, times))}; aim {limit:g}"
    return [said] if max(times) > limit or grown else []


def _times(app: Flask) -> Iterator[tuple[str, float]]:
    """The 95th percentile of each request's times, in milliseconds."""
    client = _client(app)
    headers = log_in(client)
    for one in _requests(_book(app, client, headers)):
        if _milliseconds(one, client, headers) > LONG:
            found = max(_milliseconds(one, client, headers) for _ in range(FEW_ROUNDS))
        else:
            _milliseconds(one, client, headers)
            times = [_milliseconds(one, client, headers) for _ in range(ROUNDS)]
            found = statistics.quantiles(times, n=20)[-1]
        print(f"{one.name:32} {found:8.1f}", flush=True)
        yield one.name, found
    let_go(app)


def _client(app: Flask) -> FlaskClient:
    """A client of the program, which looks after as few objects as a worker does."""
    gc.collect()
    gc.freeze()
    return app.test_client()


def _milliseconds(one: Measured, client: FlaskClient, headers: Headers) -> float:
    if one.before is not None:
        one.before(client, headers)
    started = time.perf_counter()
    status = one.send(client, headers)
    taken = (time.perf_counter() - started) * 1000
    if status >= 400:
        raise SystemExit(f"{one.name}: {status}, the figures mean nothing")
    return taken


def _book(app: Flask, client: FlaskClient, headers: Headers) -> Book:
    def listed(name: str, **query: object) -> list[dict[str, Any]]:
        path = f"{PERSONAL}/{name}?per_page=100&" + "&".join(f"{key}={value}" for key, value in query.items())
        rows: list[dict[str, Any]] = client.get(path, headers=headers).get_json()["data"]
        return rows

    with app.app_context():
        today = clock.today(current_app.config["TIMEZONE"])
    book_id = next(one["id"] for one in listed("books") if one["name"] == "Benchmark")
    accounts = {one["name"]: one["id"] for one in listed("accounts", book_id=book_id)}
    spent = [one["id"] for one in listed("categories", book_id=book_id) if one["name"] in {"Food", "Travel"}]
    return Book(book_id, today, [accounts["Bank"], accounts["Card"]], spent)


def _requests(book: Book) -> Iterator[Measured]:
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
        yield Measured(name, limit, _get(f"{PERSONAL}/{path}&book_id={book.id}"))
    found_anew = _get(f"{PERSONAL}/insights?book_id={book.id}")
    yield Measured("insights after a change", 300, found_anew, _post(book))
    yield Measured("new transaction", 15, _post(book))
    yield Measured("change of a transaction", 15, _put(book))
    yield Measured("registration beside bcrypt", 40, _register())


def _get(path: str) -> Send:
    return lambda client, headers: client.get(path, headers=headers).status_code


def _post(book: Book) -> Send:
    numbers = count(1)

    def send(client: FlaskClient, headers: Headers) -> int:
        path = f"{PERSONAL}/transactions?book_id={book.id}"
        return client.post(path, json=_expense(book, next(numbers)), headers=headers).status_code

    return send


def _put(book: Book) -> Send:
    numbers, made = count(1), list[int]()

    def send(client: FlaskClient, headers: Headers) -> int:
        path, body = f"{PERSONAL}/transactions", _expense(book, next(numbers))
        if not made:
            answer = client.post(f"{path}?book_id={book.id}", json=body, headers=headers)
            made.append(answer.get_json()["data"]["id"])
        return client.put(f"{path}/{made[0]}?book_id={book.id}", json=body, headers=headers).status_code

    return send


def _expense(book: Book, value: int) -> dict[str, Any]:
    values = {"account_id": book.accounts[0], "category_id": book.categories[0], "date": str(book.today)}
    return {"type": "expense", "amount": f"{value}.50", "description": "Market 7", **values}


def _register() -> Send:
    """Send a new person with each request; passwords cost next to nothing in these measurements."""
    numbers = partial(next, count(time.time_ns()))

    def send(client: FlaskClient, _headers: Headers) -> int:
        name = f"person{numbers()}"
        body = {"username": name, "email": f"{name}@example.com", "password": "a-pass-phrase-2026"}
        return client.post("/api/auth/register", json={**body, "currency_preference": "COP"}).status_code

    return send


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; all if none is given")
    parser.add_argument("--data", type=Path, help="folder that keeps the data and what was measured")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/")
    parser.add_argument("--most", type=int, default=SIZES[-1], help="the largest number of transactions")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
