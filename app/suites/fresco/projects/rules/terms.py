"""Terms of payment: the values from which a project's payments are computed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from app.kernel.money import Currency
from app.kernel.recurrence import Frequency
from app.suites.fresco.projects.rules.plans import ChargeFrequency, ProjectStatus


@dataclass(frozen=True, slots=True)
class ImplementationFee:
    """An amount paid in monthly installments, beginning on the start date."""

    total: Decimal
    currency: Currency
    installments: int


@dataclass(frozen=True, slots=True)
class RecurringFee:
    """An amount charged every period."""

    amount: Decimal
    currency: Currency
    frequency: Frequency
    day: int | None
    grace_periods: int
    discount_periods: int
    discount_percentage: Decimal


class RecurringColumns(Protocol):
    """An object with the columns of a recurring fee: a plan, or a row of a query."""

    @property
    def recurring_fee_amount(self) -> Decimal | None: ...
    @property
    def recurring_fee_currency(self) -> Currency | None: ...
    @property
    def recurring_fee_frequency(self) -> ChargeFrequency | None: ...
    @property
    def recurring_fee_day_of_charge(self) -> int | None: ...
    @property
    def recurring_fee_grace_periods(self) -> int | None: ...
    @property
    def recurring_fee_discount_periods(self) -> int | None: ...
    @property
    def recurring_fee_discount_percentage(self) -> Decimal | None: ...


class PlanColumns(RecurringColumns, Protocol):
    """An object with the columns of a payment plan."""

    @property
    def implementation_fee_total(self) -> Decimal | None: ...
    @property
    def implementation_fee_currency(self) -> Currency | None: ...
    @property
    def implementation_fee_installments(self) -> int | None: ...


def implementation_fee_of(plan: PlanColumns) -> ImplementationFee | None:
    """The implementation fee of a plan, or None."""
    total, currency = plan.implementation_fee_total, plan.implementation_fee_currency
    if total is None or currency is None:
        return None
    return ImplementationFee(total, currency, plan.implementation_fee_installments or 1)


def recurring_fee_of(plan: RecurringColumns) -> RecurringFee | None:
    """The recurring fee of a plan, or None."""
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


class PaymentType(StrEnum):
    """Kind of fee that a payment belongs to."""

    IMPLEMENTATION = "Implementación"
    RECURRING = "Recurrente"

    @property
    def is_fee(self) -> bool:
        """Whether the payment is part of the implementation fee."""
        return self is PaymentType.IMPLEMENTATION


class ScheduledPayment(NamedTuple):
    """A payment that a change of a project removes or creates."""

    type: PaymentType
    installment_number: int
    date: date
    amount: Decimal
    currency: Currency


@dataclass(frozen=True, slots=True)
class PlanBasis:
    """Number and day from which a version of a plan is charged, and what was kept of its fee when it began.

    `anchor` is the charge date of period `from_number`, None for the first one from the project's start on. Periods are
    dated `not_before` at the earliest, installments `fee_not_before`. The kept installments are never split again.
    """

    from_number: int = 1
    anchor: date | None = None
    not_before: date | None = None
    fee_kept: Decimal = Decimal(0)
    fee_kept_numbers: tuple[int, ...] = ()
    fee_not_before: date | None = None


BASIS_FIELDS = ("from_number", "anchor", "not_before", "fee_kept", "fee_kept_numbers", "fee_not_before")


class BasisColumns(Protocol):
    """An object with the columns of a basis; without an open version of the plan all are None."""

    @property
    def from_number(self) -> int | None: ...
    @property
    def anchor(self) -> date | None: ...
    @property
    def not_before(self) -> date | None: ...
    @property
    def fee_kept(self) -> Decimal | None: ...
    @property
    def fee_kept_numbers(self) -> Sequence[int] | None: ...
    @property
    def fee_not_before(self) -> date | None: ...


def basis_of(version: BasisColumns | None) -> PlanBasis:
    """The basis of a version; that of a new plan if there is none."""
    if version is None or version.from_number is None:
        return PlanBasis()
    return PlanBasis(
        version.from_number,
        version.anchor,
        version.not_before,
        version.fee_kept or Decimal(0),
        tuple(version.fee_kept_numbers or ()),
        version.fee_not_before,
    )


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a project was not active: from `first` up to, but without, `until`."""

    first: date
    until: date | None

    def covers(self, day: date) -> bool:
        """Whether the project was not active on that day."""
        return self.first <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of payment: the values from which a project's payments are computed.

    `entered` is the day on which the project was created; no charges are generated for earlier days.
    """

    project_id: int
    client_id: int
    start: date
    end: date | None
    active: bool
    entered: date
    fee: ImplementationFee | None
    recurring: RecurringFee | None
    pauses: tuple[Pause, ...]
    basis: PlanBasis = PlanBasis()

    @property
    def has_plan(self) -> bool:
        """Whether the project has a payment plan."""
        return self.fee is not None or self.recurring is not None


class ProjectColumns(Protocol):
    """An object with the columns of a project that its terms need: a project, or a row of a query."""

    @property
    def id(self) -> int: ...
    @property
    def client_id(self) -> int: ...
    @property
    def start_date(self) -> date: ...
    @property
    def end_date(self) -> date | None: ...
    @property
    def status(self) -> ProjectStatus: ...
    @property
    def created_at(self) -> datetime: ...


def terms_from(
    project: ProjectColumns,
    plan: PlanColumns | None,
    pauses: Iterable[Pause],
    zone: ZoneInfo,
    basis: PlanBasis,
) -> Terms:
    """The terms of a project with this plan, its basis and these pauses; `zone` is the company's."""
    return Terms(
        project_id=project.id,
        client_id=project.client_id,
        start=project.start_date,
        end=project.end_date,
        active=project.status is ProjectStatus.ACTIVE,
        entered=project.created_at.astimezone(zone).date(),
        fee=implementation_fee_of(plan) if plan else None,
        recurring=recurring_fee_of(plan) if plan else None,
        pauses=tuple(pauses),
        basis=basis,
    )


class Subscription(NamedTuple):
    """The recurring fee of a project and the days on which it applies; without an id, that of several equal ones."""

    project_id: int | None
    client_id: int
    start: date
    end: date | None
    recurring: RecurringFee | None
    pauses: tuple[Pause, ...]
