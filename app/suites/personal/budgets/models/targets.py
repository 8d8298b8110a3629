"""Table of targets of envelopes."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import bounded, one_of, sane_day
from app.suites.personal.budgets.models.columns import Author, Money, OfBook, OfCategory
from app.suites.personal.budgets.rules.kinds import Frequency, TargetType
from app.suites.personal.budgets.rules.targets import CapPeriod, PercentOf


class Target(Keyed, Timestamps, Versioned, Base):
    """A rule by which money is assigned to a category; its type decides which of the other values it has."""

    __tablename__ = "targets"

    book_id: Mapped[OfBook]
    category_id: Mapped[OfCategory]
    type: Mapped[TargetType] = mapped_column(one_of(TargetType, "type"))
    priority: Mapped[int] = mapped_column(SmallInteger)
    amount: Mapped[Money | None]
    cap: Mapped[Money | None]
    cap_period: Mapped[CapPeriod | None] = mapped_column(one_of(CapPeriod, "cap_period"))
    hold: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    starting: Mapped[date | None]
    by_month: Mapped[date | None]
    """The first day of a month, as `spend_from`."""
    repeat: Mapped[int | None] = mapped_column(SmallInteger)
    spend_from: Mapped[date | None]
    frequency: Mapped[Frequency | None] = mapped_column(one_of(Frequency, "frequency"))
    step: Mapped[int | None] = mapped_column(SmallInteger)
    percent: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))
    percent_of: Mapped[PercentOf | None] = mapped_column(one_of(PercentOf, "percent_of"))
    of_category_id: Mapped[OfCategory | None]
    recurring_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("recurring_transactions.id", ondelete="CASCADE")
    )
    is_full: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    adjust_percent: Mapped[Decimal] = mapped_column(Numeric(7, 2), server_default="0")
    adjust_amount: Mapped[Money] = mapped_column(server_default="0")
    months: Mapped[int | None] = mapped_column(SmallInteger)
    weight: Mapped[Decimal | None] = mapped_column(Numeric(9, 3))
    created_by: Mapped[Author]

    __table_args__ = (
        Index("ix_targets_book_id", "book_id", "id"),
        Index("ix_targets_category_id", "category_id"),
        Index("ix_targets_of_category_id", "of_category_id"),
        Index("ix_targets_recurring_id", "recurring_id"),
        CheckConstraint("priority BETWEEN 0 AND 99", name="priority_range"),
        CheckConstraint("amount > 0 AND amount < 10000000000", name="amount_positive"),
        CheckConstraint("cap > 0 AND cap < 10000000000", name="cap_positive"),
        CheckConstraint("repeat BETWEEN 1 AND 1200", name="repeat_range"),
        CheckConstraint("step BETWEEN 1 AND 1000", name="step_range"),
        CheckConstraint("percent > 0 AND percent <= 10000", name="percent_range"),
        CheckConstraint("months BETWEEN 1 AND 120", name="months_range"),
        CheckConstraint("weight > 0 AND weight <= 100000", name="weight_range"),
        CheckConstraint("adjust_percent BETWEEN -100 AND 10000", name="adjust_percent_range"),
        CheckConstraint("percent_of IS NULL OR of_category_id IS NULL", name="one_of"),
        bounded("adjust_amount"),
        sane_day("starting"),
        sane_day("by_month"),
        sane_day("spend_from"),
    )


class TargetRecord(NamedTuple):
    """A rule by which money is assigned to a category."""

    id: int
    book_id: int
    category_id: int
    type: TargetType
    priority: int
    amount: Decimal | None
    cap: Decimal | None
    cap_period: CapPeriod | None
    hold: bool
    starting: date | None
    by_month: date | None
    repeat: int | None
    spend_from: date | None
    frequency: Frequency | None
    step: int | None
    percent: Decimal | None
    percent_of: PercentOf | None
    of_category_id: int | None
    recurring_id: int | None
    is_full: bool
    adjust_percent: Decimal
    adjust_amount: Decimal
    months: int | None
    weight: Decimal | None
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int
