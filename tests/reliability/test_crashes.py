"""The program dies at any moment: what was answered is kept, what was not is done once when it is asked again."""

import time
from collections.abc import Callable

import pytest

from tests.reliability.harness import SOAK, Load, seeded, served, tally

pytestmark = pytest.mark.server

CYCLES = 20 if SOAK else 1
POSTS = 500 if SOAK else 60
THREADS = 16 if SOAK else 8
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
