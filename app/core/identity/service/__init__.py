"""Services of users and sessions."""

from app.core.identity.service.challenges import Challenge
from app.core.identity.service.open_sessions import OpenSession, OpenSessionService
from app.core.identity.service.purge import purge_expired
from app.core.identity.service.rotation import RotationService
from app.core.identity.service.scopes import GivenScope, ScopeService, UserScopes
from app.core.identity.service.second_factors import Code, RecoveryCodes, Removal, SecondFactorService, SetUp
from app.core.identity.service.sessions import (
    LoginRequest,
    OpenedLogin,
    PasswordChange,
    PresenceService,
    SecondStep,
    SessionService,
    SessionSettings,
)
from app.core.identity.service.token_presence import TokenPresenceService
from app.core.identity.service.tokens import ApiTokenService, NewApiToken
from app.core.identity.service.users import NewUser, UserService, UserUpdate

__all__ = [
    "ApiTokenService",
    "Challenge",
    "Code",
    "GivenScope",
    "LoginRequest",
    "NewApiToken",
    "NewUser",
    "OpenSession",
    "OpenSessionService",
    "OpenedLogin",
    "PasswordChange",
    "PresenceService",
    "RecoveryCodes",
    "Removal",
    "RotationService",
    "ScopeService",
    "SecondFactorService",
    "SecondStep",
    "SessionService",
    "SessionSettings",
    "SetUp",
    "TokenPresenceService",
    "UserScopes",
    "UserService",
    "UserUpdate",
    "purge_expired",
]
