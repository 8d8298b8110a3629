"""Schemas of users and of what they sign in with."""

from app.core.identity.schemas.users import (
    AccessTokenSchema,
    AccountSchema,
    ChangePasswordSchema,
    LoginSchema,
    TokensSchema,
    UserListQuery,
    UserSchema,
)

__all__ = [
    "AccessTokenSchema",
    "AccountSchema",
    "ChangePasswordSchema",
    "LoginSchema",
    "TokensSchema",
    "UserListQuery",
    "UserSchema",
]
