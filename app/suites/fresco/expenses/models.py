"""Expenses: single ones, recurring ones, and accrued ones."""

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
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import (
    Amount,
    OwnNature,
    Prose,
    Tags,
    account_key,
    at_most,
    not_blank,
    one_among,
    one_of,
    own_nature,
    positive,
    sane_day,
    tag_rules,
    tax_below_amount,
)
from app.kernel.money import COP_AND_USD, Currency
from app.kernel.recurrence import Frequency
from app.suites.fresco.expenses.rules import AccruedStatus, RecurringStatus


class Spending:
    """Columns common to every kind of expense."""

    description: Mapped[str] = mapped_column(String(500))
    amount: Mapped[Amount]
    currency: Mapped[Currency] = mapped_column(*one_among(Currency, "currency", COP_AND_USD))
    category: Mapped[str] = mapped_column(String(100))
    payment_method: Mapped[str] = mapped_column(String(100))
    client_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("clients.id", ondelete="RESTRICT"))
    project_id: Mapped[int | None] = mapped_column(BigInteger)
    supplier_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("suppliers.id", ondelete="RESTRICT"))
    notes: Mapped[Prose | None]


class Taxed:
    """Columns of expenses that are made or owed."""

    tax_amount: Mapped[Amount | None]
    """Part of the amount that is IVA; NULL where nobody said."""
    nature: Mapped[OwnNature]


def _spending(table: str) -> tuple[SchemaItem, ...]:
    """Constraints of every kind of expense; the key (project, client) keeps both consistent."""
    return (
        ForeignKeyConstraint(["project_id", "client_id"], ["projects.id", "projects.client_id"], ondelete="RESTRICT"),
        CheckConstraint("project_id IS NULL OR client_id IS NOT NULL", name="project_brings_client"),
        not_blank("description"),
        not_blank("category"),
        not_blank("payment_method"),
        positive("amount"),
        at_most("notes"),
        Index(f"ix_{table}_client_id", "client_id"),
        Index(f"ix_{table}_project_id", "project_id"),
    )


class Expense(Taxed, Spending, Keyed, Timestamps, Versioned, Base):
    """A single expense."""

    __tablename__ = "expenses"

    date: Mapped[day] = mapped_column()
    tags: Mapped[Tags]
    receipt_path: Mapped[str | None] = mapped_column(String(100), ForeignKey("stored_files.path", ondelete="RESTRICT"))
    cash_account_id: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        *_spending("expenses"),
        account_key(),
        tax_below_amount(),
        own_nature(),
        *tag_rules("expenses"),
        sane_day("date"),
        Index("ix_expenses_newest", date.desc(), "id"),
        Index("ix_expenses_amount", "amount"),
        Index("ix_expenses_supplier_id", "supplier_id"),
        Index("ix_expenses_payment_method", "payment_method", "date"),
        Index("ix_expenses_category", "category", "date"),
        Index("ix_expenses_receipt_path", "receipt_path"),
        Index("ix_expenses_cash_account_id", "cash_account_id"),
    )


class ExpenseRecord(NamedTuple):
    """An expense."""

    id: int
    date: day
    tags: list[str]
    receipt_path: str | None
    cash_account_id: int | None
    description: str
    amount: Decimal
    currency: Currency
    category: str
    payment_method: str
    client_id: int | None
    project_id: int | None
    supplier_id: int | None
    tax_amount: Decimal | None
    notes: str | None
    created_at: datetime
    updated_at: datetime
    version: int


class RecurringExpense(Spending, Keyed, Timestamps, Versioned, Base):
    """A recurring expense."""

    __tablename__ = "recurring_expenses"

    frequency: Mapped[Frequency] = mapped_column(one_of(Frequency, "frequency"))
    start_date: Mapped[day]
    status: Mapped[RecurringStatus] = mapped_column(
        one_of(RecurringStatus, "status"), default=RecurringStatus.ACTIVE, server_default=RecurringStatus.ACTIVE
    )
    next_payment: Mapped[day]
    settled_through: Mapped[day | None]
    """Occurrences up to this day were accrued or paused; NULL if none was."""

    __table_args__ = (
        *_spending("recurring_expenses"),
        sane_day("start_date"),
        sane_day("next_payment"),
        sane_day("settled_through"),
        CheckConstraint("next_payment >= start_date", name="next_payment_from_start"),
        Index("ix_recurring_expenses_category", "category"),
        Index("ix_recurring_expenses_supplier_id", "supplier_id"),
        Index("ix_recurring_expenses_status", "status", "next_payment"),
    )


