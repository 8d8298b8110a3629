"""What a project and its payment plan can be, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from app.kernel.money import CENT, Currency
from app.kernel.recurrence import Frequency, valid_days

MOST_INSTALLMENTS = 120
MOST_PERIODS = 1_000


class ProjectStatus(StrEnum):
    """Only an active project is charged."""

    ACTIVE = "Activo"
    PAUSED = "Pausado"
    FINISHED = "Finalizado"
    CANCELLED = "Cancelado"


class PlanType(StrEnum):
    """How a project is paid."""

    SINGLE_FEE = "Fee único"
    INSTALLMENTS = "Fee por cuotas"
    SUBSCRIPTION = "Suscripción periódica"
    MIXED = "Mixto"

    @property
    def has_fee(self) -> bool:
        """Whether there is an implementation fee."""
        return self is not PlanType.SUBSCRIPTION

    @property
    def is_recurring(self) -> bool:
        """Whether there is a recurring fee."""
        return self in {PlanType.SUBSCRIPTION, PlanType.MIXED}


class ChargeFrequency(StrEnum):
    """How often a recurring fee is charged; the calendar's frequencies without the daily one."""

    WEEKLY = "Semanal"
    SEMIMONTHLY = "Quincenal"
    MONTHLY = "Mensual"
    BIMONTHLY = "Bimensual"
    QUARTERLY = "Trimestral"
    SEMIANNUAL = "Semestral"
    ANNUAL = "Anual"

    @property
    def calendar(self) -> Frequency:
        """The same for the calendar."""
        return Frequency(self.value)


@dataclass(frozen=True, slots=True)
class ImplementationFee:
    """A sum paid in monthly installments from the start."""

    total: Decimal
    currency: Currency
    installments: int


@dataclass(frozen=True, slots=True)
class RecurringFee:
    """A sum charged every period."""

    amount: Decimal
    currency: Currency
    frequency: Frequency
    day: int | None
    grace_periods: int
    discount_periods: int
    discount_percentage: Decimal


def fee_of(plan: Any) -> ImplementationFee | None:
    """The implementation fee of a plan, stored or a row of its columns."""
    total, currency = plan.implementation_fee_total, plan.implementation_fee_currency
    if total is None or currency is None:
        return None
    return ImplementationFee(total, currency, plan.implementation_fee_installments or 1)


def recurring_of(plan: Any) -> RecurringFee | None:
    """The recurring fee of a plan, likewise."""
    amount, currency = plan.recurring_fee_amount, plan.recurring_fee_currency
    frequency = plan.recurring_fee_frequency
    if amount is None or currency is None or frequency is None:
        return None
    return RecurringFee(
        amount,
        currency,
        frequency.calendar,
        plan.recurring_fee_day_of_charge,
        plan.recurring_fee_grace_periods or 0,
        plan.recurring_fee_discount_periods or 0,
        plan.recurring_fee_discount_percentage or Decimal(0),
    )


def recorded_recurring(plan: Mapping[str, Any]) -> RecurringFee | None:
    """The recurring fee of a plan as the audit log has it, where values are text."""
    if plan.get("recurring_fee_amount") is None:
        return None
    return RecurringFee(
        Decimal(str(plan["recurring_fee_amount"])),
        Currency(plan["recurring_fee_currency"]),
        Frequency(plan["recurring_fee_frequency"]),
        plan["recurring_fee_day_of_charge"],
        plan["recurring_fee_grace_periods"] or 0,
        plan["recurring_fee_discount_periods"] or 0,
        Decimal(str(plan["recurring_fee_discount_percentage"] or 0)),
    )


@dataclass(frozen=True, slots=True)
class Pause:
    """From the first day, until the day on which it was active again (that day is active)."""

    first: date
    until: date | None

    def covers(self, day: date) -> bool:
        """Whether the project was not active on that day."""
        return self.first <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Terms:
    """All that decides what a project pays, and when."""

    project_id: int
    client_id: int
    start: date
    end: date | None
    active: bool
    entered: date
    fee: ImplementationFee | None
    recurring: RecurringFee | None
    pauses: tuple[Pause, ...]

    @property
    def has_plan(self) -> bool:
        """Whether it was said how the project is paid."""
        return self.fee is not None or self.recurring is not None


