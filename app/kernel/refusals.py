"""A request that was refused because of who asked, or failed to log in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RefusalKind(StrEnum):
    """Why somebody was refused."""

    LOGIN_FAILED = "login_failed"
    TOO_MANY_TRIES = "too_many_tries"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal, or the last of several from one address."""

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
