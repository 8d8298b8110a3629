"""Reports come from a real streaming replica, never without what was written before, and never fail with it."""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra import replica
from app.infra.db import db
from app.web.answers import Report
from app.web.api import PUBLIC, operation
from tests import conftest
from tests.reliability.harness import Cluster, answer, ask, broken_rules, soak_only, stopped
from tests.reliability.standby import Standby, standby_of
from tests.reliability.writes import MOVEMENT
from tests.support import Caller, Server, logs_kept

pytestmark = pytest.mark.server

INCOME = {**MOVEMENT, "type": "Consultoría", "amount": "1.00"}
FIGURES = "/api/cashflow/metrics"
READY = "/api/health/ready"
SLOW = "/api/a-report-that-takes-its-time"
OURS = "FROM pg_stat_activity WHERE application_name = 'control-fresco'"


@pytest.fixture(scope="module")
def standby(durable: Cluster) -> Iterator[Standby]:
    """A replica of this worker's durable cluster."""
    with standby_of(durable) as made:
        yield made


@pytest.fixture(scope="module")
def primary(durable: Cluster) -> Iterator[str]:
    """A database with one user of each role; at the end every rule must hold."""
    url = durable.database("replicated")
    Server(url).create_users(conftest.PASSWORD)
    yield url
    assert broken_rules(url) == []


@dataclass
class Site:
    """The program over both, in this process, so that it is seen which of them is asked what."""

    app: Flask
    asked: dict[str, list[str]]
    headers: dict[str, str]

    view: Callable[[], dict[str, Any]] = dict
    """What makes the report at SLOW."""

    def log_in(self) -> dict[str, str]:
        """Headers of a new session."""
        login = {"username": "admin", "password": conftest.PASSWORD}
        token = Caller(self.app.test_client()).post("/api/auth/login", login, expect=200)["access_token"]
        return {"Authorization": f"Bearer {token}"}

    @property
    def admin(self) -> Caller:
        return Caller(self.app.test_client(), self.headers)

    def figures_from(self, *sources: str) -> Any:
        """The figures, which must have been asked for there and nowhere else."""
        with self.watched() as watched:
            figures = self.admin.get(FIGURES)
        assert [name for name, sent in watched.items() if any("daily_sums" in one for one in sent)] == list(sources)
        return figures

    @contextmanager
    def watched(self) -> Iterator[dict[str, list[str]]]:
        """What is asked of each of the two while the block runs."""
        for sent in self.asked.values():
            sent.clear()
        yield self.asked

    def earn(self) -> Decimal:
        """The balance, once one more has come in."""
        before = Decimal(self.figures_from("replica")["current_balance"])
        self.admin.post("/api/incomes", INCOME)
        return before + 1


def watch(engine: Engine, sent: list[str]) -> None:
    """Note every statement."""
    event.listen(
        engine, "before_cursor_execute", lambda _connection, _cursor, statement, *_more: sent.append(statement)
    )


Made = Callable[..., Site]


@pytest.fixture(scope="module")
def make(primary: str, standby: Standby) -> Iterator[Made]:
    """Makes the program, which tries a replica that was away sooner again than it would.

    It waits longer for one that is behind, since a machine with other work replays late.
    """
    engines: list[Engine] = []

    def made(reads: str = standby.at("replicated"), **settings: Any) -> Site:
        app = create_app(replace(conftest.testing_config(primary), read_database_url=reads, **settings))
        site = Site(app, {"primary": [], "replica": []}, {})

        @operation(PUBLIC, Report(Schema, title="Reporte"))
        def get(_resource: None) -> Any:
            return site.view()

        app.add_url_rule(SLOW, SLOW, lambda: get(None))
        with app.app_context():
            for name, engine in (("primary", db.engine), ("replica", db.engines[replica.BIND])):
                engines.append(engine)
                watch(engine, site.asked[name])
        site.headers = site.log_in()
        return site

    with logs_kept(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(replica, "AGAIN", 0.2)
        patch.setattr(replica, "PATIENCE", 1.0)
        yield made
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="module")
def running(make: Made) -> Site:
    return make()


@pytest.fixture
def site(running: Site) -> Site:
    """The program, with its replica up to date."""
    until_used(running)
    return running


