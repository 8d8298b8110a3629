"""Two runs at the same moment: the unique keys decide, not the lock of the job."""

import threading
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, delete, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.core.identity.models import User
from app.core.notifications.models import NotificationDigest, ReportedEntry
from app.core.notifications.rules import Message
from app.core.notifications.service import DigestService, Teller
from app.infra.context import Context, make_context
from app.infra.db import db, transaction
from app.infra.notifications import DigestEntry, NotificationKind
from tests import conftest
from tests.factories.auth import hashed

TODAY = date(2026, 6, 15)


def _find(_context: Context, _today: date) -> list[DigestEntry]:
    return [DigestEntry(str(number), f"entry {number}") for number in range(3)]


KINDS = {"of_tests": NotificationKind("Of the tests", "payments:read", str, _find)}


@pytest.fixture
def application(server_database: str, logs_as_before: None) -> Iterator[Flask]:
    """The program over a database of the module's own, with three users and no notifications."""
    with create_engine(server_database, poolclass=NullPool).begin() as connection:
        for table in (NotificationDigest, ReportedEntry, User):
            connection.execute(delete(table))
        values = [{"name": f"user{number}", "hash": hashed("a password")} for number in range(3)]
        users = "INSERT INTO users (username, email, password_hash) VALUES (:name, :name || '@x.example', :hash)"
        connection.execute(text(users), values)
    made = create_app(conftest.testing_config(server_database))
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def outside(server_database: str) -> Iterator[Connection]:
    with create_engine(server_database, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        yield connection


def test_of_many_runs_at_once_one_tells(application: Flask, outside: Connection) -> None:
    ready, done = threading.Barrier(6), []

    def run() -> None:
        with application.app_context(), transaction(request_id="test") as session:
            service = DigestService(make_context(session), KINDS)
            ready.wait(20)
            done.append(service.notify(TODAY)["notifications"])

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 0, 0, 0, 0, 3]
    assert outside.scalar(text("SELECT count(*) FROM notifications")) == 3
    assert outside.scalar(text("SELECT count(*) FROM reported_entries")) == 3


def test_a_run_that_fails_has_told_nobody_and_the_next_tells_all(application: Flask, outside: Connection) -> None:
    with application.app_context():
        DigestService(make_context(db.session()), KINDS).notify(TODAY)
        db.session.rollback()
        with transaction(request_id="test") as session:
            assert DigestService(make_context(session), KINDS).notify(TODAY)["notifications"] == 3
    assert outside.scalar(text("SELECT count(*) FROM notifications")) == 3


def test_a_message_of_a_key_is_told_once(application: Flask, outside: Connection) -> None:
    ids = list(outside.scalars(text("SELECT id FROM users")))
    message = Message("a key", "Title", "Body")
    with application.app_context(), transaction(request_id="test") as session:
        teller = Teller(make_context(session))
        assert teller.tell("of_tests", message, ids[:2]) == (2, 2)
        assert teller.tell("of_tests", message, ids) == (1, 1)