class Subscription(NamedTuple):
    """What a project brings again and again, and when; without a fee, nothing. Several of equal terms have no id."""

    project_id: int | None
    client_id: int
    start: date
    end: date | None
    recurring: RecurringFee | None
    pauses: tuple[Pause, ...]


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
_NEEDED = (
    {"implementation_fee_total", "implementation_fee_currency"},
    {
        "recurring_fee_amount",
        "recurring_fee_currency",
        "recurring_fee_frequency",
    },
)
_NEUTRAL: dict[str, Any] = {
    "implementation_fee_installments": 1,
    "recurring_fee_grace_periods": 0,
    "recurring_fee_discount_periods": 0,
    "recurring_fee_discount_percentage": Decimal(0),
}
"""What a field says when it says nothing: the default where it applies, tolerated where it does not."""

Problems = dict[str, list[str]]


def merged_plan(stored: Mapping[str, Any] | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is given, on top of what is stored and still applies to the (perhaps new) type."""
    plan_type: PlanType | None = given.get("type") or (stored or {}).get("type")
    kept = {name: value for name, value in (stored or {}).items() if plan_type and name in _fields_of(plan_type)}
    return {**kept, **given, "type": plan_type}


def plan_problems(plan: Mapping[str, Any]) -> Problems:
    """What keeps a plan from being complete for its type and free of the other's fields."""
    plan_type: PlanType | None = plan["type"]
    if plan_type is None:
        return {"type": ["Missing data for required field."]}
    problems: Problems = {}
    for applies, names, needed in (
        (plan_type.has_fee, FEE_FIELDS, _NEEDED[0]),
        (plan_type.is_recurring, RECURRING_FIELDS, _NEEDED[1]),
    ):
        for name in names:
            value = plan.get(name)
            if applies and name in needed and value is None:
                problems[name] = [f"Required for «{plan_type}»."]
            elif not applies and value is not None and value != _NEUTRAL.get(name):
                problems[name] = [f"Not for «{plan_type}»."]
    return problems or _installment_problems(plan_type, plan) | _day_problems(plan)


def normal_plan(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A valid plan with every column: defaults where they apply, nothing where they don't."""
    applying = _fields_of(plan["type"])
    complete = {}
    for name in PLAN_FIELDS:
        value = plan.get(name)
        complete[name] = (_NEUTRAL.get(name) if value is None else value) if name in applying else None
    return complete


def _fields_of(plan_type: PlanType) -> set[str]:
    fee = FEE_FIELDS if plan_type.has_fee else ()
    return {"type", *fee, *(RECURRING_FIELDS if plan_type.is_recurring else ())}


def _installment_problems(plan_type: PlanType, plan: Mapping[str, Any]) -> Problems:
    if not plan_type.has_fee:
        return {}
    installments = plan.get("implementation_fee_installments")
    count = 1 if installments is None else installments
    name = "implementation_fee_installments"
    if plan_type is PlanType.SINGLE_FEE and count != 1:
        return {name: [f"«{plan_type}» is paid at once."]}
    if plan_type is PlanType.INSTALLMENTS and count < 2:
        return {name: [f"«{plan_type}» needs at least 2."]}
    if plan["implementation_fee_total"] < count * CENT:
        return {name: ["More installments than cents."]}
    return {}


def _day_problems(plan: Mapping[str, Any]) -> Problems:
    day, frequency = plan.get("recurring_fee_day_of_charge"), plan.get("recurring_fee_frequency")
    if day is None or frequency is None:
        return {}
    allowed = valid_days(frequency.calendar)
    if day in allowed:
        return {}
    return {"recurring_fee_day_of_charge": [f"From {allowed[0]} to {allowed[-1]} for «{frequency}»."]}
