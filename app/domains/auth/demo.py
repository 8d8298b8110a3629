"""Demo users."""

from datetime import date
from functools import lru_cache

from flask import current_app

from app.domains.auth.rules import Role
from app.domains.auth.service import COMMAND_LINE, UserService
from app.infra.context import Context
from app.infra.db import db, release_connection
from app.kernel.errors import Unavailable
from app.web.home import DemoLogin

NAMES = (("admin", Role.ADMIN), ("demo-user", Role.USER), ("demo-viewer", Role.VIEWER))
PASSWORD = "fresco-demo-2026"  # noqa: S105 - printed by `make run`; refused in production


def seed(context: Context, _today: date) -> None:
    """One user of each role."""
    users = UserService(context.session, current_app.extensions["passwords"], COMMAND_LINE)
    for name, role in NAMES:
        users.create(username=name, email=f"{name}@controlfresco.example", role=role, password=PASSWORD)


def logins() -> list[DemoLogin]:
    """Demo users that are active and have the demo password still."""
    session = db.session()
    users = UserService(session, current_app.extensions["passwords"], COMMAND_LINE)
    found = [(name, user.password_hash) for name, _role in NAMES if (user := users.find_active(name))]
    release_connection(session)
    return [DemoLogin(name, PASSWORD) for name, stored in found if _unchanged(stored)]


def _unchanged(stored: str) -> bool:
    try:
        return _is_demo_password(stored)
    except Unavailable:  # others are logging in
        return False


@lru_cache(maxsize=16)  # a check takes a third of a second, and anybody may open the page
def _is_demo_password(stored: str) -> bool:
    matches: bool = current_app.extensions["passwords"].matches(PASSWORD, stored, COMMAND_LINE)
    return matches
