"""/api/auth and /api/users."""

from app.core.identity.routes.users import auth_namespace, users_namespace

__all__ = ["auth_namespace", "users_namespace"]
