"""The authenticated user, as a plain value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

API_TOKEN_PREFIX = "cft_"  # noqa: S105 - how tokens begin, so that scanners find them where they do not belong


def token_hash(token: str) -> str:
    """Hash under which a random token is stored; it needs no slow one."""
    return sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows of one kind to which permissions are limited: those with these ids, or all."""

    ids: frozenset[int] | None
    """None for all."""

    def includes(self, row_id: int) -> bool:
        """Whether the row of this id is within it."""
        return self.ids is None or row_id in self.ids


ALL = Scope(None)
"""No limit."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A user in a session or with an API token, and what the user may do there."""

    user_id: int
    sid: UUID | None
    """Random id of the session; None for a caller with an API token."""
    role: str
    permissions: frozenset[str]
    all_scopes: frozenset[str] = frozenset()
    """Kinds of scopes that do not limit the user."""
    scopes: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Ids of the rows that the user was given, by kind."""
    company_revision: str | None = None
    """Revision of the company's settings when the user was authenticated; None if unknown."""
    session_id: int | None = None
    """Serial id of the session, by which the audit log names it."""
    two_factor_missing: bool = False
    """Whether the role requires a second factor that the user has not set up."""
    being_erased: bool = False
    """Whether the account is going to be erased, unless the user restores it."""

    def may(self, permission: str) -> bool:
        """Whether the user has this permission."""
        return permission in self.permissions

    def scope(self, kind: str) -> Scope:
        """The rows of this kind to which the user is limited."""
        return ALL if kind in self.all_scopes else Scope(self.scopes.get(kind, frozenset()))
