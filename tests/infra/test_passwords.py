"""A flood of logins may not take every thread."""

import contextlib
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import bcrypt
import pytest

from app.infra.passwords import COST_KEPT, PLACES, PasswordHasher, cost_of
from app.kernel.errors import Unavailable

CROWD = 3 * PLACES
ME, OTHER = "192.0.2.1", "192.0.2.2"


def test_a_limited_number_waits_and_others_get_503() -> None:
    hasher, together = PasswordHasher(10), Barrier(CROWD)
    stored = PasswordHasher(4).hash("correct horse", ME)

    def try_it(_number: int) -> str:
        together.wait()
        try:
            hasher.matches("some password", None, ME)
        except Unavailable as refused:
            return f"come back in {refused.retry_after} s"
        return "served"

    with ThreadPoolExecutor(CROWD) as pool:
        found = Counter(pool.map(try_it, range(CROWD)))
    assert found == {"served": PLACES, "come back in 1 s": CROWD - PLACES}
    assert hasher.matches("correct horse", stored, ME)


def test_one_address_that_fills_the_queue_keeps_no_other_out() -> None:
    hasher, over = PasswordHasher(8), Event()

    def insist(_number: int) -> None:
        while not over.is_set():
            with contextlib.suppress(Unavailable):
                hasher.matches("some password", None, ME)

    with ThreadPoolExecutor(CROWD) as pool:
        attack = pool.map(insist, range(CROWD))
        try:
            for _ in range(8):
                assert not hasher.matches("some password", None, OTHER)
                assert cost_of(hasher.hash("some password", OTHER)) == 8
        finally:
            over.set()
        list(attack)


def test_the_usual_cost_of_hashes_is_queried_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher, asked = PasswordHasher(6), iter([None, 5, 4])
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    assert cost_of(hasher._hash_of_nobody()) == 6
    for later, cost in ((0, 6), (COST_KEPT - 1, 6), (1, 5), (COST_KEPT - 1, 5), (1, 4)):
        now[0] += later
        hasher.learn_usual_cost(lambda: next(asked))
        assert cost_of(hasher._hash_of_nobody()) == cost


def test_a_password_that_is_too_long_costs_what_the_stored_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    stored, seen = PasswordHasher(5).hash("correct horse", ME), []
    monkeypatch.setattr(bcrypt, "checkpw", lambda *given: seen.append(given[1]) or True)
    assert not PasswordHasher(4).matches("x" * 73, stored, ME)
    assert seen == [stored.encode()]


def test_a_failure_releases_the_turn() -> None:
    hasher = PasswordHasher(4)
    for _ in range(PLACES + 1):
        with pytest.raises(ValueError, match="salt"):
            hasher.matches("x", "no hash at all", ME)
