"""Races between posting into a month and closing it; with real commits."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import count
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.core.ledger.service import PostingService
from app.core.periods.rules import PeriodState
from app.core.periods.service import PeriodService
from app.infra import clock
from app.infra.context import Context, make_context
from app.infra.db import db, transaction
from app.kernel.errors import Conflict
from app.kernel.periods import Month
from tests import conftest
from tests.factories.ledger import Ledger, open_ledger
from tests.support import until

APRIL, MAY = Month(2026, 4), Month(2026, 5)
Act = Callable[[Context], object]
_WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
_codes = count(1)


@pytest.fixture(scope="module")
def committing(server_database: str) -> Iterator[Flask]:
    """The application over a database of this module's own."""
    app = create_app(conftest.testing_config(server_database))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def ledger(committing: Flask) -> Iterator[Ledger]:
    """A company's book, on 15 June 2026."""
    with clock.frozen(datetime(2026, 6, 15, 17, tzinfo=UTC)):
        yield run(committing, lambda context: open_ledger(context, code=f"races{next(_codes)}"))  # type: ignore[misc]


def run(app: Flask, act: Act, before_commit: Callable[[], object] = lambda: None) -> object:
    """Carry out an act and commit."""
    with app.app_context(), transaction(request_id="test") as session:
        session.execute(text("SET LOCAL lock_timeout = '20s'; SET LOCAL statement_timeout = '20s'"))
        found = act(make_context(session))
        before_commit()
        return found


def posting(ledger: Ledger, day: date = MAY.last_day) -> Act:
    entry = ledger.entry({"cash": "1", "sales": "-1"}, date=day)
    return lambda context: PostingService(context).post(ledger.book_id, entry)


def closing(ledger: Ledger, month: Month = MAY) -> Act:
    return lambda context: PeriodService(context).close(ledger.book_id, month)


def one_after_the_other(app: Flask, first: Act, second: Act) -> tuple[Future[object], Future[object]]:
    """The second begins before the first commits, and has to wait for it."""
    done, go_on = Event(), Event()

    def hold() -> None:
        done.set()
        assert go_on.wait(20)

    def waits() -> bool:
        with app.app_context():
            db.session.execute(text("SET LOCAL ROLE NONE"))  # only the owner sees what others wait for
            found = int(db.session.scalar(_WAITS) or 0)
            db.session.rollback()
        return found > 0

    with ThreadPoolExecutor(2) as pool:
        earlier = pool.submit(run, app, first, hold)
        assert done.wait(20)
        later = pool.submit(run, app, second)
        try:
            until(waits)
        finally:
            go_on.set()
    return earlier, later


def test_a_closing_waits_for_what_is_being_posted_and_counts_it(committing: Flask, ledger: Ledger) -> None:
    _, closed = one_after_the_other(committing, posting(ledger), closing(ledger))
    period = closed.result().period  # type: ignore[attr-defined]
    assert period.digest["entries"].startswith("1:")
    assert period.digest["lines"].startswith("2:")
    assert run(committing, lambda context: PeriodService(context).violations()) == []


def test_posting_waits_for_a_closing_and_is_refused(committing: Flask, ledger: Ledger) -> None:
    closed, posted = one_after_the_other(committing, closing(ledger), posting(ledger))
    closed.result()
    with pytest.raises(Conflict) as refused:
        posted.result()
    assert refused.value.code == "period_closed"


def test_nobody_waits_for_another_who_posts_into_the_same_month(committing: Flask, ledger: Ledger) -> None:
    run(committing, posting(ledger), before_commit=lambda: run_in_thread(committing, posting(ledger)))


def test_nobody_who_posts_into_another_month_waits_for_a_closing(committing: Flask, ledger: Ledger) -> None:
    june = posting(ledger, date(2026, 6, 1))
    run(committing, closing(ledger), before_commit=lambda: run_in_thread(committing, june))


def run_in_thread(app: Flask, act: Act) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(run, app, act).result(10)


def test_closing_the_next_month_and_reopening_this_one_do_not_cross(committing: Flask, ledger: Ledger) -> None:
    run(committing, closing(ledger, APRIL))
    closed, reopened = one_after_the_other(
        committing, closing(ledger, MAY), lambda context: PeriodService(context).reopen(ledger.book_id, APRIL, "Error")
    )
    closed.result()
    with pytest.raises(Conflict) as refused:
        reopened.result()
    assert refused.value.code == "period_order"
    state = run(committing, lambda context: PeriodService(context).get(ledger.book_id, APRIL).state)
    assert state is PeriodState.CLOSED


def test_two_who_close_the_same_month_close_it_once(committing: Flask, ledger: Ledger) -> None:
    closed, again = one_after_the_other(committing, closing(ledger), closing(ledger))
    closed.result()
    with pytest.raises(Conflict):
        again.result()
