"""What can go wrong in the business, as types. `web/errors.py` alone knows their HTTP status."""

from collections.abc import Mapping
from typing import Any


class DomainError(Exception):
    """A refusal with a stable `code` for programs and a message for people."""

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        errors: Mapping[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.errors = dict(errors or {})
        self.retry_after = retry_after


class Invalid(DomainError):
    """The input contradicts a rule; `errors` maps its fields to messages."""

    code = "validation_failed"

    @classmethod
    def field(cls, name: str, message: str) -> "Invalid":
        """One field is wrong."""
        return cls("The request is not valid.", errors={name: [message]})


class Unauthenticated(DomainError):
    """Who is asking is not known."""

    code = "unauthenticated"


class Forbidden(DomainError):
    """Who is asking is known, and may not."""

    code = "forbidden"


class NotFound(DomainError):
    """There is no such thing."""

    code = "not_found"


class Conflict(DomainError):
    """What is stored forbids it."""

    code = "conflict"


class Stale(DomainError):
    """The caller saw an older version."""

    code = "stale_version"


class TooManyTries(DomainError):
    """Wait `retry_after` seconds."""

    code = "too_many_tries"


class Unavailable(DomainError):
    """Something the program needs is away for now; the same request may succeed later."""

    code = "unavailable"


class Full(DomainError):
    """There is no room left to store it."""

    code = "storage_full"


class KeyReused(DomainError):
    """One idempotency key, two different requests."""

    code = "idempotency_key_reused"


class TooLarge(DomainError):
    """More than is taken."""

    code = "too_large"


class WrongMediaType(DomainError):
    """The body is of a kind that is not taken here."""

    code = "unsupported_media_type"
