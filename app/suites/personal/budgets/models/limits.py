"""Tables of budgets that limit spending."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Numeric, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import MAX_TAGS, Line, Tags, any_currency, not_blank, one_of, positive, sane_day
from app.kernel.money import Currency
from app.suites.personal.budgets.models.columns import Author, Level, Money, OfAccount, OfBook, OfBudget, OfCategory
from app.suites.personal.budgets.rules.limits import BudgetPeriod, Rollover


class Budget(Keyed, Timestamps, Versioned, Base):
    """A limit of spending in periods; without categories it is of all expenses."""

    __tablename__ = "budgets"

    book_id: Mapped[OfBook]
    name: Mapped[Line]
    currency: Mapped[Currency] = mapped_column(*any_currency("currency"))
    period: Mapped[BudgetPeriod] = mapped_column(one_of(BudgetPeriod, "period"))
    start_date: Mapped[date]
    end_date: Mapped[date | None]
    tags: Mapped[Tags]
    alert_threshold: Mapped[Level]
    alerts: Mapped[list[Decimal]] = mapped_column(ARRAY(Numeric(5, 3)))
    rollover: Mapped[Rollover] = mapped_column(one_of(Rollover, "rollover"))
    rollover_cap: Mapped[Money | None]
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    no_categories: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether its last category was deleted: then it is of nothing any more."""
    group_id: Mapped[int | None] = mapped_column(BigInteger)
    created_by: Mapped[Author]

    __table_args__ = (
        Index("ix_budgets_book_id", "book_id", "id"),
        not_blank("name"),
        positive("rollover_cap"),
        CheckConstraint("alert_threshold > 0 AND alert_threshold <= 1", name="alert_threshold_range"),
        CheckConstraint("cardinality(alerts) <= 10", name="alerts_number"),
        CheckConstraint(f"cardinality(tags) <= {MAX_TAGS}", name="tags_number"),
        CheckConstraint("end_date >= start_date", name="end_after_start"),
        CheckConstraint("NOT (no_categories AND is_active)", name="active_has_categories"),
        sane_day("start_date"),
        sane_day("end_date"),
    )


class BudgetRecord(NamedTuple):
    """A limit of spending in periods."""

    id: int
    book_id: int
    name: str
    currency: Currency
    period: BudgetPeriod
    start_date: date
    end_date: date | None
    tags: list[str]
    alert_threshold: Decimal
    alerts: list[Decimal]
    rollover: Rollover
    rollover_cap: Decimal | None
    is_active: bool
    no_categories: bool
    group_id: int | None
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class BudgetCategory(Keyed, Base):
    """A category of a budget, with all below it."""

    __tablename__ = "budget_categories"

    book_id: Mapped[OfBook]
    budget_id: Mapped[OfBudget]
    category_id: Mapped[OfCategory]

    __table_args__ = (
        UniqueConstraint("budget_id", "category_id", name="uq_budget_categories_category_id"),
        Index("ix_budget_categories_category_id", "category_id"),
        Index("ix_budget_categories_book_id", "book_id", "budget_id"),
    )


class BudgetCategoryRecord(NamedTuple):
    """A category of a budget."""

    budget_id: int
    category_id: int


class BudgetedAccount(Keyed, Base):
    """An account to which a budget is limited."""

    __tablename__ = "budget_accounts"

    book_id: Mapped[OfBook]
    budget_id: Mapped[OfBudget]
    account_id: Mapped[OfAccount]

    __table_args__ = (
        UniqueConstraint("budget_id", "account_id", name="uq_budget_accounts_account_id"),
        Index("ix_budget_accounts_account_id", "account_id"),
        Index("ix_budget_accounts_book_id", "book_id", "budget_id"),
    )


class BudgetedAccountRecord(NamedTuple):
    """An account to which a budget is limited."""

    budget_id: int
    account_id: int


class BudgetAmount(Keyed, Base):
    """The amount of a budget from a period on."""

    __tablename__ = "budget_amounts"

    book_id: Mapped[OfBook]
    budget_id: Mapped[OfBudget]
    from_period_start: Mapped[date]
    amount: Mapped[Money]

    __table_args__ = (
        UniqueConstraint("budget_id", "from_period_start", name="uq_budget_amounts_from_period_start"),
        Index("ix_budget_amounts_book_id", "book_id", "budget_id"),
        positive("amount"),
        sane_day("from_period_start"),
    )


class BudgetAmountRecord(NamedTuple):
    """The amount of a budget from a period on."""

    budget_id: int
    from_period_start: date
    amount: Decimal


class BudgetAlert(Keyed, Base):
    """An alert that was sent: one of a budget, period and level, ever."""

    __tablename__ = "budget_alerts"

    book_id: Mapped[OfBook]
    budget_id: Mapped[OfBudget]
    period_start: Mapped[date]
    level: Mapped[Level]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        UniqueConstraint("budget_id", "period_start", "level", name="uq_budget_alerts_level"),
        Index("ix_budget_alerts_book_id", "book_id", "period_start"),
        CheckConstraint("level > 0 AND level <= 10", name="level_range"),
        sane_day("period_start"),
    )


class BudgetAlertRecord(NamedTuple):
    """An alert that was sent."""

    budget_id: int
    period_start: date
    level: Decimal
