"""A lock whose keys take turns, with a bounded number of places."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from threading import Event, Lock

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


# Several permits


@pytest.fixture
def wide() -> Iterator[Stage]:
    """Held by three at once, by two of one key, and nobody is refused."""
    made = Stage(4)
    made.lock = FairLock(None, 3, 2)
    yield made
    made.leave.set()
    made.pool.shutdown()


def held(stage: Stage) -> dict[str, int]:
    return dict(stage.lock._held)


def test_as_many_hold_it_as_it_has_permits_and_one_key_leaves_some_to_others(wide: Stage) -> None:
    for _ in range(5):
        wide.enter("a")
    assert held(wide) == {"a": 2}
    for key in ("b", "b", "c"):
        wide.enter(key)
    assert held(wide) == {"a": 2, "b": 1}
    assert sorted(finish(wide)) == ["a", "a", "a", "a", "a", "b", "b", "c"]
    assert (wide.lock._free, held(wide), wide.lock._taken, wide.lock._waiting) == (3, {}, {}, {})


def test_a_permit_that_is_given_back_goes_to_another_key_first(wide: Stage) -> None:
    with ExitStack() as first:
        first.enter_context(wide.lock.hold("b"))
        for key in ("a", "a", "a", "c"):
            wide.enter(key)
        assert held(wide) == {"a": 2, "b": 1}
    assert held(wide) == {"a": 2, "c": 1}


def test_a_permit_that_a_key_may_not_hold_is_waited_for_though_one_is_free() -> None:
    lock = FairLock(2, 2, 1)
    with lock.hold("a"):
        for _ in range(3):
            with pytest.raises(LockFull), lock.hold("a", 0):
                raise AssertionError("one key holds two")
        with lock.hold("b", 0):
            pass
    assert (lock._free, lock._held, lock._taken, lock._waiting) == (2, {}, {}, {})


@pytest.mark.parametrize(("permits", "of_a_key"), [(3, 3), (3, 2), (4, 1)])
def test_it_lets_in_as_many_as_there_are_permits_and_no_more(permits: int, of_a_key: int) -> None:
    lock, guard = FairLock(None, permits, of_a_key), Lock()
    inside, most = Counter[str](), Counter[str]()

    def work(number: int) -> None:
        key = f"key{number % 5}"
        with suppress(LockFull), lock.hold(key, None if number % 3 else 0.001):
            with guard:
                inside[key] += 1
                most[key] = max(most[key], inside[key])
                most["all"] = max(most["all"], inside.total())
            time.sleep(0.0005)
            with guard:
                inside[key] -= 1

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(work, range(600)))
    assert most.pop("all") == permits
    assert max(most.values()) <= of_a_key
    assert (lock._free, lock._held, lock._taken, lock._waiting) == (permits, {}, {}, {})
