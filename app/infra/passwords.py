"""Passwords are kept as bcrypt hashes; checking an unknown user costs what checking a known one costs."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

import bcrypt

from app.kernel.errors import Unavailable

LONGEST = 72
"""bcrypt's own limit, in bytes of UTF-8."""
LINE = 4
"""How many of a process's threads may be at logins at once; the others go on serving."""


class PasswordHasher:
    """Makes and checks hashes of a given cost, one at a time in each process: a flood of logins stops nobody else."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds
        # Well formed, of the same cost, and of no password: made without the work of making one.
        self._nobody = f"$2b${rounds:02}${'.' * 53}".encode()
        self._line, self._turn = BoundedSemaphore(LINE), Lock()

    def hash(self, password: str) -> str:
        """The hash to store."""
        with self._turn:  # only who is let in already sets a password: all of them are served
            return bcrypt.hashpw(password.encode(), bcrypt.gensalt(self._rounds)).decode()

    def matches(self, password: str, stored: str | None) -> bool:
        """Whether the password is the stored one; without a stored one: no, after the same work."""
        given = password.encode()
        fits = len(given) <= LONGEST and stored is not None
        known = stored.encode() if fits and stored is not None else self._nobody
        with self._in_turn():
            return bcrypt.checkpw(given[:LONGEST], known) and fits

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._line.acquire(blocking=False):
            raise Unavailable("Too many are logging in at this moment; try again.", code="busy", retry_after=1)
        try:
            with self._turn:
                yield
        finally:
            self._line.release()
