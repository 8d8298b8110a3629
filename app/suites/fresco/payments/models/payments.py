"""Payments, their invoice numbers, and the progress of generating them."""

from datetime import date as day
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import (
    Amount,
    Prose,
    Tags,
    at_most,
    one_among,
    one_of,
    positive,
    sane_day,
    tag_rules,
    tax_below_amount,
)
from app.kernel.money import COP_AND_USD, Currency
from app.suites.fresco.payments.rules import PaymentStatus, PaymentType

_RATE = Decimal("0.000001")


class Payment(Keyed, Timestamps, Versioned, Base):
    """Money that a client owes or has paid for a project."""

    __tablename__ = "payments"

    project_id: Mapped[int] = mapped_column(BigInteger)
    client_id: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[Amount]
    currency: Mapped[Currency] = mapped_column(*one_among(Currency, "currency", COP_AND_USD))
    date: Mapped[day] = mapped_column()
    paid_date: Mapped[day | None] = mapped_column()
    status: Mapped[PaymentStatus] = mapped_column(
        one_of(PaymentStatus, "status"), default=PaymentStatus.PENDING, server_default=PaymentStatus.PENDING
    )
    invoice_number: Mapped[str | None] = mapped_column(String(100))
    invoice_url: Mapped[str | None] = mapped_column(String(500))
    issue_date: Mapped[day | None]
    service_from: Mapped[day | None]
    service_to: Mapped[day | None]
    type: Mapped[PaymentType] = mapped_column(one_of(PaymentType, "type"))
    installment_number: Mapped[int | None]
    notes: Mapped[Prose | None]
    tags: Mapped[Tags]
    tax_amount: Mapped[Amount | None]
    """Part of the amount that is IVA; NULL where nobody said."""
    generated: Mapped[bool] = mapped_column(default=False, server_default="false")
    paid_amount: Mapped[Amount] = mapped_column(default=Decimal(0), server_default="0")
    in_parts: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether it was received otherwise than by one receipt of the whole."""

    @property
    def balance(self) -> Decimal:
        """Part of the amount that is not received yet."""
        return self.amount - self.paid_amount

    __table_args__ = (
        ForeignKeyConstraint(["project_id", "client_id"], ["projects.id", "projects.client_id"], ondelete="RESTRICT"),
        UniqueConstraint("project_id", "type", "installment_number", name="uq_payments_installment"),
        positive("amount"),
        tax_below_amount(),
        sane_day("date"),
        sane_day("paid_date"),
        *(sane_day(column) for column in ("issue_date", "service_from", "service_to")),
        CheckConstraint("service_to >= service_from", name="service_ends_after_start"),
        at_most("notes"),
        *tag_rules("payments"),
        CheckConstraint("(status = 'Pagado') = (paid_date IS NOT NULL)", name="paid_has_date"),
        CheckConstraint("(status = 'Pagado') = (paid_amount = amount)", name="paid_is_whole"),
        CheckConstraint("paid_amount >= 0 AND paid_amount <= amount", name="paid_amount_range"),
        CheckConstraint(
            "CASE WHEN in_parts THEN paid_amount > 0 ELSE paid_amount = 0 OR paid_amount = amount END",
            name="parts_are_received",
        ),
        CheckConstraint("installment_number > 0", name="installment_number_positive"),
        CheckConstraint("NOT generated OR installment_number IS NOT NULL", name="generated_is_numbered"),
        # In the order of a client's page; without it a page would scan all payments by date.
        Index("ix_payments_client_id", "client_id", date.desc(), "id"),
        # The status is in no index, so that marking a payment overdue is a HOT update.
        Index("ix_payments_unpaid", "date", "id", postgresql_where=paid_date.is_(None)),
        Index("ix_payments_paid_date", "paid_date", "id", postgresql_where=paid_date.is_not(None)),
        Index("ix_payments_in_parts", "id", postgresql_where=text("in_parts")),
        Index("ix_payments_newest", date.desc(), "id"),
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
    issue_date: day | None
    service_from: day | None
    service_to: day | None
    type: PaymentType
    installment_number: int | None
    notes: str | None
    tags: list[str]
    tax_amount: Decimal | None
    generated: bool
    paid_amount: Decimal
    in_parts: bool
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def balance(self) -> Decimal:
        """Part of the amount that is not received yet."""
        return self.amount - self.paid_amount


class InvoiceNumber(Base):
    """Invoice number of a client, by its letters; triggers of payments keep it, and refuse that of another."""

    __tablename__ = "invoice_numbers"

    number: Mapped[str] = mapped_column(String(100), primary_key=True)
    client_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    payments: Mapped[int] = mapped_column(BigInteger)
    """Payments of the client that have the number."""
    inherited: Mapped[bool] = mapped_column(server_default="false")
    """Whether another client had it, too, before numbers belonged to one: it stays, and is given no more."""

    __table_args__ = (
        CheckConstraint("payments > 0", name="payments_positive"),
        Index("uq_invoice_numbers_number", "number", unique=True, postgresql_where=text("NOT inherited")),
    )


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
