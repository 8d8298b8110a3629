"""A database that says nothing: how long a connection, the pool's question and a statement wait for it."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import make_url, text

from app import create_app
from app.infra import waiting
from app.infra.db import db, read_only_committed
from app.infra.prepared import run
from tests import conftest

CONNECT, PING, STATEMENT = 0.3, 0.6, 1.5
SLACK = 2  # for a machine that has other things to do; without a limit it would be for ever


class Line:
    """Between the program and its database: passes everything on until it is told to be silent."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.silent = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open: list[socket.socket] = [self.listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, far = self.listener.accept()[0], socket.socket(socket.AF_UNIX)
                far.connect(self.database)
                self.open += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                if not self.silent.is_set():
                    target.sendall(piece)

    def cut(self) -> None:
        """No more of it."""
        for end in self.open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.fixture
def line(server_database: str) -> Iterator[Line]:
    """To the module's database."""
    made = Line(f"{make_url(server_database).query['host']}/.s.PGSQL.5432")
    yield made
    made.cut()


@pytest.fixture
def over(line: Line, server_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application at the other end, with limits that can be told from one another."""
    monkeypatch.setattr(waiting, "CONNECT_SECONDS", CONNECT)
    monkeypatch.setattr(waiting, "PING_SECONDS", PING)
    monkeypatch.setattr(waiting, "GRACE_SECONDS", 0.5)
    name = make_url(server_database).database
    url = f"postgresql://postgres@127.0.0.1:{line.port}/{name}"
    app = create_app(replace(conftest.testing_config(url), statement_timeout_ms=1000))
    yield app
    with app.app_context():
        db.engine.dispose()


def waited(app: Flask, limit: float) -> float:
    """Seconds until a request knows that the database is silent; the last it waited for has that limit."""
    with app.test_request_context():
        began = time.monotonic()
        with pytest.raises(Exception, match=f"has said nothing for {limit} s"):
            db.session.execute(text("SELECT 1"))
        took = time.monotonic() - began
        db.session.remove()
    return took


def test_a_new_connection_has_its_own_limit(over: Flask, line: Line) -> None:
    line.silent.set()
    assert CONNECT <= waited(over, CONNECT) < CONNECT + SLACK


def test_the_pools_question_has_its_own_limit(over: Flask, line: Line) -> None:
    with over.app_context():
        db.session.execute(text("SELECT 1"))
        db.session.remove()
    time.sleep(0.2)  # one that was just used would be trusted
    line.silent.set()
    assert PING + CONNECT <= waited(over, CONNECT) < PING + CONNECT + SLACK


def test_a_question_inside_another_leaves_its_limit_to_that(over: Flask, line: Line) -> None:
    with over.test_request_context(), waiting.whether_alive():
        db.session.execute(text("SELECT 1"))
        with waiting.whether_alive():
            db.session.execute(text("SELECT 1"))
        line.silent.set()
        with pytest.raises(Exception, match=f"has said nothing for {PING} s"):
            db.session.execute(text("SELECT 1"))
        db.session.remove()


def test_a_statement_of_a_request_waits_little_longer_than_it_may_take(over: Flask, line: Line) -> None:
    with over.test_request_context():
        db.session.execute(text("SELECT 1"))
        line.silent.set()
        began = time.monotonic()
        with pytest.raises(Exception, match=f"has said nothing for {STATEMENT} s"):
            db.session.execute(text("SELECT 1"))
        assert STATEMENT <= time.monotonic() - began < STATEMENT + SLACK
        db.session.remove()


def test_who_only_looks_waits_as_long_as_any_statement(over: Flask, line: Line) -> None:
    with over.test_request_context():
        read_only_committed(db.session())
        line.silent.set()
        with pytest.raises(Exception, match=f"has said nothing for {STATEMENT} s"):
            run(db.session(), "SELECT 1")
        db.session.remove()


def test_a_slow_statement_is_refused_by_postgresql_itself(over: Flask) -> None:
    with over.test_request_context(), pytest.raises(Exception, match="statement timeout"):
        db.session.execute(text("SELECT pg_sleep(5)"))


def test_a_job_takes_its_time(over: Flask) -> None:
    with over.app_context():
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
        db.session.execute(text(f"SELECT pg_sleep({STATEMENT + 0.3})"))
        db.session.rollback()
