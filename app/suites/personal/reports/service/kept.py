"""Results of reports that are kept in memory, by keys that have the version of their book."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

R = TypeVar("R")


class KeptResults(Generic[R]):
    """The results that were used last; one of another version has another key, so that none is ever out of date."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._results: OrderedDict[Hashable, R] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], R]) -> R:
        """The result of a key, which is made where there is none."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
        made = make()
        with self._lock:
            self._results[key] = made
            while len(self._results) > self.most:
                self._results.popitem(last=False)
        return made
