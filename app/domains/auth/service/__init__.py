"""The verbs of users and sessions."""

from app.domains.auth.service.limits import FailureLimits
from app.domains.auth.service.sessions import PresenceService, SessionService
from app.domains.auth.service.users import UserService

__all__ = ["FailureLimits", "PresenceService", "SessionService", "UserService"]
