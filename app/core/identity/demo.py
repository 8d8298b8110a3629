"""Demo users."""

from datetime import date
from functools import lru_cache

from app.core.identity.service import UserService
from app.core.identity.service.demo import PASSWORD, create_demo_user
from app.infra.context import COMMAND_LINE, Context, make_context
from app.infra.db import db, release_connection
from app.infra.passwords import PasswordHasher
from app.kernel.errors import Unavailable
from app.manifest import ADMIN, USER, VIEWER
from app.web.home import DemoLogin

NAMES = (("admin", ADMIN), ("demo-user", USER), ("demo-viewer", VIEWER))


def seed(context: Context, _today: date) -> None:
    """One user of each role."""
    for name, role in NAMES:
        create_demo_user(context, name, role)


def logins() -> list[DemoLogin]:
    """Active demo users that still have the demo password."""
    context = make_context(db.session())
    users = UserService(context)
    found = [(name, user.password_hash) for name, _role in NAMES if (user := users.find_active(name))]
    release_connection(context.session)
    return [DemoLogin(name, PASSWORD) for name, stored in found if _unchanged(context.passwords, stored)]


def _unchanged(passwords: PasswordHasher, stored: str) -> bool:
    try:
        return _is_demo_password(passwords, stored)
    except Unavailable:  # many logins at the moment
        return False


@lru_cache(maxsize=16)  # checking takes a third of a second, and the page is public
def _is_demo_password(passwords: PasswordHasher, stored: str) -> bool:
    return passwords.matches(PASSWORD, stored, COMMAND_LINE)
