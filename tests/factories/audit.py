"""Refusals."""

from datetime import UTC, datetime

from flask import Flask

from app import registry
from app.kernel.refusals import Refusal, RefusalKind


def add_refusal(app: Flask) -> None:
    """A failed login, stored as the program stores it, whatever was refused in this minute."""
    refusal = Refusal(
        at=datetime(2025, 6, 1, 12, tzinfo=UTC),
        kind=RefusalKind.LOGIN_FAILED,
        status=401,
        code="invalid_credentials",
        username="somebody",
        user_id=None,
        address="203.0.113.7",
        user_agent="probe/1.0",
        method="POST",
        path="/api/auth/login",
        request_id="r-1",
    )
    with app.app_context():
        registry.record_refusals([refusal])
