"""Passwords are kept as bcrypt hashes; checking an unknown user costs what checking a known one costs."""

import bcrypt

LONGEST = 72
"""bcrypt's own limit, in bytes of UTF-8."""


class PasswordHasher:
    """Makes and checks hashes of a given cost."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds
        # Well formed, of the same cost, and of no password: made without the work of making one.
        self._nobody = f"$2b${rounds:02}${'.' * 53}".encode()

    def hash(self, password: str) -> str:
        """The hash to store."""
        return bcrypt.hashpw(password.encode(), bcrypt.gensalt(self._rounds)).decode()

    def matches(self, password: str, stored: str | None) -> bool:
        """Whether the password is the stored one; without a stored one: no, after the same work."""
        given = password.encode()
        fits = len(given) <= LONGEST and stored is not None
        known = stored.encode() if fits and stored is not None else self._nobody
        return bcrypt.checkpw(given[:LONGEST], known) and fits
