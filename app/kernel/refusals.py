"""Refused requests: failed logins, and requests without authentication or permission."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RefusalKind(StrEnum):
    """Reason of a refusal."""

    LOGIN_FAILED = "login_failed"
    TOO_MANY_TRIES = "too_many_tries"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal, or the last of several from one address, with their number."""

    at: datetime
    kind: RefusalKind
    status: int
    code: str
    username: str | None
    user_id: int | None
    address: str
    user_agent: str
    method: str
    path: str
    request_id: str
    times: int = 1
