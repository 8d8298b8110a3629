"""Schemas of projects and their payment plans."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from app.kernel.money import COP_AND_USD, Currency
from app.kernel.recurrence import valid_days
from app.suites.fresco.clients.schemas import CLIENT_NAMES
from app.suites.fresco.projects.rules import (
    MAX_INSTALLMENTS,
    MAX_PERIODS,
    PLAN_DEFAULTS,
    PLAN_FIELDS,
    ChargeFrequency,
    PaymentType,
    PlanType,
    ProjectStatus,
    fields_of,
    required_fields,
)
from app.web.decimals import MoneyAmount, Percentage
from app.web.fields import Day, EnumByValue, Flag, Id, Instant, Tag, Tags, Text, Whole
from app.web.query import ListQuery, Query, Search, SortBy
from app.web.rows import RowShape
from app.web.schema import ResourceSchema

_PLAN_TYPES = (
    "`Fee único` needs `implementation_fee_total` and its currency, in one installment; `Fee por cuotas` the same in "
    "two or more; `Suscripción periódica` needs `recurring_fee_amount`, its currency and its frequency; `Mixto` needs "
    "both. What a type does not need must be absent or null"
)


class PaymentPlanSchema(ResourceSchema):
    """A payment plan. Its type decides which fields are required and which are not allowed."""

    id = fields.Integer(dump_only=True)
    type = EnumByValue(PlanType, required=True, metadata={"example": PlanType.MIXED, "description": _PLAN_TYPES})
    implementation_fee_total = MoneyAmount(allow_none=True)
    implementation_fee_currency = EnumByValue(Currency, among=COP_AND_USD, allow_none=True)
    implementation_fee_installments = Whole(1, MAX_INSTALLMENTS, allow_none=True)
    recurring_fee_amount = MoneyAmount(allow_none=True)
    recurring_fee_currency = EnumByValue(Currency, among=COP_AND_USD, allow_none=True)
    recurring_fee_frequency = EnumByValue(ChargeFrequency, allow_none=True)
    recurring_fee_day_of_charge = Whole(1, 31, allow_none=True)
    recurring_fee_grace_periods = Whole(0, MAX_PERIODS, allow_none=True)
    recurring_fee_discount_periods = Whole(0, MAX_PERIODS, allow_none=True)
    recurring_fee_discount_percentage = Percentage(allow_none=True)
    project_id = fields.Integer(dump_only=True)
    created_at = Instant()
    updated_at = Instant()

    def conditions(self, members: Mapping[str, Any]) -> list[dict[str, Any]]:
        by_type = {"oneOf": [_plan_of_type(plan_type, members) for plan_type in PlanType]}
        return [
            by_type,
            *(_days_of(frequency) for frequency in ChargeFrequency if len(valid_days(frequency.calendar)) < 31),
        ]


class ProjectSchema(ResourceSchema):
    """A project with its payment plan."""

    id = fields.Integer(dump_only=True)
    client_id = Id(required=True)
    name = Text(200, required=True, metadata={"example": "Tienda en línea"})
    description = Text(10_000, required=True, blank=True)
    start_date = Day(required=True)
    end_date = Day(allow_none=True)
    status = EnumByValue(ProjectStatus, load_default=ProjectStatus.ACTIVE)
    notes = Text(10_000, allow_none=True)
    tags = Tags()
    payment_plan = fields.Nested(PaymentPlanSchema, allow_none=True)
    uncharged_fee = fields.Decimal(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class ProjectChangeQuery(Query):
    """Query of a change of a project."""

    dry_run = Flag(load_default=False)


class ScheduledPaymentSchema(Schema):
    """A payment that a change removes or creates."""

    type = EnumByValue(PaymentType, dump_only=True)
    installment_number = fields.Integer(dump_only=True)
    date = fields.Date(dump_only=True)
    amount = fields.Decimal(dump_only=True)
    currency = EnumByValue(Currency, among=COP_AND_USD, dump_only=True)


class SchedulePreviewSchema(Schema):
    """Effect that a change would have on the payments of a project."""

    removed = fields.List(fields.Nested(ScheduledPaymentSchema), dump_only=True)
    created = fields.List(fields.Nested(ScheduledPaymentSchema), dump_only=True)
    kept = fields.Integer(dump_only=True)


PROJECT_NAMES = {"project_name": ("Proyecto", "Nombre del proyecto", "project")}
"""Headings of the column that names the project of a row."""
PROJECT_ROWS = RowShape(ProjectSchema(), ProjectSchema, CLIENT_NAMES)
"""Columns of files of projects."""


class ProjectListQuery(ListQuery):
    """Query of the list of projects."""

    sort = SortBy("id", "name", "client_id", "start_date", "end_date", "status", "created_at", "updated_at")
    client_id = Id()
    status = EnumByValue(ProjectStatus)
    tag = Tag()
    q = Search("name, description and notes")


def _plan_of_type(plan_type: PlanType, members: Mapping[str, Any]) -> dict[str, Any]:
    """JSON Schema of the fields that are required, or not allowed, in a new plan of this type."""
    required, applicable = required_fields(plan_type), fields_of(plan_type)
    parts: dict[str, Any] = {"type": {"const": plan_type.value}}
    parts |= {name: _not_null(members[name]) for name in PLAN_FIELDS if name in required and name not in parts}
    parts |= {name: _default_or_null(name) for name in PLAN_FIELDS if name not in applicable}
    if plan_type is PlanType.SINGLE_FEE:
        parts["implementation_fee_installments"] = _default_or_null("implementation_fee_installments")
    if plan_type is PlanType.INSTALLMENTS:
        required = required | {"implementation_fee_installments"}
        parts["implementation_fee_installments"] = {"type": "integer", "minimum": 2, "maximum": MAX_INSTALLMENTS}
    return {"type": "object", "properties": parts, "required": sorted(required)}


def _not_null(member: dict[str, Any]) -> dict[str, Any]:
    return next(part for part in member["anyOf"] if part != {"type": "null"})


def _default_or_null(name: str) -> dict[str, Any]:
    if name not in PLAN_DEFAULTS:
        return {"type": "null"}
    defaults: list[dict[str, Any]] = [{"const": int(PLAN_DEFAULTS[name])}]
    if name == "recurring_fee_discount_percentage":
        defaults.append({"type": "string", "pattern": r"^0{1,2}(\.0{1,2})?$"})
    return {"anyOf": [*defaults, {"type": "null"}]}


def _days_of(frequency: ChargeFrequency) -> dict[str, Any]:
    """JSON Schema of the days of charge of a frequency with fewer than a month's."""
    this = {
        "properties": {"recurring_fee_frequency": {"const": frequency.value}},
        "required": ["recurring_fee_frequency"],
    }
    days = valid_days(frequency.calendar)
    return {"if": this, "then": {"properties": {"recurring_fee_day_of_charge": {"maximum": days[-1]}}}}
