"""Users of the demo data."""

from app.core.identity.service.users import UserService
from app.infra.context import Context

PASSWORD = "fresco-demo-2026"  # noqa: S105 - printed by `make run`; refused in production


def create_demo_user(context: Context, name: str, role: str) -> int:
    """Id of a new user with the well-known password of the demo data."""
    email = f"{name}@controlfresco.example"
    return UserService(context).create(username=name, email=email, role=role, password=PASSWORD).id
