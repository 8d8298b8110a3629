"""Schemas of reminders and their rules."""

from marshmallow import Schema, fields

from app.suites.fresco.reminders.rules import LONGEST_TEXT, MOST_DAYS, ReminderState
from app.web.fields import EnumByValue, Flag, Id, Instant, Text, Whole
from app.web.query import ListQuery, Query, SortBy
from app.web.schema import ResourceSchema


class ReminderRuleSchema(ResourceSchema):
    """When clients are reminded of unpaid payments, and what they are told."""

    id = fields.Integer(dump_only=True)
    days = Whole(
        -MOST_DAYS,
        MOST_DAYS,
        required=True,
        metadata={"description": "Days after the due date; before it where negative", "example": 3},
    )
    subject = Text(200, required=True)
    text = Text(LONGEST_TEXT, required=True)
    active = Flag()
    created_at = Instant()
    updated_at = Instant()


class ReminderSchema(Schema):
    """A mail to a client about a payment."""

    id = fields.Integer(dump_only=True)
    rule_id = fields.Integer(dump_only=True, allow_none=True)
    payment_id = fields.Integer(dump_only=True, allow_none=True)
    client_id = fields.Integer(dump_only=True, allow_none=True)
    due_date = fields.Date(dump_only=True)
    recipient = fields.String(dump_only=True)
    state = EnumByValue(ReminderState, dump_only=True)
    subject = fields.String(dump_only=True, allow_none=True)
    reason = fields.String(dump_only=True, allow_none=True)
    created_at = Instant()
    sent_at = Instant(allow_none=True)


class ReminderPreviewSchema(Schema):
    """A reminder as it would be sent now."""

    recipient = fields.String(dump_only=True, allow_none=True)
    subject = fields.String(dump_only=True)
    text = fields.String(dump_only=True)
    obstacle = fields.String(dump_only=True, allow_none=True)


class PreviewQuery(Query):
    """The payment that the preview is about; without it the unpaid one that was due first."""

    payment_id = Id()


class RuleListQuery(ListQuery):
    """Query of the list of rules."""

    sort = SortBy("days", "id", "created_at")


class ReminderListQuery(ListQuery):
    """Filters of reminders."""

    sort = SortBy("id", "due_date", "created_at", "sent_at")
    state = EnumByValue(ReminderState)
    client_id = Id()
    payment_id = Id()
    rule_id = Id()
