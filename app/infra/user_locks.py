"""Locks by user that the processes of one machine share, and that end with the process that holds them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

_LAST = 2**31
"""Places in the file lie below, where every file system takes them."""


class UserLocks:
    """Locks on one byte for each user, in a file that stays empty; the operating system keeps the locks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None
        self._held: set[int] = set()
        self._lock = Lock()

    @contextmanager
    def held(self, user_id: int) -> Iterator[bool]:
        """Hold the user's lock for the block; yields False, without waiting, if another holds it."""
        place = user_id % _LAST
        if not self._take(place):
            yield False
            return
        try:
            yield True
        finally:
            self._release(place)

    def _take(self, place: int) -> bool:
        with self._lock:
            if place in self._held:  # the system's locks are a process's, not a thread's
                return False
            try:
                fcntl.lockf(self._opened(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except BlockingIOError:
                return False
            self._held.add(place)
            return True

    def _release(self, place: int) -> None:
        with self._lock:
            fcntl.lockf(self._opened(), fcntl.LOCK_UN, 1, place)
            self._held.discard(place)

    def _opened(self) -> int:
        """The file's descriptor, kept as long as the process lives: closing it would end all its locks."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        return self._file
