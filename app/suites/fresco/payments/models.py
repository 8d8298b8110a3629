"""Payments, and the progress of generating them."""

from datetime import date as day
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Amount, Prose, Tags, at_most, one_among, one_of, positive, sane_day, tag_rules
from app.kernel.money import COP_AND_USD, Currency
from app.suites.fresco.payments.rules import PaymentStatus, PaymentType


class Payment(Keyed, Timestamps, Versioned, Base):
    """Money that a client owes or has paid for a project."""

    __tablename__ = "payments"

    project_id: Mapped[int] = mapped_column(BigInteger)
    client_id: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[Amount]
    currency: Mapped[Currency] = mapped_column(*one_among(Currency, "currency", COP_AND_USD))
    date: Mapped[day]
    paid_date: Mapped[day | None] = mapped_column()
    status: Mapped[PaymentStatus] = mapped_column(
        one_of(PaymentStatus, "status"), default=PaymentStatus.PENDING, server_default=PaymentStatus.PENDING
    )
    invoice_number: Mapped[str | None] = mapped_column(String(100))
    invoice_url: Mapped[str | None] = mapped_column(String(500))
    type: Mapped[PaymentType] = mapped_column(one_of(PaymentType, "type"))
    installment_number: Mapped[int | None]
    notes: Mapped[Prose | None]
    tags: Mapped[Tags]
    generated: Mapped[bool] = mapped_column(default=False, server_default="false")

    __table_args__ = (
        ForeignKeyConstraint(["project_id", "client_id"], ["projects.id", "projects.client_id"], ondelete="RESTRICT"),
        UniqueConstraint("project_id", "type", "installment_number", name="uq_payments_installment"),
        positive("amount"),
        sane_day("date"),
        sane_day("paid_date"),
        at_most("notes"),
        *tag_rules("payments"),
        CheckConstraint("(status = 'Pagado') = (paid_date IS NOT NULL)", name="paid_has_date"),
        CheckConstraint("installment_number > 0", name="installment_number_positive"),
        CheckConstraint("NOT generated OR installment_number IS NOT NULL", name="generated_is_numbered"),
        # In the order of a client's page; without it a page would scan all payments by date.
        Index("ix_payments_client_id", "client_id", "date", "id"),
        # The status is in no index, so that marking a payment overdue is a HOT update.
        Index("ix_payments_unpaid", "date", "id", postgresql_where=paid_date.is_(None)),
        Index("ix_payments_paid_date", "paid_date", "id", postgresql_where=paid_date.is_not(None)),
        Index("ix_payments_date", "date"),
        Index("ix_payments_amount", "amount"),
        {"postgresql_with": {"fillfactor": 50}},
    )


class PaymentRecord(NamedTuple):
    """A payment."""

    id: int
    project_id: int
    client_id: int
    amount: Decimal
    currency: Currency
    date: day
    paid_date: day | None
    status: PaymentStatus
    invoice_number: str | None
    invoice_url: str | None
    type: PaymentType
    installment_number: int | None
    notes: str | None
    tags: list[str]
    generated: bool
    created_at: datetime
    updated_at: datetime
    version: int


class UnpaidPayment(NamedTuple):
    """An unpaid payment, with the names that people know it by."""

    id: int
    due: day
    amount: Decimal
    currency: Currency
    client: str
    project: str


class PaymentProgress(Base):
    """Days up to which a project's payments were generated; no day is skipped, and deleted payments do not return."""

    __tablename__ = "payment_progress"

    id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    charged_through: Mapped[day]
    """Recurring charges due up to this day were generated."""
    fee_through: Mapped[day | None]
    """Installments due up to this day were generated; NULL if none was."""
