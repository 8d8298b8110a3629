"""What an audit entry looks like."""

from marshmallow import Schema, fields

from app.web.fields import Day, Id, Instant, Text
from app.web.query import ListQuery, SortBy


class AuditEntrySchema(Schema):
    """One change of one row."""

    id = fields.Integer(dump_only=True)
    at = Instant()
    user_id = fields.Integer(dump_only=True, allow_none=True)
    request_id = fields.String(dump_only=True, allow_none=True)
    action = fields.String(dump_only=True)
    table = fields.String(dump_only=True, attribute="table_name")
    row_id = fields.Integer(dump_only=True)
    before = fields.Dict(dump_only=True, allow_none=True)
    after = fields.Dict(dump_only=True, allow_none=True)


class AuditListQuery(ListQuery):
    """Filters of the audit log."""

    sort = SortBy("id", "at")
    table = Text(63)
    row_id = Id()
    user_id = Id()
    date_from = Day()
    date_to = Day()
