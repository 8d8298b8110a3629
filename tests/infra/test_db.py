"""Units of work, and what the program tells PostgreSQL about itself; on a database that really commits."""

import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import InternalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra.db import (
    APP_ROLE,
    db,
    psycopg2_url,
    read_only_committed,
    separate_transaction,
    take_snapshot,
    transaction,
)
from tests import conftest

INSERT = text("INSERT INTO parties (name) VALUES (:name)")


@pytest.fixture(scope="module")
def committing(server_database: str) -> Iterator[Flask]:
    """The application over a database of this module's own."""
    app = create_app(conftest.testing_config(server_database))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def outside(committing: Flask) -> Iterator[Connection]:
    """The owner, looking on."""
    url = committing.config["SQLALCHEMY_DATABASE_URI"]
    with create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        yield connection


def stored(outside: Connection, name: str) -> int:
    return int(outside.scalar(text("SELECT count(*) FROM parties WHERE name = :name"), {"name": name}) or 0)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg2://u:p@h/d"),
        ("postgresql://u:p@h/d", "postgresql+psycopg2://u:p@h/d"),
        ("postgresql+psycopg2://u:p@h/d", "postgresql+psycopg2://u:p@h/d"),
        ("postgresql://h/postgres://", "postgresql+psycopg2://h/postgres://"),
    ],
)
def test_the_driver_is_named(given: str, used: str) -> None:
    assert psycopg2_url(given) == used


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("timezone", "UTC"),
        ("statement_timeout", "10s"),
        ("lock_timeout", "3s"),
        ("idle_in_transaction_session_timeout", "15s"),
        ("application_name", "control-fresco"),
        ("role", APP_ROLE),
    ],
)
def test_every_connection_is_set_up_and_stays_so(committing: Flask, setting: str, value: str) -> None:
    with committing.app_context():
        for _ in range(2):
            assert db.session.scalar(text(f"SHOW {setting}")) == value
            db.session.rollback()
        db.engine.dispose()
        assert db.session.scalar(text(f"SHOW {setting}")) == value


def test_a_unit_of_work_is_committed_whole(committing: Flask, outside: Connection) -> None:
    with committing.app_context(), transaction(request_id="t") as session:
        session.execute(INSERT, {"name": "whole"})
        assert stored(outside, "whole") == 0
    assert stored(outside, "whole") == 1


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt, SystemExit])
def test_a_unit_of_work_that_fails_leaves_nothing(
    committing: Flask, outside: Connection, error: type[BaseException]
) -> None:
    with (  # noqa: PT012 - one unit of work
        committing.app_context(),
        pytest.raises(error),
        transaction(request_id="t") as session,
    ):
        session.execute(INSERT, {"name": "nothing"})
        raise error
    assert stored(outside, "nothing") == 0


def test_a_separate_unit_is_kept_though_the_one_around_it_fails(committing: Flask, outside: Connection) -> None:
    with (  # noqa: PT012 - one unit of work
        committing.app_context(),
        pytest.raises(ZeroDivisionError),
        transaction(request_id="t") as session,
    ):
        session.execute(INSERT, {"name": "around"})
        with separate_transaction() as separate:
            separate.execute(INSERT, {"name": "separate"})
        raise ZeroDivisionError
    assert (stored(outside, "around"), stored(outside, "separate")) == (0, 1)


def recorded(outside: Connection, name: str) -> tuple[int | None, str | None]:
    found = text("SELECT user_id, request_id FROM audit_log WHERE after ->> 'name' = :name")
    user_id, request_id = outside.execute(found, {"name": name}).one()
    return user_id, request_id


def test_one_unit_never_signs_for_the_next(committing: Flask, outside: Connection) -> None:
    with committing.app_context():
        with transaction(user_id=7, request_id="first") as session:
            session.execute(INSERT, {"name": "signed"})
        db.session.remove()
        db.session.execute(INSERT, {"name": "unsigned"})
        db.session.commit()
    assert recorded(outside, "signed") == (7, "first")
    assert recorded(outside, "unsigned") == (None, None)


def test_a_unit_that_begins_anew_still_knows_who_acts(committing: Flask, outside: Connection) -> None:
    with committing.app_context(), transaction(user_id=7, request_id="again") as session:
        session.execute(text("SELECT 1"))
        session.rollback()
        session.execute(INSERT, {"name": "anew"})
    assert recorded(outside, "anew") == (7, "again")


@pytest.mark.parametrize("look", [read_only_committed, take_snapshot])
def test_after_a_look_the_connection_transacts_as_before(
    committing: Flask, outside: Connection, look: Callable[[Session], None]
) -> None:
    with committing.app_context():
        pid = text("SELECT pg_backend_pid()")
        look(db.session())
        looked = db.session.scalar(pid)
        db.session.remove()
        assert db.session.scalar(pid) == looked  # the same connection
        assert db.session.scalar(text("SHOW transaction_isolation")) == "read committed"
        db.session.execute(INSERT, {"name": "taken back"})
        db.session.rollback()
    assert stored(outside, "taken back") == 0


def test_a_snapshot_is_of_one_moment_and_only_to_be_read(committing: Flask, outside: Connection) -> None:
    with committing.app_context():
        take_snapshot(db.session())
        assert db.session.scalar(text("SHOW transaction_isolation")) == "repeatable read"
        assert db.session.scalar(text("SHOW transaction_read_only")) == "on"
        count = text("SELECT count(*) FROM parties")
        before = db.session.scalar(count)
        outside.execute(INSERT, {"name": "meanwhile"})
        assert db.session.scalar(count) == before
        with pytest.raises(InternalError, match="read-only"):
            db.session.execute(INSERT, {"name": "never"})


def test_a_look_asks_nothing_but_its_questions(committing: Flask, outside: Connection) -> None:
    with committing.app_context():
        read_only_committed(db.session())
        pid = db.session.scalar(text("SELECT pg_backend_pid()"))
        state = text("SELECT state, query FROM pg_stat_activity WHERE pid = :pid")
        assert outside.execute(state, {"pid": pid}).one() == ("idle", "SELECT pg_backend_pid()")
        db.session.commit()
        db.session.remove()
        assert outside.execute(state, {"pid": pid}).one() == ("idle", "SELECT pg_backend_pid()")


def test_a_connection_that_the_database_cut_costs_no_work(committing: Flask, outside: Connection) -> None:
    with committing.app_context():
        db.session.execute(text("SELECT 1"))
        db.session.remove()
        cut = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
        outside.execute(text(f"{cut} AND pid <> pg_backend_pid()"))
        time.sleep(0.2)  # it lies idle long enough to be asked first
        assert db.session.scalar(text("SELECT 1")) == 1


def test_values_stay_out_of_error_messages(committing: Flask) -> None:
    with committing.app_context(), pytest.raises(Exception, match="hidden") as failed:
        db.session.execute(text("SELECT :secret / 0"), {"secret": 987654})
    assert "987654" not in str(failed.value)
