"""A lock that is given to its keys in turn, to several threads at once if wanted, and lets only so many wait."""

from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Lock

Waiter = Future[None]


class LockFull(Exception):
    """Too many wait already, or another key needs the place more."""


class FairLock:
    """Lock with one or more permits: the keys of those who wait take turns, and each key's own go in order.

    `places` counts the holders too; None sets no limit. Where all are taken, a key may displace the newest waiter of
    the key that has most places, if it has fewer than that one even afterwards; so one caller cannot fill the queue.
    `permits_of_a_key` are held by one key at most; what it leaves free is there for others without waiting.
    """

    def __init__(self, places: int | None, permits: int = 1, permits_of_a_key: int | None = None) -> None:
        self._places = places
        self._free = permits
        self._of_a_key = permits if permits_of_a_key is None else permits_of_a_key
        self._held: Counter[str] = Counter()
        self._taken: Counter[str] = Counter()
        self._waiting: dict[str, deque[Waiter]] = {}
        self._lock = Lock()

    @contextmanager
    def hold(self, key: str, timeout: float | None = None) -> Iterator[None]:
        """Wait for a turn and have it for the block; LockFull without a place, or without a turn in these seconds."""
        waiter = self._enter(key)
        if waiter is not None:
            self._wait(key, waiter, timeout)
        try:
            yield
        finally:
            self._leave(key)

    def _enter(self, key: str) -> Waiter | None:
        """None if it is held now, else a future that is done as soon as it is."""
        with self._lock:
            if self._free and self._held[key] < self._of_a_key:  # then nobody waits who could have it
                self._free -= 1
                self._held[key] += 1
                self._taken[key] += 1
                return None
            if self._places is not None and self._taken.total() >= self._places:
                self._displace_for(key)
            waiter: Waiter = Future()
            self._waiting.setdefault(key, deque()).append(waiter)
            self._taken[key] += 1
            return waiter

    def _wait(self, key: str, waiter: Waiter, timeout: float | None) -> None:
        try:
            waiter.result(timeout)
        except TimeoutError:
            if self._withdraw(key, waiter):
                raise LockFull from None
            waiter.result()  # the turn, or the refusal, came in this very moment

    def _leave(self, key: str) -> None:
        with self._lock:
            self._free += 1
            _subtract(self._held, key)
            _subtract(self._taken, key)
            following = self._following(key)
            if following is None:
                return
            self._free -= 1
            self._held[following] += 1
            queue = self._waiting.pop(following)
            waiter = queue.popleft()
            if queue:
                self._waiting[following] = queue  # behind the other keys
        waiter.set_result(None)

    def _following(self, leaving: str) -> str | None:
        """The key whose turn it is: another than the last one, if any waits that may hold more."""
        may_hold = [key for key in self._waiting if self._held[key] < self._of_a_key]
        return next((key for key in may_hold if key != leaving), leaving if may_hold else None)

    def _withdraw(self, key: str, waiter: Waiter) -> bool:
        """Give up the place of one who still waits; False if it waits no more."""
        with self._lock:
            queue = self._waiting.get(key, deque())
            if waiter not in queue:
                return False
            queue.remove(waiter)
            if not queue:
                del self._waiting[key]
            _subtract(self._taken, key)
        return True

    def _displace_for(self, key: str) -> None:
        largest = max(self._waiting, key=self._taken.__getitem__, default=key)
        if self._taken[largest] < self._taken[key] + 2:
            raise LockFull
        queue = self._waiting[largest]
        queue.pop().set_exception(LockFull())
        if not queue:
            del self._waiting[largest]
        _subtract(self._taken, largest)


def _subtract(counter: Counter[str], key: str) -> None:
    """Count one less of the key, and forget it at zero."""
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
