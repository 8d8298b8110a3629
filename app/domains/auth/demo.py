"""Demo users."""

from datetime import date
from functools import lru_cache

from flask import current_app
from sqlalchemy.orm import Session

from app.domains.auth.rules import Role
from app.domains.auth.service import UserService
from app.infra.db import db
from app.kernel.errors import Unavailable
from app.web.home import DemoLogin

NAMES = (("admin", Role.ADMIN), ("demo-user", Role.USER), ("demo-viewer", Role.VIEWER))
PASSWORD = "fresco-demo-2026"  # noqa: S105 - printed by `make run`; refused in production


def seed(session: Session, _today: date) -> None:
    """One user of each role."""
    users = UserService(session, current_app.extensions["passwords"])
    for name, role in NAMES:
        users.create(username=name, email=f"{name}@controlfresco.example", role=role, password=PASSWORD)


def logins() -> list[DemoLogin]:
    """Demo users that are active and have the demo password still."""
    users = UserService(db.session(), current_app.extensions["passwords"])
    found = [users.find_active(name) for name, _role in NAMES]
    return [DemoLogin(user.username, PASSWORD) for user in found if user and _unchanged(user.password_hash)]


def _unchanged(stored: str) -> bool:
    try:
        return _is_demo_password(stored)
    except Unavailable:  # others are logging in
        return False


@lru_cache(maxsize=16)  # a check takes a third of a second, and anybody may open the page
def _is_demo_password(stored: str) -> bool:
    matches: bool = current_app.extensions["passwords"].matches(PASSWORD, stored)
    return matches
