"""The company."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Numeric, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Timestamps, Versioned
from app.infra.db.columns import any_currency, not_blank, sane_day
from app.kernel.money import MOST_DIGITS, Currency

THE_COMPANY = 1
"""Id of the only row."""


class Company(Timestamps, Versioned, Base):
    """The company of this installation."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, sort_order=-1)
    name: Mapped[str] = mapped_column(String(200))
    legal_name: Mapped[str | None] = mapped_column(String(200))
    tax_id: Mapped[str | None] = mapped_column(String(50))
    country: Mapped[str] = mapped_column(String(2))
    timezone: Mapped[str] = mapped_column(String(64))
    base_currency: Mapped[Currency] = mapped_column(*any_currency("base_currency"))
    billing_currencies: Mapped[list[str]] = mapped_column(ARRAY(String(3)))
    locale: Mapped[str] = mapped_column(String(35))
    logo: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id", ondelete="RESTRICT"))
    opening_balance: Mapped[Decimal] = mapped_column(Numeric)
    opening_date: Mapped[date | None]
    tax_rate: Mapped[Decimal] = mapped_column(Numeric(7, 6))
    marketing_categories: Mapped[list[str]] = mapped_column(ARRAY(String(200)))
    capital_income_types: Mapped[list[str]] = mapped_column(ARRAY(String(200)))
    capital_expense_categories: Mapped[list[str]] = mapped_column(ARRAY(String(200)))
    cashflow_suites: Mapped[list[str]] = mapped_column(ARRAY(String(40)))

    __table_args__ = (
        CheckConstraint(f"id = {THE_COMPANY}", name="only_one"),
        not_blank("name"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_code"),
        CheckConstraint("base_currency = ANY (billing_currencies)", name="bills_in_base_currency"),
        CheckConstraint("opening_balance BETWEEN -1000000000000000 AND 1000000000000000", name="opening_balance_range"),
        CheckConstraint(f"scale(opening_balance) <= {MOST_DIGITS}", name="opening_balance_scale"),
        CheckConstraint("tax_rate BETWEEN 0 AND 1", name="tax_rate_range"),
        sane_day("opening_date"),
        Index("ix_company_logo", "logo"),
    )


class CompanyRecord(NamedTuple):
    """The company."""

    id: int
    name: str
    legal_name: str | None
    tax_id: str | None
    country: str
    timezone: str
    base_currency: Currency
    billing_currencies: list[str]
    locale: str
    logo: int | None
    opening_balance: Decimal
    opening_date: date | None
    tax_rate: Decimal
    marketing_categories: list[str]
    capital_income_types: list[str]
    capital_expense_categories: list[str]
    cashflow_suites: list[str]
    created_at: datetime
    updated_at: datetime
    version: int
