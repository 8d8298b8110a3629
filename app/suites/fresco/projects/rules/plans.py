"""Types of payment plans, and the fields that each needs."""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypedDict, cast

from app.kernel.money import CENT, Currency
from app.kernel.recurrence import Frequency, valid_days

MAX_INSTALLMENTS = 120
MAX_PERIODS = 1_000


class ProjectStatus(StrEnum):
    """Status of a project; only active projects are charged."""

    ACTIVE = "Activo"
    PAUSED = "Pausado"
    FINISHED = "Finalizado"
    CANCELLED = "Cancelado"


class PlanType(StrEnum):
    """Type of a payment plan: the kinds of fees it has."""

    SINGLE_FEE = "Fee único"
    INSTALLMENTS = "Fee por cuotas"
    SUBSCRIPTION = "Suscripción periódica"
    MIXED = "Mixto"

    @property
    def has_fee(self) -> bool:
        """Whether plans of this type have an implementation fee."""
        return self is not PlanType.SUBSCRIPTION

    @property
    def is_recurring(self) -> bool:
        """Whether plans of this type have a recurring fee."""
        return self in {PlanType.SUBSCRIPTION, PlanType.MIXED}


class ChargeFrequency(StrEnum):
    """Frequency of a recurring fee, from weekly to annual."""

    WEEKLY = "Semanal"
    SEMIMONTHLY = "Quincenal"
    MONTHLY = "Mensual"
    BIMONTHLY = "Bimensual"
    QUARTERLY = "Trimestral"
    SEMIANNUAL = "Semestral"
    ANNUAL = "Anual"

    @property
    def calendar(self) -> Frequency:
        """The frequency as the calendar's `Frequency`."""
        return Frequency(self.value)


FEE_FIELDS = ("implementation_fee_total", "implementation_fee_currency", "implementation_fee_installments")
RECURRING_FIELDS = (
    "recurring_fee_amount",
    "recurring_fee_currency",
    "recurring_fee_frequency",
    "recurring_fee_day_of_charge",
    "recurring_fee_grace_periods",
    "recurring_fee_discount_periods",
    "recurring_fee_discount_percentage",
)
PLAN_FIELDS = ("type", *FEE_FIELDS, *RECURRING_FIELDS)
_REQUIRED_OF_FEE = {"implementation_fee_total", "implementation_fee_currency"}
_REQUIRED_OF_RECURRING = {"recurring_fee_amount", "recurring_fee_currency", "recurring_fee_frequency"}
PLAN_DEFAULTS: dict[str, Any] = {
    "implementation_fee_installments": 1,
    "recurring_fee_grace_periods": 0,
    "recurring_fee_discount_periods": 0,
    "recurring_fee_discount_percentage": Decimal(0),
}
"""Defaults of fields; where a field does not apply to the type of the plan, its default is accepted and ignored."""

Problems = dict[str, list[str]]
"""Messages by field."""


class PlanValues(TypedDict, total=False):
    """Values of a payment plan by field; None stands for an absent value."""

    type: PlanType | None
    implementation_fee_total: Decimal | None
    implementation_fee_currency: Currency | None
    implementation_fee_installments: int | None
    recurring_fee_amount: Decimal | None
    recurring_fee_currency: Currency | None
    recurring_fee_frequency: ChargeFrequency | None
    recurring_fee_day_of_charge: int | None
    recurring_fee_grace_periods: int | None
    recurring_fee_discount_periods: int | None
    recurring_fee_discount_percentage: Decimal | None


def plan_values(pairs: Iterable[tuple[str, object]]) -> PlanValues:
    """Plan values from pairs of `PLAN_FIELDS` names and values of their types."""
    return cast("PlanValues", dict(pairs))


def fields_of(plan_type: PlanType) -> set[str]:
    """The fields that apply to a type of plan."""
    fee = FEE_FIELDS if plan_type.has_fee else ()
    return {"type", *fee, *(RECURRING_FIELDS if plan_type.is_recurring else ())}


def required_fields(plan_type: PlanType) -> set[str]:
    """The fields without which a plan of this type is not complete."""
    fee = _REQUIRED_OF_FEE if plan_type.has_fee else set()
    return {"type"} | fee | (_REQUIRED_OF_RECURRING if plan_type.is_recurring else set())


def merged_plan(stored: PlanValues | None, given: PlanValues) -> PlanValues:
    """The given values over those stored values that apply to the (perhaps changed) type."""
    before = stored or PlanValues()
    plan_type = given.get("type") or before.get("type")
    applicable = fields_of(plan_type) if plan_type else set()
    kept = plan_values((name, value) for name, value in before.items() if name in applicable)
    return {**kept, **given, "type": plan_type}


def plan_problems(plan: PlanValues) -> Problems:
    """Messages about fields that the type of the plan requires or does not allow, and about values out of range."""
    plan_type = plan["type"]
    if plan_type is None:
        return {"type": ["Missing data for required field."]}
    problems: Problems = {}
    applicable, required = fields_of(plan_type), required_fields(plan_type)
    for name in PLAN_FIELDS:
        value = plan.get(name)
        if name in required and value is None:
            problems[name] = [f"Required for «{plan_type}»."]
        elif name not in applicable and value is not None and value != PLAN_DEFAULTS.get(name):
            problems[name] = [f"Not allowed for «{plan_type}»."]
    return problems or _installment_problems(plan_type, plan) | _day_problems(plan)


def normalized_plan(plan: PlanValues) -> PlanValues:
    """A valid plan with a value for every field: the default where one is absent, None where it does not apply."""
    plan_type = plan["type"]
    applicable = fields_of(plan_type) if plan_type else set()
    given = {**PLAN_DEFAULTS, **{name: value for name, value in plan.items() if value is not None}}
    return plan_values((name, given.get(name) if name in applicable else None) for name in PLAN_FIELDS)


def _installment_problems(plan_type: PlanType, plan: PlanValues) -> Problems:
    if not plan_type.has_fee:
        return {}
    installments = plan.get("implementation_fee_installments")
    count = 1 if installments is None else installments
    name = "implementation_fee_installments"
    if plan_type is PlanType.SINGLE_FEE and count != 1:
        return {name: [f"Must be 1 for «{plan_type}»."]}
    if plan_type is PlanType.INSTALLMENTS and count < 2:
        return {name: [f"Must be at least 2 for «{plan_type}»."]}
    if (plan["implementation_fee_total"] or 0) < count * CENT:
        return {name: ["Must leave at least one cent for each installment."]}
    return {}


def _day_problems(plan: PlanValues) -> Problems:
    day, frequency = plan.get("recurring_fee_day_of_charge"), plan.get("recurring_fee_frequency")
    if day is None or frequency is None:
        return {}
    allowed = valid_days(frequency.calendar)
    if day in allowed:
        return {}
    return {"recurring_fee_day_of_charge": [f"Must be from {allowed[0]} to {allowed[-1]} for «{frequency}»."]}
