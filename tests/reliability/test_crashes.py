"""After kills at any moment, answered requests are stored, and repeated ones are done once."""

import signal
import time
from collections.abc import Callable

import pytest

from tests.reliability.harness import Load, ask, seeded, served, tally
from tests.soak import SOAK, soak_only

pytestmark = [pytest.mark.server, pytest.mark.long]

CYCLES = 20 if SOAK else 1
POSTS = 500 if SOAK else 60
THREADS = 16 if SOAK else 8
DEPLOYMENTS = 5
LEADERS = """
    SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND application_name = 'control-fresco-leader'
        AND pg_stat_activity.datname = current_database()
"""
LATEST = 0.9 if SOAK else 0.3


def test_kill_9_of_the_whole_server_under_load_loses_and_doubles_nothing(
    fresh: Callable[[str], str], measured: Callable[[str], None]
) -> None:
    chance = seeded("kill the server")
    url = fresh("killed")
    asked, again = 0, 0
    with served(url) as (server, headers):
        for cycle in range(CYCLES):
            with Load(server, headers, f"keyed{cycle}", most=POSTS).running(THREADS) as load:
                time.sleep(chance.uniform(0.05, LATEST))
                server.kill()
                server.start()
                load.wait_for(POSTS)
            assert tally(url, load).lost == []
            again += load.retry()
            found = tally(url, load)
            assert (found.lost, found.double, found.missing, found.rows) == ([], [], [], POSTS)
            asked += POSTS
    assert again > 0, "the server was not killed in the middle of anything"
    measured(f"{asked} keys, {CYCLES} kills, {again} asked again: 0 lost, 0 double, 0 missing")


@soak_only
def test_without_keys_what_was_answered_is_stored_once_and_no_more_than_was_in_flight_besides(
    fresh: Callable[[str], str], measured: Callable[[str], None]
) -> None:
    chance = seeded("kill the server, without keys")
    url = fresh("keyless")
    acked, besides = 0, 0
    with served(url) as (server, headers):
        for cycle in range(CYCLES):
            load = Load(server, headers, f"plain{cycle}", keyed=False)
            with load.running(THREADS):
                load.wait_for(2 * THREADS)  # a slow machine answers nothing in so short a time
                time.sleep(chance.uniform(0.05, LATEST))
                server.kill()
            found = tally(url, load)
            assert (found.lost, found.double) == ([], [])
            assert found.rows - len(load.acked()) <= THREADS
            acked += len(load.acked())
            besides += found.rows - len(load.acked())
            if cycle + 1 < CYCLES:
                server.start()
    assert acked > 0
    measured(f"{acked} answered, all stored once; {CYCLES} kills left {besides} stored that were not answered")


@soak_only
def test_a_deployment_under_load_drops_nothing_that_was_begun_and_leaves_no_leader_behind(
    fresh: Callable[[str], str], measured: Callable[[str], None]
) -> None:
    url = fresh("deployed")
    longest, answered = 0.0, 0
    with served(url, environ={"SCHEDULER_ENABLED": "true"}) as (server, headers):
        for cycle in range(DEPLOYMENTS):
            with Load(server, headers, f"deploy{cycle}").running(THREADS) as load:
                load.wait_for(THREADS * 3)
                until_led(url)
                assert server.process is not None
                stopping = time.monotonic()
                server.process.send_signal(signal.SIGTERM)
                assert server.process.wait(30) == 0
                longest = max(longest, time.monotonic() - stopping)
            assert ask(url, LEADERS) == []
            server.start()
            # Who connects while nobody listens is refused and knows it; what was read is answered.
            assert {intent.status for intent in load.intents} <= {201, None}
            found = tally(url, load)
            assert (found.lost, found.double) == ([], [])
            assert found.rows == len(load.acked()), "something was done that its caller was not told"
            answered += len(load.acked())
            load.retry()
            assert tally(url, load).missing == []
    measured(f"{DEPLOYMENTS} deployments, {answered} requests: 0 dropped, the longest stop took {longest:.1f} s")


def until_led(url: str) -> None:
    """Wait until a worker leads the scheduled jobs."""
    deadline = time.monotonic() + 10
    while not ask(url, LEADERS) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(ask(url, LEADERS)) == 1
