"""A lock with one or more permits, whose keys take turns, and with a limited number of waiters."""

from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Lock

Waiter = Future[None]


class LockFull(Exception):
    """Too many threads wait already, or a key with fewer places displaced this waiter."""


class FairLock:
    """Lock with one or more permits: waiting keys take turns, and the waiters of a key are served in order.

    `places` counts the holders too; None sets no limit. Where all are taken, a key may displace the newest waiter of
    the key that has most places, if it has fewer than that one even afterwards; so one caller cannot fill the queue.
    A key holds at most `permits_of_a_key`; the other permits stay free for other keys.
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
        """Hold a permit for the block; raises LockFull without a place, or without a turn within `timeout` seconds."""
        waiter = self._enter(key)
        if waiter is not None:
            self._wait(key, waiter, timeout)
        try:
            yield
        finally:
            self._leave(key)

    def _enter(self, key: str) -> Waiter | None:
        """None if a permit is held now, else a future that completes when it is."""
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
            waiter.result()  # the turn, or the refusal, came after the time-out

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
                self._waiting[following] = queue  # after the other keys
        waiter.set_result(None)

    def _following(self, leaving: str) -> str | None:
        """Key of the next turn: another than the last one, if such a key waits and may hold more."""
        may_hold = [key for key in self._waiting if self._held[key] < self._of_a_key]
        return next((key for key in may_hold if key != leaving), leaving if may_hold else None)

    def _withdraw(self, key: str, waiter: Waiter) -> bool:
        """Give up the place of a waiter; returns False if it does not wait any more."""
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
    """Decrement the count of the key, and delete it at zero."""
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
