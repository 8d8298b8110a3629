"""Passwords are kept as bcrypt hashes; checking an unknown user costs what checking a known one costs."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore, get_native_id

import bcrypt

from app.kernel.errors import Unavailable

LONGEST = 72
"""bcrypt's own limit, in bytes of UTF-8."""
LINE = 4
"""How many of a process's threads may be at logins at once; the others go on serving."""
NICENESS = 5
"""How far bcrypt steps back: it takes a core for a third of a second, in which others answer ten times."""


class PasswordHasher:
    """Makes and checks hashes of a given cost, one at a time in each process: a flood of logins stops nobody else."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds
        # Well formed, of the same cost, and of no password: made without the work of making one.
        self._nobody = f"$2b${rounds:02}${'.' * 53}".encode()
        self._line = BoundedSemaphore(LINE)
        self._one = ThreadPoolExecutor(1, "bcrypt", initializer=_step_back)

    def hash(self, password: str) -> str:
        """The hash to store."""
        # Only who is let in already sets a password: all of them are served.
        return self._one.submit(bcrypt.hashpw, password.encode(), bcrypt.gensalt(self._rounds)).result().decode()

    def matches(self, password: str, stored: str | None) -> bool:
        """Whether the password is the stored one; without a stored one: no, after the same work."""
        given = password.encode()
        fits = len(given) <= LONGEST and stored is not None
        known = stored.encode() if fits and stored is not None else self._nobody
        if not self._line.acquire(blocking=False):
            raise Unavailable("Too many are logging in at this moment; try again.", code="busy", retry_after=1)
        try:
            return self._one.submit(bcrypt.checkpw, given[:LONGEST], known).result() and fits
        finally:
            self._line.release()


def _step_back() -> None:
    """On Linux a thread has a niceness of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, get_native_id(), os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
