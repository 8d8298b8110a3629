"""Repositories of users and of what they sign in with."""

from app.core.identity.repository.users import (
    ActiveUser,
    LoginAttemptRepository,
    SessionRepository,
    UserFilter,
    UserRepository,
)

__all__ = [
    "ActiveUser",
    "LoginAttemptRepository",
    "SessionRepository",
    "UserFilter",
    "UserRepository",
]
