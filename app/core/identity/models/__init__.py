"""Tables of users and of what they sign in with."""

from app.core.identity.models.rotation import RefreshToken, RefreshUse
from app.core.identity.models.second_factors import CodeAttempt, LoginChallenge, RecoveryCode, SecondFactor
from app.core.identity.models.tokens import ApiToken, ApiTokenRecord, ApiTokenUse, ListedApiToken
from app.core.identity.models.users import (
    LONGEST_ACCOUNT,
    AccountRecord,
    LoginAttempt,
    User,
    UserRecord,
    UserScope,
    UserScopeRecord,
    UserSession,
    UserSessionRecord,
)

__all__ = [
    "LONGEST_ACCOUNT",
    "AccountRecord",
    "ApiToken",
    "ApiTokenRecord",
    "ApiTokenUse",
    "CodeAttempt",
    "ListedApiToken",
    "LoginAttempt",
    "LoginChallenge",
    "RecoveryCode",
    "RefreshToken",
    "RefreshUse",
    "SecondFactor",
    "User",
    "UserRecord",
    "UserScope",
    "UserScopeRecord",
    "UserSession",
    "UserSessionRecord",
]
