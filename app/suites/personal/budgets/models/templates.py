"""Tables of budget templates."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Line, not_blank, positive
from app.suites.personal.budgets.models.columns import Author, Money, OfBook, OfCategory


class BudgetTemplate(Keyed, Timestamps, Versioned, Base):
    """Amounts and shares of the income by category, of which a month's budget is made."""

    __tablename__ = "budget_templates"

    book_id: Mapped[OfBook]
    name: Mapped[Line]
    created_by: Mapped[Author]

    __table_args__ = (Index("ix_budget_templates_book_id", "book_id", "id"), not_blank("name"))


class BudgetTemplateRecord(NamedTuple):
    """Amounts and shares of the income by category."""

    id: int
    name: str
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class TemplateItem(Keyed, Base):
    """An amount, or a share of the income, of a category in a template."""

    __tablename__ = "budget_template_items"

    book_id: Mapped[OfBook]
    template_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("budget_templates.id", ondelete="CASCADE"))
    place: Mapped[int]
    category_id: Mapped[OfCategory]
    amount: Mapped[Money | None]
    percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))

    __table_args__ = (
        UniqueConstraint("template_id", "category_id", name="uq_budget_template_items_category_id"),
        Index("ix_budget_template_items_category_id", "category_id"),
        CheckConstraint("(amount IS NULL) <> (percent IS NULL)", name="amount_or_percent"),
        CheckConstraint("percent > 0 AND percent <= 100", name="percent_range"),
        positive("amount"),
    )


class TemplateItemRecord(NamedTuple):
    """An amount, or a share of the income, of a category in a template."""

    template_id: int
    category_id: int
    amount: Decimal | None
    percent: Decimal | None
