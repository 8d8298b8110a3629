"""/api/auth and /api/users."""

from app.core.identity.routes import second_factors, sessions, tokens
from app.core.identity.routes.users import auth_namespace, users_namespace

__all__ = ["auth_namespace", "second_factors", "sessions", "tokens", "users_namespace"]
