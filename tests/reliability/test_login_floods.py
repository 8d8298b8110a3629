"""A flood of logins by one caller does not stop others from logging in, or the server.

A daily run is short and has cheaper hashes; FRESCO_SOAK=1 attacks for longer, with the hashes of production.
"""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import PASSWORD
from tests.soak import SOAK
from tests.support import Server

pytestmark = pytest.mark.server

SECONDS = 20 if SOAK else 3
SLOWEST = 0.5 if SOAK else 2
"""Seconds that the simplest answer takes at most; the daily run shares its machine with other tests."""
ATTACKERS = 16
CHANGERS = 24
ATTACKER, OTHER = "127.0.0.2", "127.0.0.3"
Measured = Callable[[str], None]


@dataclass(frozen=True)
class Answer:
    """The status of one answer, and how long it took."""

    status: int
    seconds: float


@pytest.fixture(scope="module")
def server(server_database: str) -> Iterator[Server]:
    """Tries are limited as widely as may be, so that nothing but the queue of bcrypt stands before the attackers."""
    limits = {"LOGIN_TRIES_PER_MINUTE": "100000"}
    with Server(server_database, environ={"BCRYPT_ROUNDS": "12" if SOAK else "10", **limits}) as running:
        running.create_users(PASSWORD)
        yield running


def ask(
    server: Server, address: str, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> Answer:
    """One request from that address."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60, source_address=(address, 0))
    with closing(connection):
        sent = {"Content-Type": "application/json", **(headers or {})}
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        response = connection.getresponse()
        response.read()
    return Answer(response.status, time.monotonic() - began)


def log_in(server: Server, address: str, name: str) -> Answer:
    return ask(server, address, "POST", "/api/auth/login", {"username": name, "password": PASSWORD})


@contextmanager
def crowd(count: int, act: Callable[[], Answer]) -> Iterator[list[Answer]]:
    """Run concurrent clients during the block; each sends a request as soon as the one before is answered."""
    found: list[Answer] = []
    over = threading.Event()

    def insist() -> None:
        while not over.is_set():
            found.append(act())

    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(insist) for _ in range(count)]
        time.sleep(0.5)  # until all of them are at it
        try:
            yield found
        finally:
            over.set()
        for one in running:
            one.result()


def again_and_again(seconds: float, act: Callable[[], Answer]) -> list[Answer]:
    found, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        found.append(act())
        time.sleep(0.1)
    return found


def counted(answers: list[Answer]) -> dict[int, int]:
    return dict(sorted(Counter(one.status for one in answers).items()))


def test_others_log_in_beside_one_address_that_does_nothing_else(server: Server, measured: Measured) -> None:
    with crowd(ATTACKERS, lambda: log_in(server, ATTACKER, "viewer")) as attack:
        answers = again_and_again(SECONDS, lambda: log_in(server, OTHER, "admin"))
    slowest = max(one.seconds for one in answers)
    measured(f"beside {counted(attack)} logins of one address: {counted(answers)} of another, slowest {slowest:.2f} s")
    assert counted(answers) == {200: len(answers)}


def test_the_program_answers_beside_one_user_who_changes_the_password_without_end(
    server: Server, measured: Measured
) -> None:
    token = server.login("viewer", PASSWORD)
    body = {"current_password": PASSWORD, "new_password": PASSWORD}
    with crowd(CHANGERS, lambda: ask(server, ATTACKER, "POST", "/api/auth/change-password", body, token)) as attack:
        live = again_and_again(SECONDS, lambda: ask(server, OTHER, "GET", "/api/health/live"))
        me = ask(server, OTHER, "GET", "/api/auth/me", headers=token)
    slowest = max(one.seconds for one in live)
    measured(f"beside {counted(attack)} changes of a password: live {counted(live)}, slowest {slowest:.2f} s")
    assert counted(live) == {200: len(live)}
    assert me.status == 200
    assert slowest < SLOWEST
