"""Tables of users and of what they sign in with."""

from app.core.identity.models.users import (
    LONGEST_ACCOUNT,
    AccountRecord,
    LoginAttempt,
    User,
    UserRecord,
    UserSession,
    UserSessionRecord,
)

__all__ = [
    "LONGEST_ACCOUNT",
    "AccountRecord",
    "LoginAttempt",
    "User",
    "UserRecord",
    "UserSession",
    "UserSessionRecord",
]
