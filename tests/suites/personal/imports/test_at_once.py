"""An import and the job of recurring transactions at once, with real commits: an occurrence is entered once."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from decimal import Decimal
from io import BytesIO
from threading import Barrier, Event
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.infra.context import Context, make_context
from app.infra.db import db, every_book, transaction
from app.kernel.files import JudgedFile
from app.kernel.money import Currency
from app.suites.personal.accounts.rules import AccountType
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import PersonalBookService, program_access
from app.suites.personal.imports.service import ImportService
from app.suites.personal.recurring.rules import Frequency, TransactionType
from app.suites.personal.recurring.service import RecurringService, post_due
from tests import conftest
from tests.factories.auth import hashed
from tests.suites.personal.imports.bringing import rows

DAY = date(2026, 3, 15)
FILE = rows((f"{DAY}", "-80.00", "EPM 99812")).encode()
SOON = 1
"""Seconds in which whoever need not wait for the other is done."""
NEW_USER = """
    INSERT INTO users (username, email, password_hash)
    SELECT 'user' || count(*), 'user' || count(*) || '@x.example', :hash FROM users RETURNING id
"""


class Planned(NamedTuple):
    """A book with a bill that is due."""

    app: Flask
    book_id: int
    account_id: int

    def bring(self, context: Context) -> None:
        """Import the row of the bill."""
        digest = hashlib.sha256(FILE).hexdigest()
        file = JudgedFile("file", "a.csv", BytesIO(FILE), "text/csv", len(FILE), digest)
        ImportService(program_access(context, self.book_id, DAY)).bring(file, {"account_id": self.account_id})

    def post(self, context: Context) -> None:
        """Run the job."""
        post_due(context, DAY)

    def entered(self) -> list[tuple[date, int | None, Decimal]]:
        """Days, occurrences and amounts of the transactions of the book."""
        found = text("SELECT date, occurrence, amount FROM transactions WHERE book_id = :book_id")
        with self.app.app_context(), transaction(request_id="test") as session, every_book(session):
            return [(day, number, amount) for day, number, amount in session.execute(found, {"book_id": self.book_id})]


Work = Callable[[Planned, Context], None]


@pytest.fixture
def planned(server_database: str) -> Iterator[Planned]:
    """The application over a database of this module's own, and a new book in it."""
    app = create_app(conftest.testing_config(server_database))
    with app.app_context(), transaction(request_id="test") as session:
        user_id = session.execute(text(NEW_USER), {"hash": hashed("a password")}).scalar_one()
        book_id = PersonalBookService(make_context(session)).open(user_id, name="Casa").id
        access = program_access(make_context(session), book_id, DAY)
        made = AccountService(access).create(name="Bank", type=AccountType.CHECKING, currency=Currency.USD)
        RecurringService(access).create(
            template_name="Power",
            frequency=Frequency.MONTHLY,
            start_date=DAY,
            transaction_data={
                "type": TransactionType.EXPENSE,
                "amount": Decimal(80),
                "account_id": made.record.id,
            },
        )
    yield Planned(app, book_id, made.record.id)
    with app.app_context():
        db.engine.dispose()


def run(planned: Planned, work: Work, before: Callable[[], object], after: Callable[[], object]) -> None:
    """Do the work in a transaction of its own; `before` it begins, and `after` it, before the commit."""
    with planned.app.app_context(), transaction(request_id="test") as session:
        session.execute(text("SET LOCAL lock_timeout = '20s'; SET LOCAL statement_timeout = '20s'"))
        before()
        work(planned, make_context(session))
        after()


def _nothing() -> None:
    """Neither waits nor tells."""


@pytest.mark.parametrize(("first", "second"), [(Planned.post, Planned.bring), (Planned.bring, Planned.post)])
def test_the_later_one_waits_and_finds_the_occurrence_entered(planned: Planned, first: Work, second: Work) -> None:
    done, commit = Event(), Event()

    def wait_to_commit() -> None:
        done.set()
        assert commit.wait(20)

    with ThreadPoolExecutor(2) as pool:
        earlier = pool.submit(run, planned, first, _nothing, wait_to_commit)
        assert done.wait(20)
        later = pool.submit(run, planned, second, _nothing, _nothing)
        assert not wait([later], SOON).done
        commit.set()
        earlier.result(30)
        later.result(30)
    assert planned.entered() == [(DAY, 1, 80)]


@pytest.mark.parametrize("attempt", range(5))
def test_both_at_the_same_moment_enter_one(planned: Planned, attempt: int) -> None:
    together = Barrier(3)
    with ThreadPoolExecutor(3) as pool:
        works = (Planned.post, Planned.bring, Planned.post)
        for one in [pool.submit(run, planned, work, lambda: together.wait(20), _nothing) for work in works]:
            one.result(30)
    assert planned.entered() == [(DAY, 1, 80)], attempt
