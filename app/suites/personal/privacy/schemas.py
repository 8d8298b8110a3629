"""Schemas of privacy."""

from marshmallow import Schema, fields

from app.suites.personal.privacy.rules import ArchiveState, Direction, Purpose
from app.web.fields import AnyCurrency, EmailAddress, EnumByValue, FileLink, Flag, Id, Instant, Text, Whole
from app.web.query import ListQuery
from app.web.schema import MapSchema, ResourceSchema


class ProcessingSchema(Schema):
    """Data that is processed for a purpose, on which ground, how long it is kept, and whether one consented."""

    purpose = EnumByValue(Purpose, type_name="ProcessingPurpose", dump_only=True)
    data = fields.String(dump_only=True)
    ground = fields.String(dump_only=True)
    kept = fields.String(dump_only=True)
    needs_consent = Flag(dump_only=True)
    consented = Flag(dump_only=True, allow_none=True)
    version = fields.String(dump_only=True, allow_none=True)
    at = Instant(allow_none=True)


class ProcessingListSchema(Schema):
    """All purposes of processing."""

    purposes = fields.List(fields.Nested(ProcessingSchema), dump_only=True)


class GivenConsentSchema(ResourceSchema):
    """A consent, or that it is taken back, and the version of the text that was shown."""

    given = Flag(required=True)
    version = Text(40, required=True)


class ConsentsSchema(MapSchema):
    """Consents by purpose."""

    values = GivenConsentSchema
    attribute = "consents"
    example_key = "insights"


class SummaryShareSchema(ResourceSchema):
    """Permission of somebody to read the monthly totals of a book."""

    id = fields.Integer(dump_only=True)
    email = EmailAddress(required=True)
    book_id = Id()
    book_name = fields.String(dump_only=True)
    direction = EnumByValue(Direction, type_name="ShareDirection", dump_only=True)
    created_at = Instant()


class SummaryShareListQuery(ListQuery):
    """Query of the shares that one gave or received."""


class SharedMonthsQuery(ListQuery):
    """Query of the months of a share."""

    months = Whole(1, 60)


class FinancialSummarySchema(Schema):
    """Results of the current month of the first book, and its net worth; null where a rate is missing."""

    book_id = fields.Integer(dump_only=True)
    currency = AnyCurrency(dump_only=True)
    date_from = fields.Date(dump_only=True)
    date_to = fields.Date(dump_only=True)
    income = fields.Decimal(dump_only=True, allow_none=True)
    expenses = fields.Decimal(dump_only=True, allow_none=True)
    net = fields.Decimal(dump_only=True, allow_none=True)
    savings_rate = fields.Decimal(dump_only=True, allow_none=True)
    net_worth = fields.Decimal(dump_only=True, allow_none=True)


class BookArchiveSchema(Schema):
    """An archive of a book, which is made beside requests, and its link."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    book_name = fields.String(dump_only=True)
    state = EnumByValue(ArchiveState, type_name="ArchiveState", dump_only=True)
    requested_at = Instant()
    expires_at = Instant()
    file_id = fields.Integer(dump_only=True, allow_none=True)
    file_url = FileLink("file_id")


class BookArchivesSchema(Schema):
    """Archives of books, one of each."""

    data = fields.List(fields.Nested(BookArchiveSchema), dump_only=True)
