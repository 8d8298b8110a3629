"""Demo users."""

from datetime import date

from flask import current_app
from sqlalchemy.orm import Session

from app.domains.auth.rules import Role
from app.domains.auth.service import UserService

PASSWORD = "fresco-demo-2026"  # noqa: S105 - printed by `make run`; refused in production


def seed(session: Session, _today: date) -> None:
    """One user of each role."""
    users = UserService(session, current_app.extensions["passwords"])
    for name, role in (("admin", Role.ADMIN), ("demo-user", Role.USER), ("demo-viewer", Role.VIEWER)):
        users.create(username=name, email=f"{name}@controlfresco.example", role=role, password=PASSWORD)
