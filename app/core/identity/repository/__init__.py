"""Repositories of users and of what they sign in with."""

from app.core.identity.repository.agents import UserAgentRepository
from app.core.identity.repository.erasures import AccountKey, ErasureRepository
from app.core.identity.repository.mailed import MailedTokenRepository, RequestCountRepository
from app.core.identity.repository.rotation import RotationRepository
from app.core.identity.repository.second_factors import (
    ChallengeRepository,
    CodeAttemptRepository,
    SecondFactorRepository,
)
from app.core.identity.repository.sso import SsoLinkRepository, SsoNonceRepository
from app.core.identity.repository.tokens import TOKEN_USE_KEPT, ApiTokenFilter, ApiTokenRepository
from app.core.identity.repository.users import (
    LoginAttemptRepository,
    ScopeRepository,
    SessionFilter,
    SessionRepository,
    UserFilter,
    UserRepository,
)

__all__ = [
    "TOKEN_USE_KEPT",
    "AccountKey",
    "ApiTokenFilter",
    "ApiTokenRepository",
    "ChallengeRepository",
    "CodeAttemptRepository",
    "ErasureRepository",
    "LoginAttemptRepository",
    "MailedTokenRepository",
    "RequestCountRepository",
    "RotationRepository",
    "ScopeRepository",
    "SecondFactorRepository",
    "SessionFilter",
    "SessionRepository",
    "SsoLinkRepository",
    "SsoNonceRepository",
    "UserAgentRepository",
    "UserFilter",
    "UserRepository",
]
