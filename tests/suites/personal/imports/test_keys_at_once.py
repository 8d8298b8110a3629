"""An import and the renewal of a book's keys at once, with real commits: nothing is lost, doubled, or unreadable."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
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
from app.kernel.periods import FIRST_DAY, DateRange
from app.suites.personal.accounts.rules import AccountType
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import (
    PersonalBookService,
    broken_texts,
    program_access,
    reencrypt,
    unreadable_values,
)
from app.suites.personal.imports.service import ImportService
from app.suites.personal.transactions.service import TransactionReader
from tests import conftest
from tests.factories.auth import hashed
from tests.suites.personal.imports.test_at_once import NEW_USER, SOON

DAY = date(2026, 3, 15)
SHOPS = 4


class Keyed(NamedTuple):
    """A book whose texts are encrypted, with the first rows of a statement."""

    app: Flask
    book_id: int
    account_id: int

    def bring(self, context: Context, first: int, last: int) -> None:
        """Import some rows of the statement."""
        lines = [f"2026-03-{1 + n % 28:02},-{n}.00,COMPRA {n},Tienda {n % SHOPS}\n" for n in range(first, last + 1)]
        content = f"date,amount,description,payee\n{''.join(lines)}".encode()
        digest = hashlib.sha256(content).hexdigest()
        file = JudgedFile("file", "a.csv", BytesIO(content), "text/csv", len(content), digest)
        ImportService(program_access(context, self.book_id, DAY)).bring(file, {"account_id": self.account_id})

    @contextmanager
    def begun(self) -> Iterator[Context]:
        """A transaction of its own."""
        with self.app.app_context(), transaction(request_id="test") as session:
            session.execute(text("SET LOCAL lock_timeout = '20s'; SET LOCAL statement_timeout = '20s'"))
            yield make_context(session)

    def renew(self) -> None:
        """Give the book a new key, and write all anew."""
        reencrypt(self.begun)

    def keys(self) -> int:
        """Number of the keys of the book."""
        own = text("SELECT count(*) FROM book_keys WHERE book_id = :book")
        with self.begun() as context, every_book(context.session):
            return int(context.session.scalar(own, {"book": self.book_id}) or 0)

    def shown(self) -> list[str]:
        """Descriptions of all transactions, in their order."""
        with self.begun() as context:
            found = TransactionReader(program_access(context, self.book_id)).stream(
                DateRange(FIRST_DAY, DAY.replace(day=31))
            )
            return sorted((one.record.description or "" for one in found), key=lambda one: int(one.split()[-1]))


@pytest.fixture
def keyed(server_database: str) -> Iterator[Keyed]:
    """The application over a database of this module's own, and a new book in it with twenty rows."""
    app = create_app(replace(conftest.testing_config(server_database), encrypt_text=True))
    with app.app_context(), transaction(request_id="test") as session:
        user_id = session.execute(text(NEW_USER), {"hash": hashed("a password")}).scalar_one()
        book_id = PersonalBookService(make_context(session)).open(user_id, name="Casa").id
        access = program_access(make_context(session), book_id, DAY)
        made = AccountService(access).create(name="Bank", type=AccountType.CHECKING, currency=Currency.USD)
    found = Keyed(app, book_id, made.record.id)
    with found.begun() as context:
        found.bring(context, 1, 20)
    yield found
    with app.app_context():
        db.engine.dispose()


def require_all(keyed: Keyed) -> None:
    """Thirty rows, each once and readable, and no text that is not encrypted."""
    assert keyed.shown() == [f"COMPRA {n}" for n in range(1, 31)]
    with keyed.begun() as context:
        assert (unreadable_values(context), broken_texts(context)) == ([], [])
        keyed.bring(context, 1, 30)  # brings nothing: rows are known by hashes of the new key
    assert Counter(keyed.shown()).total() == 30


@pytest.mark.parametrize("has_written", [False, True])
def test_new_keys_wait_for_an_import_that_writes_by_the_older_one(keyed: Keyed, has_written: bool) -> None:
    done, commit = Event(), Event()

    def bring() -> None:
        with keyed.begun() as context:
            if has_written:
                keyed.bring(context, 11, 30)
            else:
                program_access(context, keyed.book_id, DAY).require_writer()  # which holds the key
            done.set()
            assert commit.wait(20)
            keyed.bring(context, 11, 30)

    with ThreadPoolExecutor(2) as pool:
        importing = pool.submit(bring)
        assert done.wait(20)
        renewing = pool.submit(keyed.renew)
        assert not wait([renewing], SOON).done
        commit.set()
        importing.result(30)
        renewing.result(30)
    assert keyed.keys() == 1
    require_all(keyed)


@pytest.mark.parametrize("attempt", range(4))
def test_new_keys_and_an_import_at_the_same_moment(keyed: Keyed, attempt: int) -> None:
    together = Barrier(2)

    def bring() -> None:
        together.wait(20)
        with keyed.begun() as context:
            keyed.bring(context, 11, 30)

    def renew() -> None:
        together.wait(20)
        keyed.renew()

    works: tuple[Callable[[], None], ...] = (bring, renew)
    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(work) for work in works]:
            one.result(40)
    require_all(keyed)
