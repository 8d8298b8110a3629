"""The authenticated user, as a plain value."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Identity:
    """A user in a session, and the permissions of the user."""

    user_id: int
    sid: UUID
    """Random id of the session."""
    role: str
    permissions: frozenset[str]
    company_revision: str | None = None
    """Revision of the company's settings when the user was authenticated; None if unknown."""

    def may(self, permission: str) -> bool:
        """Whether the user has this permission."""
        return permission in self.permissions