def until_used(site: Site) -> None:
    """Until the replica answers and has all."""
    deadline = time.monotonic() + 30
    while state_of(site)["status"] != "used":
        assert time.monotonic() < deadline, "the replica does not catch up"
        time.sleep(0.05)


def state_of(site: Site) -> dict[str, Any]:
    """What health tells of the replica; it is ready whatever that is."""
    told: dict[str, Any] = Caller(site.app.test_client()).get(READY)["data"]["replica"]
    return told


@pytest.mark.parametrize("path", [FIGURES, "/api/reports/summary", "/api/cashflow/analysis", "/api/clients?format=csv"])
def test_figures_and_files_come_from_the_replica_and_who_asks_from_the_primary(site: Site, path: str) -> None:
    for _ in range(5):  # a machine with other work may hold it up for once, and then the primary answers as it should
        until_used(site)
        with site.watched() as watched:
            assert site.admin.send("GET", path).status_code == 200
        if len(watched["primary"]) == 2:  # whose session it is, and how far the replica has to be
            break
    assert [len(watched["primary"]), "sessions" in watched["primary"][0]] == [2, True]
    assert len(watched["replica"]) > 1


@pytest.mark.parametrize("path", ["/api/clients", "/api/payments", "/api/auth/me"])
def test_all_else_comes_from_the_primary(site: Site, path: str) -> None:
    with site.watched() as watched:
        site.admin.get(path)
    assert watched["replica"] == []


def test_what_was_written_is_in_the_report_that_follows_at_once(site: Site, measured: Callable[[str], None]) -> None:
    before = Decimal(site.admin.get(FIGURES)["current_balance"])
    found, elsewhere = [], 0
    for _ in range(100):
        site.admin.post("/api/incomes", INCOME)
        with site.watched() as watched:
            found.append(Decimal(site.admin.get(FIGURES)["current_balance"]))
        elsewhere += any("daily_sums" in one for one in watched["replica"])
    assert found == [before + number for number in range(1, 101)]
    assert elsewhere > 0
    measured(f"100 reports, each with the write before it; {elsewhere} of them from the replica")


def test_a_replica_that_is_behind_is_not_read_from(site: Site, standby: Standby) -> None:
    with standby.paused():
        expected = site.earn()
        assert Decimal(site.figures_from("primary")["current_balance"]) == expected
        state = state_of(site)
        assert state["status"] == "behind"
        assert state["lag_seconds"] > 0
    until_used(site)
    assert Decimal(site.figures_from("replica")["current_balance"]) == expected


def test_a_replica_that_stays_behind_is_waited_for_once(site: Site, standby: Standby) -> None:
    looks = []
    with standby.paused():
        site.earn()
        for _ in range(3):
            with site.watched() as watched:
                site.admin.get(FIGURES)
            looks.append(len(watched["replica"]))
    assert looks[0] > 1
    assert looks[1:] == [1, 1]


def test_a_session_that_is_over_gets_no_report_though_the_replica_does_not_know(site: Site, standby: Standby) -> None:
    with standby.paused():
        leaving = Caller(site.app.test_client(), site.log_in())
        leaving.get(FIGURES)
        leaving.post("/api/auth/logout", expect=200)
        leaving.get(FIGURES, expect=401)


def test_while_the_replica_is_away_the_primary_does_it_all(
    site: Site, standby: Standby, caplog: pytest.LogCaptureFixture
) -> None:
    expected = site.earn()
    standby.stop()
    try:
        with caplog.at_level(logging.INFO, logger=replica.__name__):
            for _ in range(20):
                assert Decimal(site.figures_from("primary")["current_balance"]) == expected
                time.sleep(0.03)  # it is tried again meanwhile
            assert state_of(site) == {"status": "away"}
    finally:
        standby.start()
    with caplog.at_level(logging.INFO, logger=replica.__name__):
        until_used(site)
    assert site.figures_from("replica")
    assert [record.levelname for record in caplog.records if record.name == replica.__name__] == ["WARNING", "INFO"]


def test_a_replica_of_another_server_or_none_at_all_is_never_read_from(make: Made, primary: str, cluster: str) -> None:
    for url in (primary, cluster):
        wrong = make(reads=url)
        assert state_of(wrong) == {"status": "away"}
        wrong.figures_from("primary")


