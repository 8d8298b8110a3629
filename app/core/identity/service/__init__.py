"""Services of users and sessions."""

from app.core.identity.service.purge import purge_expired
from app.core.identity.service.scopes import GivenScope, ScopeService, UserScopes
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
    "GivenScope",
    "Login",
    "LoginRequest",
    "NewUser",
    "PasswordChange",
    "PresenceService",
    "ScopeService",
    "SessionService",
    "SessionSettings",
    "UserScopes",
    "UserService",
    "UserUpdate",
    "purge_expired",
]
