"""Writers and whoever closes a month at once, over a database of their own and with real commits."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.core.periods.service import PeriodService
from app.infra import clock
from app.infra.context import Context, make_context
from app.infra.db import db, transaction
from app.kernel.errors import Conflict
from app.kernel.periods import Month
from tests import conftest
from tests.soak import daily

MAY = Month(2026, 5)
INCOME = """
    INSERT INTO incomes (description, date, amount, currency, type, payment_method)
    VALUES ('x', '2026-05-20', 5, 'COP', 'x', 'x')
"""
MOVED = "UPDATE incomes SET date = '2026-05-21' WHERE id = (SELECT min(id) FROM incomes WHERE date = '2026-06-01')"
DELETED = "DELETE FROM expenses WHERE id = (SELECT min(id) FROM expenses)"
RATE = """
    INSERT INTO exchange_rates (date, base, quote, kind, rate, source)
    VALUES (date '2026-05-01' + :number, 'USD', 'COP', 'mid', 4000, 'x') ON CONFLICT DO NOTHING
"""
OPENING = "UPDATE company SET opening_balance = opening_balance + 1"
WRITES = (INCOME, MOVED, DELETED, RATE, OPENING)


@pytest.fixture(scope="module")
def committing(server_database: str) -> Iterator[Flask]:
    """The application over a database of this module's own, with rows of May and June."""
    app = create_app(conftest.testing_config(server_database))
    with app.app_context(), transaction(request_id="test") as session:
        session.execute(text("INSERT INTO currency_pairs (base, quote) VALUES ('USD', 'COP')"))
        for table, column in (("incomes", "type"), ("expenses", "category")):
            session.execute(
                text(
                    f"INSERT INTO {table} (description, date, amount, currency, {column}, payment_method)"  # noqa: S608
                    " SELECT 'x', day, 1, 'COP', 'x', 'x'"
                    " FROM (VALUES (date '2026-05-20'), ('2026-06-01')) d (day), generate_series(1, 20)"
                )
            )
    with clock.frozen(datetime(2026, 6, 15, 17, tzinfo=UTC)):
        yield app
    with app.app_context():
        db.engine.dispose()


def run(app: Flask, act: Callable[[Context], object]) -> object:
    with app.app_context(), transaction(request_id="test") as session:
        session.execute(text("SET LOCAL lock_timeout = '20s'; SET LOCAL statement_timeout = '20s'"))
        return act(make_context(session))


@pytest.mark.parametrize("seed", daily(*range(3)))
def test_nothing_is_written_into_a_month_that_was_closed_meanwhile(committing: Flask, seed: int) -> None:
    """Closing keeps a digest of exactly the rows that are there afterwards."""
    chance = random.Random(seed)
    writes = [chance.choice(WRITES) for _ in range(30)]
    start = Barrier(4)

    def write(number: int) -> list[str]:
        start.wait(20)
        return [attempt(committing, one, seed * 100 + place) for place, one in enumerate(writes) if place % 3 == number]

    def close() -> object:
        start.wait(20)
        return run(committing, lambda context: periods_of(context).close(periods_of(context).company_book(), MAY))

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, number) for number in range(3)]
        closing = pool.submit(close)
        closing.result(60)
        outcomes = [one for writer in writers for one in writer.result(60)]
    assert set(outcomes) <= {"written", "period_closed"}
    assert run(committing, lambda context: periods_of(context).violations()) == []
    assert attempt(committing, INCOME, 0) == attempt(committing, OPENING, 0) == "period_closed"
    run(committing, lambda context: periods_of(context).reopen(periods_of(context).company_book(), MAY, "Otra vez"))


def periods_of(context: Context) -> PeriodService:
    return PeriodService(context)


def attempt(app: Flask, statement: str, number: int) -> str:
    """Whether the statement was committed, or the code by which it was refused."""

    def act(context: Context) -> None:
        periods = periods_of(context).periods
        with periods.translated():
            context.session.execute(text(statement), {"number": number % 31} if ":number" in statement else {})

    try:
        run(app, act)
    except Conflict as refused:
        return refused.code
    return "written"


def test_a_writer_holds_the_month_open_until_it_commits(committing: Flask) -> None:
    with ThreadPoolExecutor(1) as pool, committing.app_context(), transaction(request_id="test") as session:
        session.execute(text(INCOME))
        closing = pool.submit(
            run, committing, lambda context: periods_of(context).close(periods_of(context).company_book(), MAY)
        )
        with pytest.raises(TimeoutError):
            closing.result(0.5)
        session.commit()
        assert closing.result(20) is not None
    assert run(committing, lambda context: periods_of(context).violations()) == []
