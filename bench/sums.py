"""Measure the gain and the cost of kept sums: `python -m bench.sums [--payments N]`; part of `bench.growth`."""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Connection, FromClause, create_engine, text
from sqlalchemy.pool import NullPool

from app.core.currencies.service import exchange
from app.core.movements.models import SUMS
from app.infra import clock
from app.infra.db import db
from app.infra.queries.amounts import grouped_sums
from app.infra.queries.rollups import Rollup
from app.kernel.money import Currency
from app.kernel.periods import Period, trailing
from bench.databases import loaded, url_of
from bench.limits import BULK_TIMES, FASTER, SINGLE_TIMES
from bench.requests import log_in
from bench.tables import Table, number

ROUNDS, SINGLE, BULK = 5, 60, 100_000
DAY, _, PARTY, DUE, *_ = SUMS
_ON_OR_OFF = "ALTER TABLE {} {} TRIGGER feed_movements_insert, {} TRIGGER feed_movements_update"
_BULK = {
    f"{BULK:,} payments move by a day": """
        UPDATE payment_receipts SET date = date - 1
        WHERE id IN (SELECT id FROM payment_receipts ORDER BY id LIMIT :rows)
    """,
    f"{BULK:,} payments are entered": """
        INSERT INTO payments (project_id, client_id, amount, currency, date, status, type)
        SELECT project_id, client_id, amount, currency, date, 'Pendiente', type
        FROM payments ORDER BY id LIMIT :rows
    """,
}


def measure(app: Flask) -> tuple[list[str], list[str]]:
    """Tables of gain and cost, and those that miss a limit."""
    given, slow = _given(app)
    print()
    cost, dear = _cost(app)
    return [*given, "", *cost], [*slow, *dear]


def _given(app: Flask) -> tuple[list[str], list[str]]:
    """Time of a figure from rows and from kept sums."""
    table, misses = Table(("figure", "rows, ms", "sums, ms", "times faster"), 26), []
    with app.app_context():
        db.session.execute(text("SET LOCAL statement_timeout = '10min'"))
        for name, sums, key in (
            ("the balance", DAY, ("kind",)),
            ("a year by client", PARTY, ("kind", "party_id", "party_name")),
            ("payments paid, by type", DUE, ("facet",)),
        ):
            from_rows, from_sums = (
                _milliseconds(_asking(rows, of, key, year=sums is PARTY))
                for rows, of in ((sums.rows, {}), (_table(sums), {"movements": _table(sums).c.movements}))
            )
            faster = from_rows / from_sums
            table.add(name, number(from_rows), number(from_sums), number(faster))
            if faster < FASTER:
                misses.append(f"«{name}» is {faster:.1f} times faster by kept sums: {FASTER} is the aim.")
        db.session.rollback()
    return table.lines, misses


def _table(sums: Rollup) -> FromClause:
    found: FromClause = sums.model.__table__
    return found


def _asking(rows: FromClause, of: Mapping[str, Any], key: tuple[str, ...], *, year: bool) -> Callable[[], Any]:
    columns = rows.c
    span = trailing(Period.YEAR, clock.today(current_app.config["TIMEZONE"]))
    asked = [columns.date.between(span.start, span.end)] if year else []
    own = (columns.amount, columns.currency, columns.date)
    keys = (columns[name] for name in key)
    statement = grouped_sums(own, asked, exchange(Currency.COP), Currency.USD, *keys, **of)
    return lambda: db.session.execute(statement).all()


def _cost(app: Flask) -> tuple[list[str], list[str]]:
    """Time of a write with kept sums and without."""
    table, misses = Table(("write", "without, ms", "with, ms", "times"), 32), []
    owner = create_engine(url_of(app), poolclass=NullPool)
    with owner.connect() as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.commit()
        measured = {"one payment is paid": (SINGLE_TIMES, _single(app, connection))}
        measured |= {name: (BULK_TIMES, _bulk(connection, statement)) for name, statement in _BULK.items()}
    for name, (limit, (without, beside)) in measured.items():
        table.add(name, number(without), number(beside), f"{beside / without:.2f}")
        if beside / without > limit:
            misses.append(f"«{name}» takes {beside / without:.2f} times as long with kept sums: {limit} is the aim.")
    return table.lines, misses


def _single(app: Flask, owner: Connection) -> tuple[float, float]:
    """Measure a whole request without and with kept sums; it pays the same payment on another day each time."""
    client = app.test_client()
    headers = log_in(client)
    paid = owner.scalar(text("SELECT max(id) FROM payments WHERE status = 'Pagado'"))
    owner.rollback()
    days = iter(range(1, 10**6))

    def pay() -> None:
        body = {"status": "Pagado", "paid_date": f"{2000 + next(days) % 26}-01-{1 + next(days) % 28:02}"}
        answer = client.patch(f"/api/payments/{paid}/status", json=body, headers=headers)
        if answer.status_code != 200:
            raise SystemExit(f"not paid: {answer.get_data(as_text=True)}")

    def request() -> float:
        return statistics.median(_milliseconds(pay, rounds=1) for _ in range(SINGLE))

    without, beside = [], []
    for _ in range(ROUNDS):  # in turns, as the machine's speed drifts
        with _no_sums(owner):
            owner.commit()
            without.append(request())
        owner.commit()
        beside.append(request())
    return statistics.median(without), statistics.median(beside)


def _bulk(owner: Connection, statement: str) -> tuple[float, float]:
    """Measure a statement that is rolled back each time."""

    def once() -> float:
        taken = _milliseconds(lambda: owner.execute(text(statement), {"rows": BULK}), rounds=1)
        owner.rollback()
        return taken

    without, beside = [], []
    for _ in range(3):
        _switch(owner, "DISABLE")
        without.append(once())
        beside.append(once())
    return statistics.median(without), statistics.median(beside)


@contextmanager
def _no_sums(owner: Connection) -> Iterator[None]:
    _switch(owner, "DISABLE")
    try:
        yield
    finally:
        _switch(owner, "ENABLE")


def _switch(owner: Connection, feeds: str) -> None:
    for table in ("payments", "payment_receipts"):
        owner.execute(text(_ON_OR_OFF.format(table, feeds, feeds)))


def _milliseconds(act: Callable[[], Any], rounds: int = 3) -> float:
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def main() -> int:
    """Load, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=1_000_000)
    payments = parser.parse_args().payments
    with loaded({"payments": payments, "incomes": payments // 8, "expenses": payments // 8}) as app:
        _, misses = measure(app)
    print(*misses, sep="\n")
    return int(bool(misses))


if __name__ == "__main__":
    raise SystemExit(main())
