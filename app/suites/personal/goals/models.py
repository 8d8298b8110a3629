"""Tables of goals."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.data_keys import ENCRYPTED
from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Line, any_currency, bounded, not_blank, one_of, sane_day
from app.kernel.money import Currency
from app.suites.personal.goals.rules.automatic import Frequency
from app.suites.personal.goals.rules.progress import MILESTONES, GoalType, Tracking

_Money = Annotated[Decimal, mapped_column(Numeric(18, 4))]
_Book = Annotated[int, mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))]
_Account = Annotated[int, mapped_column(BigInteger, ForeignKey("personal_accounts.id", ondelete="RESTRICT"))]
_Goal = Annotated[int, mapped_column(BigInteger, ForeignKey("goals.id", ondelete="CASCADE"))]
_TRACKED = (
    "CASE tracking WHEN 'account' THEN account_id IS NOT NULL WHEN 'debt' THEN account_id IS NOT NULL ELSE true END"
)


class Goal(Keyed, Timestamps, Versioned, Base):
    """A sum of money to be reached."""

    __tablename__ = "goals"

    book_id: Mapped[_Book]
    name: Mapped[Line]
    description: Mapped[str | None] = mapped_column(Text, info={ENCRYPTED: "id"})
    target_amount: Mapped[_Money]
    currency: Mapped[Currency] = mapped_column(*any_currency("currency"))
    target_date: Mapped[date | None]
    goal_type: Mapped[GoalType] = mapped_column(one_of(GoalType, "goal_type"))
    priority: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    tracking: Mapped[Tracking] = mapped_column(
        one_of(Tracking, "tracking"), default=Tracking.CONTRIBUTIONS, server_default=Tracking.CONTRIBUTIONS.value
    )
    account_id: Mapped[_Account | None]
    category_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("categories.id", ondelete="RESTRICT"))
    start_amount: Mapped[_Money] = mapped_column(server_default="0")
    start_date: Mapped[date]
    milestones: Mapped[list[int]] = mapped_column(
        ARRAY(SmallInteger), default=lambda: list(MILESTONES), server_default="{25,50,75,100}"
    )
    is_achieved: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_archived: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    auto_amount: Mapped[_Money | None]
    auto_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    auto_round_up: Mapped[_Money | None]
    """Unit to which expenses are rounded up; what is lacking is contributed."""
    auto_frequency: Mapped[Frequency | None] = mapped_column(one_of(Frequency, "auto_frequency"))
    auto_account_id: Mapped[_Account | None]
    auto_start: Mapped[date | None]
    auto_next: Mapped[date | None]
    """Day of the next automatic contribution."""
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))

    __table_args__ = (
        Index("ix_goals_priority", "book_id", "priority", "id"),
        Index("ix_goals_account_id", "account_id"),
        Index("ix_goals_auto_account_id", "auto_account_id"),
        Index("ix_goals_category_id", "category_id"),
        CheckConstraint("target_amount > 0 AND target_amount < 10000000000", name="target_amount_positive"),
        CheckConstraint("priority BETWEEN 1 AND 99", name="priority_range"),
        CheckConstraint("cardinality(milestones) <= 20", name="milestones_number"),
        CheckConstraint("auto_amount > 0 AND auto_amount < 10000000000", name="auto_amount_positive"),
        CheckConstraint("auto_percent > 0 AND auto_percent <= 100", name="auto_percent_range"),
        CheckConstraint("auto_round_up > 0 AND auto_round_up < 10000000000", name="auto_round_up_positive"),
        CheckConstraint(
            "num_nonnulls(auto_amount, auto_percent, auto_round_up) = num_nonnulls(auto_frequency)", name="auto_one_way"
        ),
        CheckConstraint("(auto_frequency IS NULL) = (auto_start IS NULL)", name="auto_has_start"),
        CheckConstraint(_TRACKED, name="tracked_account"),
        bounded("start_amount"),
        not_blank("name"),
        CheckConstraint("char_length(description) <= 60000", name="description_size"),
        *(sane_day(name) for name in ("target_date", "start_date", "auto_start", "auto_next")),
    )


class GoalContribution(Keyed, Base):
    """Money that was put aside for a goal, or taken back from it."""

    __tablename__ = "goal_contributions"

    book_id: Mapped[_Book]
    goal_id: Mapped[_Goal]
    amount: Mapped[_Money]
    contribution_date: Mapped[date]
    notes: Mapped[str | None] = mapped_column(Text, info={ENCRYPTED: "id"})
    transaction_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("transactions.id", ondelete="CASCADE"))
    """The transfer that moved it; without the one there is not the other."""
    automatic_day: Mapped[date | None]
    """Day of an automatic contribution, of which there is one a goal and day."""
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        UniqueConstraint("goal_id", "automatic_day", name="uq_goal_contributions_automatic_day"),
        Index("ix_goal_contributions_goal_id", "goal_id", "contribution_date"),
        Index("ix_goal_contributions_transaction_id", "transaction_id"),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        bounded("amount"),
        CheckConstraint("char_length(notes) <= 60000", name="notes_size"),
        sane_day("contribution_date"),
        sane_day("automatic_day"),
    )


class GoalMilestone(Keyed, Base):
    """A milestone that was reached, once for ever."""

    __tablename__ = "goal_milestones"

    book_id: Mapped[_Book]
    goal_id: Mapped[_Goal]
    milestone: Mapped[int] = mapped_column(SmallInteger)
    """Percentage of the target."""
    reached_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("goal_id", "milestone", name="uq_goal_milestones_milestone"),
        CheckConstraint("milestone BETWEEN 1 AND 1000", name="milestone_range"),
    )


class GoalRecord(NamedTuple):
    """A sum of money to be reached."""

    id: int
    book_id: int
    name: str
    description: str | None
    target_amount: Decimal
    currency: Currency
    target_date: date | None
    goal_type: GoalType
    priority: int
    tracking: Tracking
    account_id: int | None
    category_id: int | None
    start_amount: Decimal
    start_date: date
    milestones: list[int]
    is_achieved: bool
    is_archived: bool
    auto_amount: Decimal | None
    auto_percent: Decimal | None
    auto_round_up: Decimal | None
    auto_frequency: Frequency | None
    auto_account_id: int | None
    auto_start: date | None
    auto_next: date | None
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class ContributionRecord(NamedTuple):
    """Money that was put aside for a goal, or taken back from it."""

    id: int
    book_id: int
    goal_id: int
    amount: Decimal
    contribution_date: date
    notes: str | None
    transaction_id: int | None
    automatic_day: date | None
    created_by: int | None
    created_at: datetime


class MilestoneRecord(NamedTuple):
    """A milestone that was reached."""

    goal_id: int
    milestone: int
    reached_at: datetime


class ContributedMonth(NamedTuple):
    """Sum of the contributions to a goal in a month."""

    goal_id: int
    first_day: date
    amount: Decimal
