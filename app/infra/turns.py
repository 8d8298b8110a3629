"""Turns at what takes a whole processor: as many at once as the server has workers, whichever of them they are in.

Were each worker to have its own, two requests that happen to reach the same one would wait for each other beside an
idle one. The places are locks on bytes of a file that the server's first process opens and its workers inherit; the
system frees those of a process that ends, however it does.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Condition

_SHARED = os.name == "posix"  # elsewhere there are no workers
if _SHARED:
    import fcntl

    _TAKE, _FREE = fcntl.LOCK_EX | fcntl.LOCK_NB, fcntl.LOCK_UN
else:
    _TAKE = _FREE = 0

_LOOK_EVERY = 0.005
"""Seconds until a place is seen that another process left; a turn takes many times as long."""


class Turns:
    """So many places, for all processes that inherit this."""

    def __init__(self, places: int) -> None:
        with tempfile.TemporaryFile() as file:
            self.file = os.dup(file.fileno())  # open as long as the process lives
        self._left = set(range(places))
        """Which no thread of this process has; to the system all of them are one."""
        self._changed = Condition()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Inside, a place is taken."""
        with self._changed:
            while (place := self._free()) is None:
                self._changed.wait(_LOOK_EVERY)
            self._left.remove(place)
        try:
            yield
        finally:
            with self._changed:
                self._lock(_FREE, place)
                self._left.add(place)
                self._changed.notify()

    def _free(self) -> int | None:
        for place in self._left:
            with suppress(OSError):  # another process has it
                self._lock(_TAKE, place)
                return place
        return None

    def _lock(self, how: int, place: int) -> None:
        if _SHARED:
            fcntl.lockf(self.file, how, 1, place)


_shared = Turns(1)


def share(places: int) -> None:
    """To be called in the server's first process."""
    global _shared  # noqa: PLW0603 - the workers inherit it
    _shared = Turns(places)


def of_this_server() -> Turns:
    """What the workers share; or one place, where there are no workers."""
    return _shared
