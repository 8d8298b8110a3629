"""/api/auth and /api/users."""

from app.core.identity.routes import passwords, registration, second_factors, sessions, sso, tokens
from app.core.identity.routes.users import auth_namespace, users_namespace

__all__ = [
    "auth_namespace",
    "passwords",
    "registration",
    "second_factors",
    "sessions",
    "sso",
    "tokens",
    "users_namespace",
]
