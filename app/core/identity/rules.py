"""Rules of passwords, and how login attempts are counted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from hmac import compare_digest
from pathlib import Path

from pyotp import TOTP

LONGEST_ACCOUNT = 200
"""Length of a name at login, which may be an e-mail address."""
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 72
"""Maximum length in bytes of UTF-8; bcrypt ignores further ones."""


REFRESH_GRACE = timedelta(seconds=30)
"""Time after the first use of a refresh token within which the one that it replaced is still answered."""


def is_reused(successor_used_at: datetime | None, now: datetime) -> bool:
    """Whether a refresh token that was replaced is dead: its successor was used, and the grace is over."""
    return successor_used_at is not None and now - successor_used_at > REFRESH_GRACE


BEYOND_TOKENS = frozenset({"account", "roles", "users"})
"""Resources that no API token may read or write: accounts have the sessions, tokens and second factors."""


def is_beyond_tokens(permission: str) -> bool:
    """Whether no API token may have this permission."""
    return permission.partition(":")[0] in BEYOND_TOKENS


STEP_SECONDS = 30
"""Seconds for which an authenticator shows a code."""
MOST_TRIES = 5
"""Codes that may be tried with the token of one login."""


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Time step that has this code: the present one or, as clocks differ, a neighbour; None for a wrong code."""
    present, codes = int(now.timestamp()) // STEP_SECONDS, TOTP(secret)
    given = code.encode()
    matching = (step for step in (present, present - 1, present + 1) if compare_digest(_code(codes, step), given))
    return next(matching, None)


def _code(codes: TOTP, step: int) -> bytes:
    return codes.generate_otp(step).encode()


@dataclass(frozen=True, slots=True)
class CodeLimit:
    """Codes that may be tried within a time, by user unless it is by address."""

    most: int
    seconds: int
    by_address: bool = False
    wrong_only: bool = False


CODE_LIMITS = (CodeLimit(5, 15 * 60, wrong_only=True), CodeLimit(5, 60), CodeLimit(60, 60, by_address=True))


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


def counted_as(name: str) -> str:
    """Name under which attempts are counted, cut to the column's width: lower case may have more letters."""
    return name.lower()[:LONGEST_ACCOUNT]


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


class Outcome(StrEnum):
    """Outcome of a registration whose answer tells nothing."""

    MADE = "made"
    EMAIL_TAKEN = "email_taken"
    USERNAME_TAKEN = "username_taken"


class Purpose(StrEnum):
    """Purpose of a token that is sent by mail."""

    RESET = "reset"
    VERIFY = "verify"
    INVITE = "invite"


LIFETIMES = {Purpose.RESET: timedelta(minutes=30), Purpose.VERIFY: timedelta(days=2), Purpose.INVITE: timedelta(days=7)}
"""Time for which a mailed token is valid."""


@dataclass(frozen=True, slots=True)
class RequestLimit:
    """Requests allowed within a time."""

    most: int
    window: timedelta


MINUTE = timedelta(minutes=1)
ACCOUNT_LIMIT, ADDRESS_LIMIT = RequestLimit(5, MINUTE), RequestLimit(60, MINUTE)
"""Limits of requests about forgotten passwords and addresses, by account and by network address."""


class RegistrationPolicy(StrEnum):
    """Policy of registration."""

    CLOSED = "closed"
    INVITE = "invite"
    OPEN = "open"
