"""Schemas of webhooks and their deliveries."""

from marshmallow import Schema, fields, validate

from app.core.webhooks.rules import LONGEST_EVENT, MOST_EVENTS, DeliveryState
from app.web.fields import EnumByValue, Flag, Instant, PostAddress, Text
from app.web.query import ListQuery, SortBy
from app.web.schema import ResourceSchema


class WebhookSchema(ResourceSchema):
    """An address that gets events by signed requests."""

    id = fields.Integer(dump_only=True)
    url = PostAddress(required=True, metadata={"description": "Address", "example": "https://crm.example/fresco"})
    events = fields.List(Text(LONGEST_EVENT), required=True, validate=validate.Length(1, MOST_EVENTS))
    active = Flag()
    created_at = Instant()
    updated_at = Instant()


class NewWebhookSchema(WebhookSchema):
    """A webhook that was just made, with the secret of its signatures, which is not shown again."""

    secret = fields.String(dump_only=True)


class DeliverySchema(Schema):
    """An event for a webhook."""

    id = fields.Integer(dump_only=True)
    uid = fields.String(dump_only=True)
    event = fields.String(dump_only=True)
    object_type = fields.String(dump_only=True)
    object_id = fields.Integer(dump_only=True)
    state = EnumByValue(DeliveryState, type_name="DeliveryState", dump_only=True)
    tries = fields.Integer(dump_only=True)
    status = fields.Integer(
        dump_only=True,
        allow_none=True,
        metadata={"description": "Status of the last answer; null without one", "example": 200},
    )
    last_error = fields.String(dump_only=True, allow_none=True)
    created_at = Instant()
    next_try_at = Instant(allow_none=True)
    finished_at = Instant(
        allow_none=True,
        metadata={"description": "When it was delivered or given up; null while it waits", "example": None},
    )


class WebhookListQuery(ListQuery):
    """Query of the list of webhooks."""

    sort = SortBy("id", "url", "created_at")


class DeliveryListQuery(ListQuery):
    """Filters of deliveries."""

    sort = SortBy("id", "created_at", "finished_at")
    state = EnumByValue(DeliveryState, type_name="DeliveryState")
    event = Text(LONGEST_EVENT)
