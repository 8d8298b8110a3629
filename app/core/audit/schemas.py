"""Schemas of audit entries and refusals."""

from marshmallow import Schema, fields

from app.kernel.refusals import RefusalKind
from app.web.fields import Day, EnumByValue, Id, Instant, Text
from app.web.query import ListQuery, SortBy


class AuditEntrySchema(Schema):
    """One change of one row, or an event such as a sign-in or an export."""

    id = fields.Integer(dump_only=True)
    at = Instant()
    user_id = fields.Integer(dump_only=True, allow_none=True)
    request_id = fields.String(dump_only=True, allow_none=True)
    action = fields.String(dump_only=True)
    table = fields.String(dump_only=True, attribute="table_name")
    row_id = fields.Integer(dump_only=True, allow_none=True)
    operation = fields.String(dump_only=True, allow_none=True)
    suite = fields.String(dump_only=True, allow_none=True)
    domain = fields.String(dump_only=True, allow_none=True)
    address = fields.String(
        dump_only=True,
        allow_none=True,
        metadata={"description": "Address of the client", "example": "203.0.113.7", "heading": "Dirección"},
    )
    user_agent = fields.String(dump_only=True, allow_none=True)
    session_id = fields.Integer(dump_only=True, allow_none=True)
    before = fields.Dict(dump_only=True, allow_none=True)
    after = fields.Dict(dump_only=True, allow_none=True)


class AuditListQuery(ListQuery):
    """Filters of the audit log."""

    sort = SortBy("id", "at")
    table = Text(63)
    row_id = Id()
    user_id = Id()
    operation = Text(200)
    domain = Text(40)
    cursor = Id()
    date_from = Day()
    date_to = Day()


class AccessRefusalSchema(Schema):
    """A failed login or a refused request, or several of one address."""

    id = fields.Integer(dump_only=True)
    at = Instant()
    kind = EnumByValue(RefusalKind, dump_only=True, metadata={"description": "Why", "example": "login_failed"})
    status = fields.Integer(dump_only=True, metadata={"description": "HTTP status of the response", "example": 401})
    code = fields.String(dump_only=True, metadata={"example": "invalid_credentials"})
    username = fields.String(
        dump_only=True, allow_none=True, metadata={"description": "User name of a login; null for other requests"}
    )
    user_id = fields.Integer(dump_only=True, allow_none=True)
    address = fields.String(dump_only=True, metadata={"description": "Address of the client", "example": "203.0.113.7"})
    user_agent = fields.String(dump_only=True)
    method = fields.String(dump_only=True)
    path = fields.String(dump_only=True)
    request_id = fields.String(dump_only=True)
    times = fields.Integer(dump_only=True)


class AccessListQuery(ListQuery):
    """Filters of the refusals."""

    sort = SortBy("id", "at")
    kind = EnumByValue(RefusalKind, metadata={"description": "Why", "example": "login_failed"})
    user_id = Id()
    address = Text(64, metadata={"description": "Address of the clients", "example": "203.0.113.7"})
    username = Text(200, metadata={"description": "User name of the login, in any case"})
    date_from = Day()
    date_to = Day()
