"""Incomes."""

from datetime import date as day
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

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
    own_nature,
    positive,
    sane_day,
    tag_rules,
    tax_below_amount,
)
from app.kernel.money import COP_AND_USD, Currency


class Income(Keyed, Timestamps, Versioned, Base):
    """An income outside the payment plans."""

    __tablename__ = "incomes"

    description: Mapped[str] = mapped_column(String(500))
    date: Mapped[day] = mapped_column()
    amount: Mapped[Amount]
    currency: Mapped[Currency] = mapped_column(*one_among(Currency, "currency", COP_AND_USD))
    type: Mapped[str] = mapped_column(String(100))
    client: Mapped[str | None] = mapped_column(String(200))
    client_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("clients.id", ondelete="RESTRICT"))
    project_id: Mapped[int | None] = mapped_column(BigInteger)
    payment_method: Mapped[str] = mapped_column(String(100))
    receipt_path: Mapped[str | None] = mapped_column(String(100), ForeignKey("stored_files.path", ondelete="RESTRICT"))
    notes: Mapped[Prose | None]
    tags: Mapped[Tags]
    tax_amount: Mapped[Amount | None]
    """Part of the amount that is IVA; NULL where nobody said."""
    nature: Mapped[OwnNature]
    cash_account_id: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        account_key(),
        ForeignKeyConstraint(["project_id", "client_id"], ["projects.id", "projects.client_id"], ondelete="RESTRICT"),
        CheckConstraint("project_id IS NULL OR client_id IS NOT NULL", name="project_brings_client"),
        not_blank("description"),
        not_blank("type"),
        not_blank("payment_method"),
        positive("amount"),
        tax_below_amount(),
        own_nature(),
        sane_day("date"),
        at_most("notes"),
        *tag_rules("incomes"),
        Index("ix_incomes_newest", date.desc(), "id"),
        Index("ix_incomes_amount", "amount"),
        Index("ix_incomes_type", "type", "date"),
        Index("ix_incomes_client_id", "client_id"),
        Index("ix_incomes_project_id", "project_id"),
        Index("ix_incomes_payment_method", "payment_method", "date"),
        Index("ix_incomes_receipt_path", "receipt_path"),
        Index("ix_incomes_cash_account_id", "cash_account_id"),
    )


class IncomeRecord(NamedTuple):
    """An income."""

    id: int
    description: str
    date: day
    amount: Decimal
    currency: Currency
    type: str
    client: str | None
    client_id: int | None
    project_id: int | None
    payment_method: str
    cash_account_id: int | None
    receipt_path: str | None
    notes: str | None
    tags: list[str]
    tax_amount: Decimal | None
    created_at: datetime
    updated_at: datetime
    version: int
