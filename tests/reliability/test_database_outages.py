"""While the database is down, hangs or is full: 503 and Retry-After; afterwards nothing is lost."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg2
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.reliability.harness import Cluster, Load, answer, ask, broken_rules, seeded, served, stopped, tally, until_up
from tests.soak import SOAK, soak_only
from tests.support import Server

pytestmark = pytest.mark.server

STATEMENT_TIMEOUT = 1
Measured = Callable[[str], None]
OURS = "FROM pg_stat_activity WHERE application_name = 'control-fresco'"
SOON = 1.0 if SOAK else 0.3  # seconds after which nothing must be felt any more


@dataclass
class Site:
    """The program over a database of its own."""

    server: Server
    headers: dict[str, str]
    url: str
    cluster: Cluster

    def ask(self, question: str) -> Sequence[Any]:
        return ask(self.url, question)

    def ask_alone(self, statement: str) -> None:
        """Execute a statement outside a transaction."""
        with create_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(statement))

    def load(self, name: str) -> Load:
        return Load(self.server, self.headers, name)


@pytest.fixture(scope="module")
def running(durable: Cluster) -> Iterator[Site]:
    """One server for all tests of this module: it is never started again, whatever happens to its database."""
    url = durable.database("outages")
    settings = {"DB_STATEMENT_TIMEOUT_MS": str(STATEMENT_TIMEOUT * 1000), "SCHEDULER_ENABLED": "true"}
    with served(url, environ=settings) as (server, headers):
        yield Site(server, headers, url, durable)


@pytest.fixture
def site(running: Site, logs_as_before: None) -> Iterator[Site]:
    """The server of the module, with `flask verify` after the test."""
    yield running
    assert broken_rules(running.url) == []


def assert_kept(site: Site, load: Load) -> None:
    """Nothing that was acked is lost, and what was not is done once when it is asked again."""
    assert tally(site.url, load).lost == []
    load.retry()
    found = tally(site.url, load)
    assert (found.lost, found.double, found.missing) == ([], [], [])


def assert_well_since(moment: float, load: Load) -> None:
    """Every request that began later was served, and there were some."""
    later = [intent.status for intent in load.intents if intent.began > moment]
    assert set(later) == {201}


def slowest(load: Load) -> float:
    """Seconds that the slowest answer took."""
    return max(intent.took for intent in load.intents)


def assert_only_503(load: Load) -> int:
    """While the database is away that is the answer, with a time to come back; how often it was."""
    away = [intent.reply for intent in load.intents if intent.reply is not None and intent.status != 201]
    assert {reply.status for reply in away} <= {503}
    assert all(int(reply.headers["Retry-After"]) >= 1 for reply in away)
    assert [intent.key for intent in load.intents if intent.reply is None] == []
    return len(away)


@pytest.mark.parametrize("round_", range(10 if SOAK else 1))
def test_kill_9_of_the_postmaster_under_load_costs_503s_and_nothing_else(
    site: Site, measured: Measured, round_: int
) -> None:
    chance = seeded(f"kill the postmaster {round_}")
    with site.load(f"pm{round_}").running(8) as load:
        load.wait_for(20)
        time.sleep(chance.uniform(0, 0.3))
        site.cluster.kill_postmaster()
        time.sleep(chance.uniform(0, 0.3))
        site.cluster.start()
        up = time.monotonic()
        time.sleep(SOON + 0.3)
    away = assert_only_503(load)
    assert away > 0
    assert slowest(load) < 2
    assert_well_since(up + SOON, load)
    assert_kept(site, load)
    measured(
        f"{len(load.intents)} requests, {away} of them 503, the slowest answer after {slowest(load):.2f} s; 0 lost"
    )


@soak_only
@pytest.mark.parametrize("round_", range(10))
def test_kill_9_of_one_backend_under_load_is_over_within_two_seconds(
    site: Site, measured: Measured, round_: int
) -> None:
    site.ask_alone("CHECKPOINT")  # what earlier tests wrote is not redone in the two seconds
    with site.load(f"be{round_}").running(8) as load:
        load.wait_for(20)
        (victim,) = site.ask(f"SELECT pid {OURS} ORDER BY random() LIMIT 1")[0]
        os.kill(victim, signal.SIGKILL)
        killed = time.monotonic()
        up = until_up(site.url)
        time.sleep(SOON + 0.3)
    away = assert_only_503(load)
    assert away > 0
    assert_well_since(up + SOON, load)
    assert_kept(site, load)
    measured(f"up again after {up - killed:.2f} s, {away} of {len(load.intents)} answers were 503; 0 lost")
    assert up - killed < 2, "PostgreSQL itself took longer: does the machine do something else?"


@soak_only
def test_connections_that_are_cut_each_second_cost_few_503s_and_no_row(site: Site, measured: Measured) -> None:
    cuts, threads = 60, 4
    with site.load("cut").running(threads) as load:
        for _ in range(cuts):
            time.sleep(1)
            site.ask(f"SELECT pg_terminate_backend(pid) {OURS}")
        time.sleep(0.2)
    away = assert_only_503(load)
    assert away <= cuts * threads, "more are hit than were under way"
    assert_kept(site, load)
    measured(f"{cuts} cuts, {len(load.intents)} requests, {away} of them 503; 0 lost, 0 double")


def test_a_database_that_was_stopped_and_goes_on_has_lost_nothing(site: Site, measured: Measured) -> None:
    seconds = 20 if SOAK else STATEMENT_TIMEOUT + 2
    with site.load("hang").running(3) as load:
        load.wait_for(10)
        with stopped(site.cluster.processes()):
            alive = health_of_the_process(site.server, seconds)
        back = time.monotonic()
        time.sleep(6 if SOAK else SOON + 0.3)
    assert set(alive) == {200}
    assert_only_503(load)
    assert slowest(load) < seconds + STATEMENT_TIMEOUT + SOON
    assert_well_since(back + (5 if SOAK else SOON), load)
    assert_kept(site, load)
    measured(f"stopped for {seconds} s: the slowest answer came after {slowest(load):.2f} s; 0 lost")


def health_of_the_process(server: Server, seconds: float) -> list[int | None]:
    """Statuses of /api/health/live during the block."""
    found: list[int | None] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        reply = answer(lambda: server.send("GET", "/api/health/live", timeout=2))
        found.append(reply and reply.status)
        time.sleep(0.1)
    return found


def test_a_server_without_a_free_connection_is_503_until_there_is_one(site: Site, measured: Measured) -> None:
    with site.load("full").running(4) as load:
        load.wait_for(10)
        with contextlib.ExitStack() as held:
            first = held_connections(site.url, held)[0]
            with first.cursor() as cursor:
                cursor.execute(f"SELECT pg_terminate_backend(pid) {OURS}")
            held_connections(site.url, held)
            time.sleep(0.5)
        free = time.monotonic()
        time.sleep(SOON + 0.3)
    away = assert_only_503(load)
    assert away > 0
    assert_well_since(free + SOON, load)
    assert_kept(site, load)
    measured(f"{away} answers were 503 while it was full, none {SOON} s after; 0 lost")


def held_connections(url: str, held: contextlib.ExitStack) -> list[psycopg2.extensions.connection]:
    """Open as many connections as the server allows."""
    address = url.replace("+psycopg2", "")
    taken = []
    with contextlib.suppress(psycopg2.OperationalError):
        while True:
            taken.append(held.enter_context(contextlib.closing(psycopg2.connect(address))))
    return taken


@soak_only
def test_a_database_that_does_not_keep_what_it_says_is_found_out(
    site: Site, measured: Measured, request: pytest.FixtureRequest
) -> None:
    site.ask("ALTER DATABASE outages SET synchronous_commit = off")
    site.ask_alone("ALTER SYSTEM SET wal_writer_delay = '10s'")
    request.addfinalizer(lambda: site.ask(f"SELECT pg_reload_conf(), pg_terminate_backend(pid) {OURS}"))
    request.addfinalizer(lambda: site.ask_alone("ALTER SYSTEM RESET wal_writer_delay"))
    request.addfinalizer(lambda: site.ask("ALTER DATABASE outages RESET synchronous_commit"))
    lost = 0
    for round_ in range(10):
        site.ask(f"SELECT pg_reload_conf(), pg_terminate_backend(pid) {OURS}")
        with site.load(f"off{round_}").running(8) as load:
            load.wait_for(100)
            site.cluster.kill_all()
            site.cluster.start()
        lost += len(tally(site.url, load).lost)
    measured(f"synchronous_commit = off: {lost} answered rows lost in 10 kills, and seen to be")
    assert lost > 0
