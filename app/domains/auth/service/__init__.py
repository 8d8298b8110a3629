"""Services of users and sessions."""

from app.domains.auth.service.purge import purge_expired
from app.domains.auth.service.sessions import (
    Login,
    LoginRequest,
    PasswordChange,
    PresenceService,
    SessionService,
    SessionSettings,
)
from app.domains.auth.service.users import NewUser, UserService, UserUpdate

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
