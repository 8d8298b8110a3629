"""Refusals."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from app import registry
from app.core.audit.models import AccessRefusal, AuditEntry
from app.infra.db import db
from app.kernel.refusals import Refusal, RefusalKind
from tests import factories
from tests.factories import Examples, RowFactory
from tests.factories.clients import ClientFactory


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


class RefusalFactory(RowFactory):
    """A request that was forbidden, twice."""

    class Meta:
        model = AccessRefusal

    at = datetime(2026, 1, 31, 23, 59, 59, 123456, tzinfo=UTC)
    kind = "forbidden"
    status = 403
    code = "forbidden"
    username = None
    user_id = 1
    times = 2
    address = "::1"
    user_agent = "curl"
    method = "GET"
    path = "/api/users"
    request_id = "r"


def _entry() -> int:
    """Id of the entry about a new client."""
    client = ClientFactory()
    assert factories.app is not None
    with factories.app.app_context():
        found = select(AuditEntry.id).where(AuditEntry.table_name == "clients", AuditEntry.row_id == client.id)
        return int(db.session.scalars(found).one())


EXAMPLES = Examples(rows={"AccessRefusal": lambda: RefusalFactory().id, "AuditEntry": _entry})
