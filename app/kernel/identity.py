"""Who is acting, as a plain value."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Identity:
    """A user in a session, with what they may do."""

    user_id: int
    sid: UUID
    """Random id of the session."""
    username: str
    role: str
    permissions: frozenset[str]

    def may(self, permission: str) -> bool:
        """Nothing is allowed but what is named."""
        return permission in self.permissions
