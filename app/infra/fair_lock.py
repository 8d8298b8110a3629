"""A lock that is given to its keys in turn, and lets only so many wait."""

from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Lock

Waiter = Future[None]


class LockFull(Exception):
    """Too many wait already, or another key needs the place more."""


class FairLock:
    """One thread at a time holds it; the keys of those who wait take turns, and each key's own go in order.

    `places` counts the holder too. Where all are taken, a key may displace the newest waiter of the key that has
    most places, if it has fewer than that one even afterwards; so one caller cannot fill the queue.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._taken: Counter[str] = Counter()
        self._waiting: dict[str, deque[Waiter]] = {}
        self._lock = Lock()

    @contextmanager
    def hold(self, key: str, timeout: float | None = None) -> Iterator[None]:
        """Wait for a turn and have it for the block; LockFull without a place, or without a turn in these seconds."""
        waiter = self._enter(key)
        try:
            waiter.result(timeout)
        except TimeoutError:
            if self._withdraw(key, waiter):
                raise LockFull from None
            waiter.result()  # the turn, or the refusal, came in this very moment
        try:
            yield
        finally:
            self._leave(key)

    def _enter(self, key: str) -> Waiter:
        """A future that is done as soon as the lock is held."""
        waiter: Waiter = Future()
        with self._lock:
            if not self._taken:
                waiter.set_result(None)
            else:
                if self._taken.total() >= self._places:
                    self._displace_for(key)
                self._waiting.setdefault(key, deque()).append(waiter)
            self._taken[key] += 1
        return waiter

    def _leave(self, key: str) -> None:
        with self._lock:
            self._give_up_place(key)
            if not self._waiting:
                return
            following = next((other for other in self._waiting if other != key), key)
            queue = self._waiting.pop(following)
            waiter = queue.popleft()
            if queue:
                self._waiting[following] = queue  # behind the other keys
        waiter.set_result(None)

    def _withdraw(self, key: str, waiter: Waiter) -> bool:
        """Give up the place of one who still waits; False if it waits no more."""
        with self._lock:
            queue = self._waiting.get(key, deque())
            if waiter not in queue:
                return False
            queue.remove(waiter)
            if not queue:
                del self._waiting[key]
            self._give_up_place(key)
        return True

    def _displace_for(self, key: str) -> None:
        largest = max(self._waiting, key=self._taken.__getitem__, default=key)
        if self._taken[largest] < self._taken[key] + 2:
            raise LockFull
        queue = self._waiting[largest]
        queue.pop().set_exception(LockFull())
        if not queue:
            del self._waiting[largest]
        self._give_up_place(largest)

    def _give_up_place(self, key: str) -> None:
        self._taken[key] -= 1
        if not self._taken[key]:
            del self._taken[key]
