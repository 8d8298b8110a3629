"""Schemas of projects and their payment plans."""

from marshmallow import fields

from app.domains.projects.rules import (
    MAX_INSTALLMENTS,
    MAX_PERIODS,
    ChargeFrequency,
    PlanType,
    ProjectStatus,
)
from app.kernel.money import Currency
from app.web.fields import Day, EnumByValue, Id, Instant, MoneyAmount, Percentage, Text, Whole
from app.web.query import ListQuery, Search, SortBy
from app.web.schema import Shape

_PLAN_TYPES = (
    "`Fee único` needs `implementation_fee_total` and its currency, in one installment; `Fee por cuotas` the same in "
    "two or more; `Suscripción periódica` needs `recurring_fee_amount`, its currency and its frequency; `Mixto` needs "
    "both. What a type does not need must be absent or null"
)


class PaymentPlanSchema(Shape):
    """A payment plan. Its type decides which fields are required and which are not allowed."""

    id = fields.Integer(dump_only=True)
    type = EnumByValue(PlanType, required=True, metadata={"example": PlanType.MIXED, "description": _PLAN_TYPES})
    implementation_fee_total = MoneyAmount(allow_none=True)
    implementation_fee_currency = EnumByValue(Currency, allow_none=True)
    implementation_fee_installments = Whole(1, MAX_INSTALLMENTS, allow_none=True)
    recurring_fee_amount = MoneyAmount(allow_none=True)
    recurring_fee_currency = EnumByValue(Currency, allow_none=True)
    recurring_fee_frequency = EnumByValue(ChargeFrequency, allow_none=True)
    recurring_fee_day_of_charge = Whole(1, 31, allow_none=True)
    recurring_fee_grace_periods = Whole(0, MAX_PERIODS, allow_none=True)
    recurring_fee_discount_periods = Whole(0, MAX_PERIODS, allow_none=True)
    recurring_fee_discount_percentage = Percentage(allow_none=True)
    project_id = fields.Integer(dump_only=True)
    created_at = Instant()
    updated_at = Instant()


class ProjectSchema(Shape):
    """A project with its payment plan."""

    id = fields.Integer(dump_only=True)
    client_id = Id(required=True)
    name = Text(200, required=True, metadata={"example": "Tienda en línea"})
    description = Text(10_000, required=True, blank=True)
    start_date = Day(required=True)
    end_date = Day(allow_none=True)
    status = EnumByValue(ProjectStatus, load_default=ProjectStatus.ACTIVE)
    notes = Text(10_000, allow_none=True)
    payment_plan = fields.Nested(PaymentPlanSchema, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class ProjectListQuery(ListQuery):
    """Query of the list of projects."""

    sort = SortBy("id", "name", "client_id", "start_date", "end_date", "status", "created_at", "updated_at")
    client_id = Id()
    status = EnumByValue(ProjectStatus)
    q = Search("name, description and notes")
