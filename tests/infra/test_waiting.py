"""A database that says nothing: how long a connection, the pool's question and a statement wait for it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra import waiting
from app.infra.db import db, read_only_committed
from app.infra.prepared import run
from config import ROOT
from tests import conftest

CONNECT, PING, STATEMENT = 2, 0.6, 1.5  # libpq knows whole seconds, and no less than two
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


def waited(app: Flask) -> float:
    """Seconds until a request knows that no connection can be made."""
    with app.test_request_context():
        began = time.monotonic()
        with pytest.raises(Exception, match="timeout expired"):
            db.session.execute(text("SELECT 1"))
        took = time.monotonic() - began
        db.session.remove()
    return took


def test_a_new_connection_has_its_own_limit(over: Flask, line: Line) -> None:
    line.silent.set()
    assert CONNECT <= waited(over) < CONNECT + SLACK


def test_the_pools_question_has_its_own_limit(over: Flask, line: Line) -> None:
    with over.app_context():
        db.session.execute(text("SELECT 1"))
        db.session.remove()
    time.sleep(0.2)  # one that was just used would be trusted
    line.silent.set()
    assert PING + CONNECT <= waited(over) < PING + CONNECT + SLACK


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


def test_a_commit_waits_as_long_as_a_statement(over: Flask, line: Line) -> None:
    with over.test_request_context():
        db.session.execute(text("SELECT 1"))
        line.silent.set()
        with pytest.raises(Exception, match=f"has said nothing for {STATEMENT} s"):
            db.session.commit()
        db.session.remove()


def test_each_piece_of_what_lies_on_the_server_waits_as_long(over: Flask, line: Line) -> None:
    with over.test_request_context():
        rows = db.session.execute(text("SELECT generate_series(1, 100)").execution_options(yield_per=10)).scalars()
        assert next(rows) == 1
        line.silent.set()
        with pytest.raises(Exception, match=f"has said nothing for {STATEMENT} s"):
            list(rows)
        db.session.remove()


def test_a_number_that_is_anothers_by_now_is_left_alone(over: Flask) -> None:
    with over.app_context():
        lost = db.session.connection().connection.dbapi_connection
        number = lost.fileno()
        kept = os.dup(number)
        ours, theirs = socket.socketpair()
        with ours, theirs:
            os.dup2(ours.fileno(), number)  # as if libpq had closed it
            lost.break_off()
            theirs.sendall(b"still there")
            assert os.read(number, 64) == b"still there"
            os.dup2(kept, number)
            os.close(kept)
        assert db.session.scalar(text("SELECT 1")) == 1
        lost.break_off()
        with pytest.raises(OperationalError, match="closed the connection"):
            db.session.execute(text("SELECT 1"))


FORKED = """
import os, sys
from dataclasses import replace
from flask import Flask
from sqlalchemy import text
from app import create_app
from app.infra import waiting
from app.infra.db import db
from tests.conftest import testing_config

waiting.GRACE_SECONDS = 0.2
app = create_app(replace(testing_config(sys.argv[1]), statement_timeout_ms=500))
with app.test_request_context():
    db.session.execute(text("SELECT 1"))
    if os.fork():
        raise SystemExit(os.waitstatus_to_exitcode(os.wait()[1]))
    db.engine.dispose(close=False)
    db.session.registry.clear()
    assert not list(waiting._watcher.lines), "its parent's lines are not its own"
    db.session.execute(text("SET LOCAL statement_timeout = 0"))
    try:
        db.session.execute(text("SELECT pg_sleep(20)"))
    except Exception as error:
        assert "has said nothing for 0.7 s" in str(error), error
        os._exit(0)
"""


def test_a_process_that_was_forked_looks_after_its_own(server_database: str) -> None:
    command = [sys.executable, "-c", FORKED, server_database]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


INTERRUPTED = """
import signal
import sys
from sqlalchemy import text
from app import create_app
from app.infra.db import db
from tests.conftest import testing_config

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in what a shell started in the background
app = create_app(testing_config(sys.argv[1]))
with app.app_context():
    db.session.execute(text("SET LOCAL statement_timeout = 0"))
    db.session.execute(text("SELECT pg_sleep(60) AS interrupted"))
"""
ASLEEP = text("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%AS interrupted' AND state = 'active'")


def until_asleep(server: str, count: int) -> None:
    """Until so many are, as the server sees it."""
    until = time.monotonic() + 20
    engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as looking:
        while looking.scalar(ASLEEP) != count:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_ctrl_c_ends_what_a_command_asked_at_once_and_on_the_server_too(server_database: str) -> None:
    command = [sys.executable, "-c", INTERRUPTED, server_database]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            until_asleep(server_database, 1)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=10)
        finally:
            process.kill()
    assert "KeyboardInterrupt" in said
    until_asleep(server_database, 0)


def test_a_slow_statement_is_refused_by_postgresql_itself(over: Flask) -> None:
    with over.test_request_context(), pytest.raises(Exception, match="statement timeout"):
        db.session.execute(text("SELECT pg_sleep(5)"))


def test_a_job_takes_its_time(over: Flask) -> None:
    with over.app_context():
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
        db.session.execute(text(f"SELECT pg_sleep({STATEMENT + 0.3})"))
        db.session.rollback()
