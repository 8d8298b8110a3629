"""Rules of webhooks: which events there are, pauses between tries, signatures."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

MOST_EVENTS = 100
LONGEST_EVENT = 80
GIVEN_UP_AFTER = timedelta(hours=24)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=4)
SECRET_PREFIX = "whsec_"  # noqa: S105 - only the beginning of each secret


class DeliveryState(StrEnum):
    """State of a delivery."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


def new_secret() -> str:
    """A random secret for signatures."""
    return SECRET_PREFIX + secrets.token_urlsafe(32)


def unknown_events(events: Sequence[str], known: Collection[str]) -> list[str]:
    """Names that are neither an event nor all of an object, such as `client.*`, nor `*`."""
    objects = {f"{name.partition('.')[0]}.*" for name in known}
    return [one for one in events if one != "*" and one not in known and one not in objects]


def pause_after(tries: int) -> timedelta:
    """The pause after so many failed tries: each twice as long as the one before, up to four hours."""
    return min(FIRST_PAUSE * float(1 << min(max(tries - 1, 0), 30)), LONGEST_PAUSE)


def next_try(first_try: datetime, now: datetime, tries: int) -> datetime | None:
    """Time of the next try after a failed one, the last one after 24 hours; None once that has failed, too."""
    end = first_try + GIVEN_UP_AFTER
    return None if now >= end else min(now + pause_after(tries), end)


def signature(secret: str, at: int, body: bytes) -> str:
    """Value of the header `X-Fresco-Signature`: time in seconds, and HMAC-SHA256 of time, point and body."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
