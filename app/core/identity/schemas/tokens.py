"""Schemas of API tokens."""

from marshmallow import fields, validate

from app.web.fields import Instant, Moment, Text
from app.web.query import ListQuery, SortBy
from app.web.schema import ResourceSchema

MOST_PERMISSIONS = 500


class ApiTokenSchema(ResourceSchema):
    """A token with which a program calls in one's name."""

    id = fields.Integer(dump_only=True)
    name = Text(200, required=True)
    permissions = fields.List(Text(100), required=True, validate=validate.Length(1, MOST_PERMISSIONS))
    expires_at = Moment(required=True)
    last_used_at = Instant(allow_none=True)
    created_at = Instant()


class NewApiTokenSchema(ApiTokenSchema):
    """A token that was just made, with the token itself, which is not shown again."""

    token = fields.String(dump_only=True)


class ApiTokenListQuery(ListQuery):
    """Query of the list of API tokens."""

    sort = SortBy("name", "created_at", "expires_at")
