"""Schemas of sessions."""

from typing import ClassVar

from marshmallow import Schema, fields

from app.web.fields import Instant
from app.web.query import ListQuery, SortBy


class SessionSchema(Schema):
    """An open session: begins with a login; its tokens are valid until it ends."""

    id = fields.String(dump_only=True)
    created_at = Instant()
    last_used_at = Instant()
    address = fields.String(dump_only=True)
    user_agent = fields.String(dump_only=True)
    current = fields.Boolean(dump_only=True)

    class Meta:
        example: ClassVar = {"id": "6f1b1d5e-8c0a-4d3f-9a51-2f0f6a6d9c3b", "address": "192.0.2.7"}


class SessionListQuery(ListQuery):
    """Query of the list of sessions."""

    sort = SortBy("created_at", "last_used_at")
