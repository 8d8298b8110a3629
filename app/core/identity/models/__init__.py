"""Tables of users and of what they sign in with."""

from app.core.identity.models.agents import UserAgent
from app.core.identity.models.erasures import Erasure, ErasureRecord
from app.core.identity.models.mailed import MailedToken, MailedTokenRecord, RequestCount
from app.core.identity.models.rotation import RefreshToken, RefreshUse
from app.core.identity.models.second_factors import CodeAttempt, LoginChallenge, RecoveryCode, SecondFactor
from app.core.identity.models.sso import SsoLink, SsoNonce
from app.core.identity.models.tokens import ApiToken, ApiTokenRecord, ApiTokenUse, ListedApiToken
from app.core.identity.models.users import (
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
    "AccountRecord",
    "ApiToken",
    "ApiTokenRecord",
    "ApiTokenUse",
    "CodeAttempt",
    "Erasure",
    "ErasureRecord",
    "ListedApiToken",
    "LoginAttempt",
    "LoginChallenge",
    "MailedToken",
    "MailedTokenRecord",
    "RecoveryCode",
    "RefreshToken",
    "RefreshUse",
    "RequestCount",
    "SecondFactor",
    "SsoLink",
    "SsoNonce",
    "User",
    "UserAgent",
    "UserRecord",
    "UserScope",
    "UserScopeRecord",
    "UserSession",
    "UserSessionRecord",
]
