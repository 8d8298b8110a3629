"""Schemas of months."""

from datetime import date

from marshmallow import Schema, fields

from app.core.periods.rules import PeriodState
from app.web.fields import Derived, EnumByValue, Instant, Text
from app.web.query import ListQuery, SortBy
from app.web.schema import StrictSchema


class MonthOfDay(Derived, fields.String):
    """The month of its first day, as YYYY-MM."""

    def derive(self, value: date) -> str:
        return f"{value:%Y-%m}"


class PeriodSchema(Schema):
    """A month of the company's book."""

    month = MonthOfDay(dump_only=True)
    state = EnumByValue(PeriodState, type_name="PeriodState", dump_only=True)
    closed_by = fields.Integer(dump_only=True, allow_none=True)
    closed_at = Instant(allow_none=True)
    reason = fields.String(
        dump_only=True,
        allow_none=True,
        metadata={"description": "Why it was reopened last; null where it never was", "example": "Factura tardía"},
    )


class FindingSchema(Schema):
    """Something undone in a month that does not keep it open."""

    code = fields.String(
        dump_only=True, metadata={"description": "Stable code for programs", "example": "entries_not_numbered"}
    )
    message = fields.String(
        dump_only=True, metadata={"description": "Message for people", "example": "2 entries have no number."}
    )


class ClosingSchema(Schema):
    """A month that was closed, and what was found undone in it."""

    period = fields.Nested(PeriodSchema, dump_only=True)
    warnings = fields.List(fields.Nested(FindingSchema), dump_only=True)


class ReopeningSchema(StrictSchema):
    """Why a month is reopened."""

    reason = Text(500, required=True)


class PeriodListQuery(ListQuery):
    """Query of the list of months."""

    sort = SortBy("month", "state", "closed_at")
