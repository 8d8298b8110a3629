"""Projects, their payment plans and their pauses."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import (
    Amount,
    Prose,
    Tags,
    at_most,
    not_blank,
    one_among,
    one_of,
    positive,
    sane_day,
    tag_rules,
)
from app.kernel.money import COP_AND_USD, Currency
from app.suites.fresco.projects.rules import (
    MAX_INSTALLMENTS,
    MAX_PERIODS,
    ChargeFrequency,
    PlanType,
    ProjectStatus,
)

_HAS_FEE = "type <> 'Suscripción periódica'"
_IS_RECURRING = "type IN ('Suscripción periódica', 'Mixto')"


class Project(Keyed, Timestamps, Versioned, Base):
    """A project that the company does for a client."""

    __tablename__ = "projects"

    client_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("clients.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[Prose]
    start_date: Mapped[date]
    end_date: Mapped[date | None]
    status: Mapped[ProjectStatus] = mapped_column(
        one_of(ProjectStatus, "status"), default=ProjectStatus.ACTIVE, server_default=ProjectStatus.ACTIVE
    )
    notes: Mapped[Prose | None]
    tags: Mapped[Tags]

    payment_plan: Mapped["PaymentPlan | None"] = relationship(
        cascade="all, delete-orphan", lazy="selectin", passive_deletes=True
    )
    pauses: Mapped[list["ProjectPause"]] = relationship(
        cascade="all, delete-orphan", order_by="ProjectPause.first_day", passive_deletes=True
    )

    __table_args__ = (
        not_blank("name"),
        at_most("description"),
        at_most("notes"),
        *tag_rules("projects"),
        sane_day("start_date"),
        sane_day("end_date"),
        CheckConstraint("end_date >= start_date", name="ends_after_start"),
        UniqueConstraint(
            "id", "client_id", name="uq_projects_client"
        ),  # referenced by payments: their client is the project's
        Index("ix_projects_client_id", client_id),
        Index("ix_projects_status", status),
    )


class PlanTerms:
    """The terms of a payment plan; only the columns that its type needs are set."""

    type: Mapped[PlanType] = mapped_column(one_of(PlanType, "type"))
    implementation_fee_total: Mapped[Amount | None]
    implementation_fee_currency: Mapped[Currency | None] = mapped_column(
        *one_among(Currency, "implementation_fee_currency", COP_AND_USD, "fee_currency")
    )
    implementation_fee_installments: Mapped[int | None]
    recurring_fee_amount: Mapped[Amount | None]
    recurring_fee_currency: Mapped[Currency | None] = mapped_column(
        *one_among(Currency, "recurring_fee_currency", COP_AND_USD, "recurring_currency")
    )
    recurring_fee_frequency: Mapped[ChargeFrequency | None] = mapped_column(one_of(ChargeFrequency, "frequency"))
    recurring_fee_day_of_charge: Mapped[int | None]
    recurring_fee_grace_periods: Mapped[int | None]
    recurring_fee_discount_periods: Mapped[int | None]
    recurring_fee_discount_percentage: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))


class PaymentPlan(Keyed, Timestamps, PlanTerms, Base):
    """The payment plan of a project."""

    __tablename__ = "payment_plans"

    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("projects.id", ondelete="CASCADE"), unique=True)

    __table_args__ = (
        positive("implementation_fee_total"),
        positive("recurring_fee_amount"),
        CheckConstraint(
            f"num_nonnulls(implementation_fee_total, implementation_fee_currency, implementation_fee_installments)"
            f" = CASE WHEN {_HAS_FEE} THEN 3 ELSE 0 END",
            name="fee_by_type",
        ),
        CheckConstraint(
            "num_nonnulls(recurring_fee_amount, recurring_fee_currency, recurring_fee_frequency,"
            " recurring_fee_grace_periods, recurring_fee_discount_periods, recurring_fee_discount_percentage)"
            f" = CASE WHEN {_IS_RECURRING} THEN 6 ELSE 0 END",
            name="recurring_by_type",
        ),
        CheckConstraint(
            f"recurring_fee_day_of_charge IS NULL OR ({_IS_RECURRING} AND recurring_fee_day_of_charge BETWEEN 1 AND"
            " CASE recurring_fee_frequency WHEN 'Semanal' THEN 7 WHEN 'Quincenal' THEN 15 ELSE 31 END)",
            name="day_by_frequency",
        ),
        CheckConstraint(
            f"implementation_fee_installments BETWEEN 1 AND {MAX_INSTALLMENTS}"
            " AND (type <> 'Fee único' OR implementation_fee_installments = 1)"
            " AND (type <> 'Fee por cuotas' OR implementation_fee_installments >= 2)"
            " AND implementation_fee_total >= implementation_fee_installments * 0.01",
            name="installments",
        ),
        CheckConstraint(
            f"recurring_fee_grace_periods BETWEEN 0 AND {MAX_PERIODS}"
            f" AND recurring_fee_discount_periods BETWEEN 0 AND {MAX_PERIODS}"
            " AND recurring_fee_discount_percentage BETWEEN 0 AND 100",
            name="periods",
        ),
    )


class PaymentPlanRecord(NamedTuple):
    """The payment plan of a project."""

    id: int
    project_id: int
    type: PlanType
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
    created_at: datetime
    updated_at: datetime


class ProjectRecord(NamedTuple):
    """A project with its payment plan, and the part of the implementation fee that no payment carries."""

    id: int
    client_id: int
    name: str
    description: str
    start_date: date
    end_date: date | None
    status: ProjectStatus
    notes: str | None
    tags: list[str]
    created_at: datetime
    updated_at: datetime
    version: int
    uncharged_fee: Decimal | None
    payment_plan: PaymentPlanRecord | None


class ProjectPause(Keyed, Base):
    """Days on which a project was not active and not charged: from `first_day` up to, but without, `until_day`."""

    __tablename__ = "project_pauses"

    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("projects.id", ondelete="CASCADE"))
    first_day: Mapped[date]
    until_day: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("until_day >= first_day", name="ends_after_start"),
        Index("ix_project_pauses_project_id", project_id),
        Index("uq_project_pauses_open", project_id, unique=True, postgresql_where=text("until_day IS NULL")),
    )


class PlanVersion(Keyed, PlanTerms, Base):
    """The terms of a plan from `first_day` up to, but without, `until_day`; the newest are the plan's own.

    Payments are computed from the newest version (`PlanBasis` says from which number and day on). Reports of the past
    read them all. Of several versions of one day the last was in force at its end.
    """

    __tablename__ = "plan_versions"

    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("projects.id", ondelete="CASCADE"))
    plan_id: Mapped[int] = mapped_column(BigInteger)  # no foreign key: versions stay when their plan is removed
    first_day: Mapped[date]
    until_day: Mapped[date | None]
    from_number: Mapped[int] = mapped_column(default=1, server_default="1")
    anchor: Mapped[date | None]
    not_before: Mapped[date | None]
    fee_kept: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=Decimal(0), server_default="0")
    fee_kept_numbers: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default="{}")
    fee_not_before: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("until_day >= first_day", name="ends_after_start"),
        CheckConstraint("from_number > 0", name="from_number_positive"),
        CheckConstraint("fee_kept >= 0 AND fee_kept < 1000000000000", name="fee_kept_range"),
        Index("ix_plan_versions_project_id", project_id, plan_id),
        Index("ix_plan_versions_until_day", "until_day", postgresql_where=text("until_day IS NOT NULL")),
        Index("uq_plan_versions_open", project_id, unique=True, postgresql_where=text("until_day IS NULL")),
    )
