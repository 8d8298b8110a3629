"""A lock whose keys take turns, with a bounded number of places."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest

from app.infra.fair_lock import FairLock, LockFull


class Stage:
    """Threads that enter the lock in a known order and leave it one by one."""

    def __init__(self, places: int) -> None:
        self.lock = FairLock(places)
        self.pool = ThreadPoolExecutor(20)
        self.served: list[str] = []
        self.leave = Event()
        self.futures: list[Future[str]] = []

    def enter(self, key: str, name: str = "") -> Future[str]:
        """Add a thread, which has a place or was refused when this returns."""
        known = self.lock._taken.total(), self.refused()
        future = self.pool.submit(self._hold, key, name or key)
        self.futures.append(future)
        until = time.monotonic() + 10
        while (self.lock._taken.total(), self.refused()) == known:
            assert time.monotonic() < until, "neither entered nor refused"
            time.sleep(0.001)
        return future

    def refused(self) -> int:
        return sum(one.done() for one in self.futures)

    def _hold(self, key: str, name: str) -> str:
        with self.lock.hold(key):
            self.leave.wait(10)
            self.served.append(name)
        return name


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage(4)
    yield made
    made.leave.set()
    made.pool.shutdown()


def finish(stage: Stage) -> list[str]:
    """Release all; returns the names in the order of their turns."""
    stage.leave.set()
    stage.pool.shutdown()
    return stage.served


def test_one_at_a_time_in_the_order_of_arrival(stage: Stage) -> None:
    for name in ("first", "second", "third"):
        stage.enter("a", name)
    assert stage.served == []
    assert finish(stage) == ["first", "second", "third"]


def test_keys_take_turns_however_many_wait_of_one(stage: Stage) -> None:
    for key, name in (("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1")):
        stage.enter(key, name)
    assert finish(stage) == ["a1", "b1", "a2", "a3"]


def test_a_key_that_holds_all_places_is_refused(stage: Stage) -> None:
    for _ in range(4):
        stage.enter("a")
    with pytest.raises(LockFull):
        stage.enter("a").result(1)
    assert finish(stage) == ["a"] * 4


def test_another_key_takes_over_the_newest_place_of_the_one_that_has_most(stage: Stage) -> None:
    waiting = [stage.enter("a", f"a{number}") for number in range(4)]
    stage.enter("b")
    with pytest.raises(LockFull):
        waiting[3].result(1)
    assert finish(stage) == ["a0", "b", "a1", "a2"]


def test_no_waiter_is_displaced_by_a_key_that_would_then_have_more(stage: Stage) -> None:
    for key in ("a", "a", "b", "b"):
        stage.enter(key)
    with pytest.raises(LockFull):
        stage.enter("b").result(1)
    for key in ("c", "d"):
        stage.enter(key)
    with pytest.raises(LockFull):
        stage.enter("e").result(1)
    assert sorted(finish(stage)) == ["a", "b", "c", "d"]


def test_a_failure_releases_the_lock() -> None:
    lock = FairLock(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), lock.hold("a"):
            raise ZeroDivisionError
    assert (lock._taken, lock._waiting) == ({}, {})


@pytest.mark.parametrize("key", ["a", "b"])
def test_a_timeout_gives_up_the_place(key: str) -> None:
    lock = FairLock(2)
    with lock.hold("a"):
        for _ in range(3):
            with pytest.raises(LockFull), lock.hold(key, 0.01):
                raise AssertionError("two hold it")
    with lock.hold(key, 0.01):
        pass
    assert (lock._taken, lock._waiting) == ({}, {})


def test_the_lock_admits_one_at_a_time_and_serves_all() -> None:
    lock, inside, most = FairLock(100), [0], [0]

    def work(number: int) -> int:
        with suppress(LockFull), lock.hold(f"key{number % 7}", None if number % 3 else 0.001):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.0001)
            inside[0] -= 1
        return number

    with ThreadPoolExecutor(30) as pool:
        assert list(pool.map(work, range(600))) == list(range(600))
    assert (most[0], lock._taken, lock._waiting) == (1, {}, {})
