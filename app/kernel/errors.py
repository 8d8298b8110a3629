"""Errors of the domains, as types. Only `web/errors.py` knows their HTTP status."""

from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Any


class DomainError(Exception):
    """Base class: an error with a stable `code` for programs and a message for people."""

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        errors: Mapping[str, object] | None = None,
        retry_after: int | None = None,
        members: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.errors: dict[str, Any] = dict(errors or {})
        self.retry_after = retry_after
        self.members: dict[str, Any] = dict(members or {})
        """Further members of the answer, such as the problems of each of several records."""


class Invalid(DomainError):
    """The input violates a rule; `errors` maps its fields to messages."""

    code = "validation_failed"

    @classmethod
    def field(cls, name: str, message: str) -> "Invalid":
        """The error of one invalid field."""
        return cls("The request is not valid.", errors={name: [message]})


class Unauthenticated(DomainError):
    """The caller is not authenticated."""

    code = "unauthenticated"


class Forbidden(DomainError):
    """Authenticated, but not allowed."""

    code = "forbidden"


class NotFound(DomainError):
    """The record does not exist."""

    code = "not_found"


class Conflict(DomainError):
    """The stored data does not allow the change."""

    code = "conflict"


def refuse_some(problems: Mapping[int, str], code: str = "bulk_refused") -> None:
    """Raise Conflict, with the messages by id, if there are any: of several records all are changed, or none."""
    if problems:
        errors = {str(row_id): [message] for row_id, message in problems.items()}
        raise Conflict("Some of the records can't be changed.", code=code, errors={"ids": errors})


class StaleVersion(DomainError):
    """The record changed since the caller read it."""

    code = "stale_version"


class TooManyAttempts(DomainError):
    """Too many attempts: the caller must wait `retry_after` seconds."""

    code = "too_many_tries"

    @classmethod
    def until(cls, end: datetime, now: datetime, message: str) -> "TooManyAttempts":
        """Refusal until that time: in whole seconds, and one at least."""
        return cls(message, retry_after=max(1, ceil((end - now).total_seconds())))


class Unavailable(DomainError):
    """A service that the program needs does not respond; the same request may succeed later."""

    code = "unavailable"


class StorageFull(DomainError):
    """The disk or the file store is full."""

    code = "storage_full"


class KeyReused(DomainError):
    """An idempotency key was used for two different requests."""

    code = "idempotency_key_reused"


class TooLarge(DomainError):
    """The payload exceeds the limit."""

    code = "too_large"


class WrongMediaType(DomainError):
    """The media type of the body is not supported."""

    code = "unsupported_media_type"