class RecurringExpenseRecord(NamedTuple):
    """A recurring expense."""

    id: int
    frequency: Frequency
    start_date: day
    status: RecurringStatus
    next_payment: day
    settled_through: day | None
    description: str
    amount: Decimal
    currency: Currency
    category: str
    payment_method: str
    client_id: int | None
    project_id: int | None
    supplier_id: int | None
    notes: str | None
    created_at: datetime
    updated_at: datetime
    version: int


class AccruedExpense(Taxed, Spending, Keyed, Timestamps, Versioned, Base):
    """An accrued expense: a bill, or a due occurrence of a recurring expense, paid or not."""

    __tablename__ = "accrued_expenses"

    due_date: Mapped[day]
    paid_date: Mapped[day | None]
    paid_amount: Mapped[Amount | None]
    """Amount paid, by which cash is counted; `amount` is the one that was owed."""
    status: Mapped[AccruedStatus] = mapped_column(
        one_of(AccruedStatus, "status"), default=AccruedStatus.PENDING, server_default=AccruedStatus.PENDING
    )
    receipt_path: Mapped[str | None] = mapped_column(String(100), ForeignKey("stored_files.path", ondelete="RESTRICT"))
    invoice_number: Mapped[str | None] = mapped_column(String(100))
    is_recurring: Mapped[bool] = mapped_column(default=False, server_default="false")
    recurring_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("recurring_expenses.id", ondelete="RESTRICT")
    )
    """NULL for a bill, and once the recurring expense was deleted."""
    occurrence_date: Mapped[day | None]
    """Day in the recurring expense's calendar, which keeps it from being accrued again; the due date may be moved."""
    cash_account_id: Mapped[int | None] = mapped_column(BigInteger)
    """Cash account that it was paid from."""

    __table_args__ = (
        *_spending("accrued_expenses"),
        account_key(),
        CheckConstraint("cash_account_id IS NULL OR paid_date IS NOT NULL", name="account_of_paid"),
        tax_below_amount(),
        own_nature(),
        UniqueConstraint("recurring_id", "occurrence_date", name="uq_accrued_expenses_occurrence"),
        # Also the index by supplier.
        UniqueConstraint("supplier_id", "invoice_number", name="uq_accrued_expenses_invoice"),
        CheckConstraint("(status = 'pagado') = (paid_date IS NOT NULL)", name="paid_has_date"),
        CheckConstraint("(paid_date IS NOT NULL) = (paid_amount IS NOT NULL)", name="paid_has_amount"),
        positive("paid_amount"),
        CheckConstraint("recurring_id IS NULL OR is_recurring", name="origin_is_recurring"),
        CheckConstraint("is_recurring = (occurrence_date IS NOT NULL)", name="recurring_has_occurrence"),
        sane_day("due_date"),
        sane_day("paid_date"),
        sane_day("occurrence_date"),
        not_blank("invoice_number"),
        Index("ix_accrued_expenses_due_date", "due_date"),
        Index("ix_accrued_expenses_category", "category", "due_date"),
        Index("ix_accrued_expenses_payment_method", "payment_method", "due_date"),
        Index("ix_accrued_expenses_amount", "amount"),
        Index("ix_accrued_expenses_paid_date", "paid_date", "id"),
        Index("ix_accrued_expenses_status", "status", "due_date"),
        Index("ix_accrued_expenses_receipt_path", "receipt_path"),
        Index("ix_accrued_expenses_cash_account_id", "cash_account_id"),
    )


class AccruedExpenseRecord(NamedTuple):
    """An accrued expense."""

    id: int
    due_date: day
    paid_date: day | None
    paid_amount: Decimal | None
    cash_account_id: int | None
    status: AccruedStatus
    receipt_path: str | None
    invoice_number: str | None
    is_recurring: bool
    recurring_id: int | None
    description: str
    amount: Decimal
    currency: Currency
    category: str
    payment_method: str
    client_id: int | None
    project_id: int | None
    supplier_id: int | None
    tax_amount: Decimal | None
    notes: str | None
    created_at: datetime
    updated_at: datetime
    version: int
