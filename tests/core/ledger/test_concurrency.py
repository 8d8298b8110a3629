"""Many at once, with real commits."""

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app import create_app
from app.core.ledger.models import DAY_SUMS, SPAN_SUMS
from app.core.ledger.rules import BookKind
from app.core.ledger.service import BalanceService, BookService, CheckService, PostingService
from app.infra.context import Context, make_context
from app.infra.db import db, every_book, transaction
from app.kernel.errors import DomainError
from app.kernel.periods import Month
from tests import conftest
from tests.factories.ledger import DAY, Ledger, open_ledger

T = TypeVar("T")
WRITERS, WRITES = 8, 15


@pytest.fixture(scope="module")
def committing(server_database: str) -> Iterator[Flask]:
    """The application over a database of this module's own, with a connection for each of twenty."""
    app = create_app(replace(conftest.testing_config(server_database), pool_size=10))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module", params=[BookKind.COMPANY, BookKind.PERSONAL])
def ledger(committing: Flask, request: pytest.FixtureRequest) -> Ledger:
    """Each kind of book."""
    return in_transaction(committing, lambda context: open_ledger(context, request.param))


def in_transaction(app: Flask, act: Callable[[Context], T]) -> T:
    """Carry out an act and commit."""
    with app.app_context(), transaction(request_id="test") as session, every_book(session):
        return act(make_context(session))


def at_once(app: Flask, acts: Sequence[Callable[[Context], T]]) -> list[T]:
    """All acts, begun at the same moment, each in a thread and transaction of its own."""
    begin = Barrier(len(acts))

    def act(one: Callable[[Context], T]) -> T:
        def begun(context: Context) -> T:
            context.session.execute(text("SET LOCAL lock_timeout = '30s'; SET LOCAL statement_timeout = '60s'"))
            begin.wait(30)
            return one(context)

        return in_transaction(app, begun)

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(act, one) for one in acts]]


def test_twenty_who_post_the_same_source_make_one_entry(committing: Flask, ledger: Ledger) -> None:
    def post(context: Context) -> tuple[int, bool]:
        entry = ledger.entry({"cash": "5", "sales": "-5"}, source="twenty", source_key="1")
        posted = PostingService(context).post(ledger.book_id, entry)
        return posted.entry_id, posted.is_new

    found = at_once(committing, [post] * 20)
    assert len({entry_id for entry_id, _ in found}) == 1
    assert [is_new for _, is_new in found].count(True) == 1


def test_chunks_with_the_same_keys_in_any_order_do_not_deadlock(committing: Flask, ledger: Ledger) -> None:
    def post(seed: int) -> Callable[[Context], int]:
        keys = [str(number) for number in range(200)]
        random.Random(seed).shuffle(keys)
        entries = [ledger.entry({"cash": "1", "sales": "-1"}, source="shuffled", source_key=key) for key in keys]
        return lambda context: sum(one.is_new for one in PostingService(context).post_many(ledger.book_id, entries))

    assert sum(at_once(committing, [post(seed) for seed in range(4)])) == 200


def test_sums_follow_the_lines_under_eight_writers(committing: Flask, ledger: Ledger) -> None:
    def write(seed: int) -> Callable[[Flask], None]:
        def work(app: Flask) -> None:
            chance, own = random.Random(seed), list[int]()
            for _ in range(WRITES):
                step = partial(one_step, ledger=ledger, chance=chance, own=own)
                try:
                    own += in_transaction(app, step)
                except (RuntimeError, OperationalError, DomainError):
                    continue  # a rollback, or a deadlock with whoever folds

        return work

    def fold(app: Flask) -> None:
        for _ in range(5):
            in_transaction(app, lambda context: DAY_SUMS.fold(context.session) + SPAN_SUMS.fold(context.session))

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        jobs = [pool.submit(write(seed), committing) for seed in range(WRITERS)] + [pool.submit(fold, committing)]
        for job in jobs:
            job.result()
    in_transaction(committing, lambda context: agree(context, ledger))


def one_step(context: Context, ledger: Ledger, chance: random.Random, own: list[int]) -> list[int]:
    """Post, rewrite, delete or reverse; sometimes all is taken back. Returns ids of new entries."""
    posting = PostingService(context)
    amount = Decimal(chance.randrange(1, 10**6)) / 100
    one, other = chance.sample(sorted(ledger.accounts), 2)
    entry = ledger.entry({one: amount, other: -amount}, date=DAY + timedelta(days=chance.randrange(60)))
    personal = BookService(context).get(ledger.book_id).kind is BookKind.PERSONAL
    what = chance.choice(["post", "many", "change"])
    made: list[int] = []
    if what == "many":
        made = [posted.entry_id for posted in posting.post_many(ledger.book_id, [entry] * 10)]
    elif what == "change" and own and personal:
        posting.rewrite(chance.choice(own), entry)
    elif what == "change" and own:
        posting.reverse(own.pop(), DAY)
    else:
        made = [posting.post(ledger.book_id, entry).entry_id]
    if chance.random() < 0.1:
        raise RuntimeError("taken back")
    return made


def agree(context: Context, ledger: Ledger) -> None:
    """Sums agree with the lines before and after folding, and balances with both."""
    session = context.session
    for _ in range(2):
        assert [found for sums in (DAY_SUMS, SPAN_SUMS) for found in sums.violations(session)] == []
        DAY_SUMS.fold(session)
        SPAN_SUMS.fold(session)
    assert CheckService(context).violations() == []
    expected = session.execute(
        text("SELECT account_id, sum(amount) FROM lines WHERE book_id = :book GROUP BY 1 ORDER BY 1"),
        {"book": ledger.book_id},
    ).all()
    found = BalanceService(context, ledger.book_id).balances(date(2027, 1, 1))
    assert [(one.account_id, one.amount) for one in found] == [tuple(row) for row in expected]


def test_an_unbalanced_entry_is_refused_at_the_commit(committing: Flask, ledger: Ledger) -> None:
    def forge(context: Context) -> None:
        posted = PostingService(context).post(
            ledger.book_id, ledger.entry({"cash": "1", "sales": "-1"}, source="forged")
        )
        context.session.execute(
            text(
                "INSERT INTO entries (book_id, date, source, line_count) SELECT book_id, date, 'forged', 2 FROM entries"
                " WHERE id = :id"
            ),
            {"id": posted.entry_id},
        )

    with pytest.raises(Exception, match="has 0 of its 2 lines"):
        in_transaction(committing, forge)
    with committing.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM entries WHERE source = 'forged'")) == 0
        db.session.rollback()


def test_two_runs_give_no_number_twice(committing: Flask, ledger: Ledger) -> None:
    def post(context: Context) -> None:
        entries = [ledger.entry({"cash": "1", "sales": "-1"}, journal="twice") for _ in range(50)]
        PostingService(context).post_many(ledger.book_id, entries)

    in_transaction(committing, post)
    number = at_once(
        committing, [lambda context: PostingService(context).number(ledger.book_id, "twice", Month.of(DAY))] * 3
    )
    assert sum(number) == 50
    in_transaction(committing, lambda context: agree(context, ledger))
