"""Months of companies' books."""

from datetime import date as day
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.periods.rules import PeriodState
from app.infra.db import Base, Keyed
from app.infra.db.columns import one_of


class AccountingPeriod(Keyed, Base):
    """A month of a company's book."""

    __tablename__ = "periods"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("books.id", ondelete="RESTRICT"))
    month: Mapped[day]
    """Its first day."""
    state: Mapped[PeriodState] = mapped_column(
        one_of(PeriodState, "state"), default=PeriodState.OPEN, server_default=PeriodState.OPEN
    )
    closed_by: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None] = mapped_column(String(500))
    """Why it was reopened last."""
    digest: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    """Number and digest of the rows of each guarded table when it was closed."""

    __table_args__ = (
        UniqueConstraint("book_id", "month", name="uq_periods_month"),
        CheckConstraint("month = month_of(month)", name="month_begins"),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL) AND (state = 'closed') = (digest IS NOT NULL)",
            name="closed_is_whole",
        ),
        Index("ix_periods_closed", "book_id", "month", postgresql_where=text("state = 'closed'")),
    )


class PeriodRecord(NamedTuple):
    """A month of a company's book."""

    id: int
    book_id: int
    month: day
    state: PeriodState
    closed_by: int | None
    closed_at: datetime | None
    reason: str | None
    digest: dict[str, str] | None
