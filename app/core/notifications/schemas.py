"""Schemas of notifications and their settings."""

from marshmallow import fields

from app.web.fields import Flag, Instant, Text
from app.web.query import ListQuery
from app.web.schema import MapSchema, ResourceSchema


class NotificationSchema(ResourceSchema):
    """A notification; `read` goes in, and `read_at` comes out."""

    id = fields.Integer(dump_only=True)
    kind = fields.String(dump_only=True)
    title = fields.String(dump_only=True)
    body = fields.String(dump_only=True)
    link = fields.String(dump_only=True, allow_none=True)
    created_at = Instant()
    read_at = Instant(allow_none=True)
    read = Flag(required=True, load_only=True)


class NotificationListQuery(ListQuery):
    """Query of the list of notifications."""

    suite = Text(40)


class ChannelsSchema(ResourceSchema):
    """Whether a kind of notification is shown in the application, and sent by e-mail."""

    in_app = Flag()
    email = Flag(metadata={"description": "Whether it is sent by e-mail", "example": False})


class NotificationSettingsSchema(MapSchema):
    """Channels by kind of notification, of the kinds that the caller's permissions allow."""

    values = ChannelsSchema
    attribute = "kinds"
    example_key = "new_sign_in"
