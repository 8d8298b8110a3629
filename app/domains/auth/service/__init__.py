"""The verbs of users and sessions."""

from app.domains.auth.service.devices import DeviceTokens
from app.domains.auth.service.limits import AttemptCounter
from app.domains.auth.service.purge import purge_expired
from app.domains.auth.service.sessions import Login, PresenceService, SessionService, SessionSettings
from app.domains.auth.service.users import COMMAND_LINE, UserService

__all__ = [
    "COMMAND_LINE",
    "AttemptCounter",
    "DeviceTokens",
    "Login",
    "PresenceService",
    "SessionService",
    "SessionSettings",
    "UserService",
    "purge_expired",
]
