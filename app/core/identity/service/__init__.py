"""Services of users and sessions."""

from app.core.identity.service.purge import purge_expired
from app.core.identity.service.sessions import (
    Login,
    LoginRequest,
    PasswordChange,
    PresenceService,
    SessionService,
    SessionSettings,
)
from app.core.identity.service.users import NewUser, UserService, UserUpdate

__all__ = [
    "Login",
    "LoginRequest",
    "NewUser",
    "PasswordChange",
    "PresenceService",
    "SessionService",
    "SessionSettings",
    "UserService",
    "UserUpdate",
    "purge_expired",
]
