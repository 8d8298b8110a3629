"""Rules of passwords, and how login attempts are counted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 72
"""Maximum length in bytes of UTF-8; bcrypt ignores further ones."""


@dataclass(frozen=True, slots=True)
class LoginLimits:
    """Login attempts allowed within a minute."""

    tries: int
    """Attempts with any outcome, by account and address."""
    failures: int
    """Failures by account and address, since the last success there."""
    account_failures: int
    """Failures by account, over all addresses; those with a device token count for that device only."""
    address_failures: int
    """Failures by address, over all accounts."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Keys by which login attempts are counted: account, key of the address, device if its token is valid."""

    account: str
    address: str
    device: str | None = None


def by_kind(scopes: Iterable[str]) -> dict[str, frozenset[int]]:
    """Ids of the rows by kind, from texts such as `credito.ruta:7`."""
    found: dict[str, set[int]] = defaultdict(set)
    for scope in scopes:
        kind, _, row_id = scope.rpartition(":")
        found[kind].add(int(row_id))
    return {kind: frozenset(ids) for kind, ids in found.items()}


def password_problem(password: str, *, username: str, email: str = "") -> str | None:
    """Reason why a new password is refused, or None."""
    size = len(password.encode())
    if size < SHORTEST_PASSWORD:
        return f"Must have at least {SHORTEST_PASSWORD} bytes."
    if size > LONGEST_PASSWORD:
        return f"Must have at most {LONGEST_PASSWORD} bytes in UTF-8."
    plain = password.strip().casefold()
    if plain in {username.casefold(), email.casefold()}:
        return "Must not be the user name."
    if plain in _common_passwords() or len(set(plain)) == 1:
        return "Must not be a common password."
    return None


@cache
def _common_passwords() -> frozenset[str]:
    """Common passwords of ten characters and more (shorter ones are refused anyhow)."""
    lines = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split()
    return frozenset(line.casefold() for line in lines)
