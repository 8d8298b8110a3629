"""Password hashes by bcrypt; a login with an unknown name takes as long as most others."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import bcrypt

from app.infra.fair_lock import FairLock, LockFull
from app.kernel.errors import Unavailable

LONGEST = 72
"""bcrypt's own limit, in bytes of UTF-8."""
PLACES = 4
"""Threads of a process that may hash or wait for it at once."""
COST_KEPT = 60
"""Seconds for which the cost of most stored hashes is remembered."""


class PasswordHasher:
    """Makes and checks bcrypt hashes, one at a time in each process, for its callers in turn.

    Each method takes the key of the caller (an address) that the turns are shared between, and raises Unavailable
    where too many wait already.
    """

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds
        self._usual: tuple[int, float] | None = None
        self._turns = FairLock(PLACES)

    def hash(self, password: str, caller: str) -> str:
        """Hash a new password."""
        with self._turn(caller):
            return bcrypt.hashpw(password.encode(), bcrypt.gensalt(self._rounds)).decode()

    def matches(self, password: str, stored: str | None, caller: str) -> bool:
        """Whether the password matches the hash; without a hash False, after the same work."""
        given = password.encode()
        fits = len(given) <= LONGEST and stored is not None
        with self._turn(caller):
            known = (stored or self._hash_of_nobody()).encode()
            return bcrypt.checkpw(given[:LONGEST], known) and fits

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash has another cost than the configured one."""
        return cost_of(stored) != self._rounds

    def learn_usual_cost(self, ask: Callable[[], int | None]) -> None:
        """Update the cost of most stored hashes once a minute, so that an unknown name costs the same."""
        now = time.monotonic()
        if self._usual is None or now - self._usual[1] >= COST_KEPT:
            self._usual = (ask() or self._rounds, now)

    def _hash_of_nobody(self) -> str:
        """A well-formed hash of no password, created without hashing."""
        rounds = self._usual[0] if self._usual else self._rounds
        return f"$2b${rounds:02}${'.' * 53}"

    @contextmanager
    def _turn(self, caller: str) -> Iterator[None]:
        try:
            with self._turns.hold(caller):
                yield
        except LockFull:
            raise Unavailable("Too many logins at the moment; try again.", code="busy", retry_after=1) from None


def cost_of(stored: str) -> int:
    """Rounds of a stored hash: `$2b$12$...` has 12."""
    return int(stored.split("$", 3)[2])