def test_a_replica_of_another_primary_is_taken_for_none(site: Site, standby: Standby) -> None:
    with site.app.app_context():
        copy = replica.Replica(db.engines[replica.BIND], pooled=False)
        (system,) = standby.ask("SELECT system_identifier FROM pg_control_system()")[0]
        states = [copy._state(replica._Position("0/0", number), 0).status for number in (system, system + 1)]
    assert states == ["used", "away"]


# What happens while a report is being made there


def report_of(site: Site, meanwhile: Callable[[], object]) -> tuple[int, list[str]]:
    """The status of a report in whose first try something happens, and where it was tried."""
    tries: list[str] = []

    def view() -> dict[str, Any]:
        session = db.session()
        tries.append("replica" if session.get_bind() is db.engines[replica.BIND] else "primary")
        session.execute(text("SELECT count(*) FROM clients"))
        if len(tries) == 1:
            meanwhile()
        session.execute(text("SELECT count(*) FROM clients"))
        return {}

    site.view = view
    return site.app.test_client().get(SLOW).status_code, tries


def test_a_report_that_stands_in_the_way_of_replaying_is_made_by_the_primary(
    site: Site, standby: Standby, primary: str
) -> None:
    def conflict() -> None:
        ask(primary, "INSERT INTO clients (name, start_date) SELECT 'gone', '2026-01-01' FROM generate_series(1, 50)")
        ask(primary, "DELETE FROM clients WHERE name = 'gone'")
        with create_engine(primary, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM clients"))
        deadline = time.monotonic() + 10
        while standby.ask(READING)[0][0]:
            assert time.monotonic() < deadline, "nothing was in the way"
            time.sleep(0.02)

    assert report_of(site, conflict) == (200, ["replica", "primary"])
    assert site.figures_from("replica")  # it is not taken for away


READING = f"SELECT count(*) {OURS} AND state = 'idle in transaction'"


def test_a_report_whose_replica_is_shut_down_is_made_by_the_primary(site: Site, standby: Standby) -> None:
    cut = f"SELECT pg_terminate_backend(pid, 5000) {OURS}"
    assert report_of(site, lambda: standby.ask(cut)) == (200, ["replica", "primary"])


def test_a_report_that_takes_too_long_is_not_asked_for_twice(make: Made) -> None:
    site = make(statement_timeout_ms=200)
    until_used(site)
    assert report_of(site, lambda: db.session.execute(text("SELECT pg_sleep(5)"))) == (503, ["replica"])


# The production command


def test_a_replica_that_is_killed_and_comes_back_costs_no_report(primary: str, standby: Standby) -> None:
    url = standby.at("replicated")
    with Server(primary, environ={"READ_DATABASE_URL": url}) as server, ThreadPoolExecutor(4) as pool:
        headers = server.login("admin", conftest.PASSWORD)

        def report(_number: int) -> int | None:
            time.sleep(0.02)
            found = answer(lambda: server.send("GET", FIGURES, headers=headers))
            return found and found.status

        statuses = pool.map(report, range(120))
        for pid in standby.processes():
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.5)
        standby.start()
        assert set(statuses) == {200}
        assert server.send("GET", READY).json["data"]["status"] == "ready"


@soak_only
def test_a_replica_that_hangs_is_waited_for_by_one_request_in_a_while(
    primary: str, standby: Standby, measured: Callable[[str], None]
) -> None:
    url = standby.at("replicated")
    with Server(primary, environ={"READ_DATABASE_URL": url}) as server:
        headers = server.login("admin", conftest.PASSWORD)
        assert server.send("GET", FIGURES, headers=headers).status == 200
        took = []
        with stopped(standby.processes()):
            for _ in range(60):
                began = time.monotonic()
                assert server.send("GET", FIGURES, headers=headers).status == 200
                took.append(time.monotonic() - began)
        slow = [round(one, 1) for one in took if one > 0.5]
    assert max(took) < 6
    assert len(slow) <= 4
    measured(
        f"60 reports over a replica that hangs: {slow} s for the slow ones, {sorted(took)[30] * 1000:.0f} ms median"
    )
