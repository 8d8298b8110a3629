"""Demo notifications."""

from datetime import date

from app.core.identity.service import UserService
from app.core.notifications.service import SignInService
from app.infra.context import Context


def seed(context: Context, _today: date) -> None:
    """A sign-in of the admin with another program."""
    admin = UserService(context).find_active("admin")
    if admin is not None:
        SignInService(context).tell(admin.id, 0, "Firefox")
