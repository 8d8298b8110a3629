"""Tables of recurring transactions."""

from datetime import date as day_type
from datetime import datetime
from decimal import Decimal
from typing import Annotated, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.data_keys import ENCRYPTED
from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import MAX_TAGS, Tags, bounded, not_blank, one_of, sane_day
from app.infra.texts import BookText, at_most_unless_encrypted
from app.kernel.money import Currency
from app.kernel.recurrence import Weekend
from app.suites.personal.recurring.rules import MOST_INTERVAL, MOST_OCCURRENCES, AmountMode, Frequency, TransactionType

_Money = Annotated[Decimal, mapped_column(Numeric(18, 4))]
_Book = Annotated[int, mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))]
_Account = Annotated[int, mapped_column(BigInteger, ForeignKey("personal_accounts.id", ondelete="RESTRICT"))]
_Category = Annotated[int, mapped_column(BigInteger, ForeignKey("categories.id", ondelete="RESTRICT"))]
_Recurring = Annotated[int, mapped_column(BigInteger, ForeignKey("recurring_transactions.id", ondelete="CASCADE"))]


class Recurring(Keyed, Timestamps, Versioned, Base):
    """A template from which transactions are entered, and the calendar of their days."""

    __tablename__ = "recurring_transactions"

    book_id: Mapped[_Book]
    template_name: Mapped[str] = mapped_column(BookText(200))
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    frequency: Mapped[Frequency] = mapped_column(one_of(Frequency, "frequency"))
    interval: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    day: Mapped[int | None] = mapped_column(SmallInteger)
    weekend: Mapped[Weekend] = mapped_column(
        one_of(Weekend, "weekend"), default=Weekend.SAME, server_default=Weekend.SAME.value
    )
    start_date: Mapped[day_type]
    end_date: Mapped[day_type | None]
    max_occurrences: Mapped[int | None]
    amount_mode: Mapped[AmountMode] = mapped_column(
        one_of(AmountMode, "amount_mode"), default=AmountMode.FIXED, server_default=AmountMode.FIXED.value
    )
    min_amount: Mapped[_Money | None]
    max_amount: Mapped[_Money | None]
    auto_post: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    days_before: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    skipped: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default="{}")
    type: Mapped[TransactionType] = mapped_column(one_of(TransactionType, "type"))
    amount: Mapped[_Money]
    account_id: Mapped[_Account]
    to_account_id: Mapped[_Account | None]
    to_amount: Mapped[_Money | None]
    category_id: Mapped[_Category | None]
    budget_category_id: Mapped[_Category | None]
    payee_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("payees.id", ondelete="SET NULL"))
    description: Mapped[str | None] = mapped_column(BookText(500))
    payment_method: Mapped[str | None] = mapped_column(String(100))
    location: Mapped[str | None] = mapped_column(Text, info={ENCRYPTED: "id"})
    notes: Mapped[str | None] = mapped_column(Text, info={ENCRYPTED: "id"})
    tags: Mapped[Tags]
    exclude_from_reports: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    handled: Mapped[int] = mapped_column(default=0, server_default="0")
    """Number of the occurrence up to which all were entered, skipped or left out."""
    numbered_from: Mapped[int] = mapped_column(default=0, server_default="0")
    """Number of the last occurrence of the calendars before the one it has."""
    resumed: Mapped[day_type | None]
    """Day before which nothing is made up for."""
    next_occurrence: Mapped[day_type | None]
    """Day of the next occurrence, kept so that what is due is found by an index; null while it is paused or over."""
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))

    __table_args__ = (
        Index("ix_recurring_transactions_due", "book_id", "next_occurrence"),
        Index("ix_recurring_transactions_account_id", "account_id"),
        Index("ix_recurring_transactions_to_account_id", "to_account_id"),
        Index("ix_recurring_transactions_category_id", "category_id"),
        Index("ix_recurring_transactions_budget_category_id", "budget_category_id"),
        Index("ix_recurring_transactions_payee_id", "payee_id"),
        CheckConstraint(f"interval BETWEEN 1 AND {MOST_INTERVAL}", name="interval_range"),
        CheckConstraint("day BETWEEN 1 AND 31", name="day_range"),
        CheckConstraint("end_date >= start_date", name="end_after_start"),
        CheckConstraint(f"max_occurrences BETWEEN 1 AND {MOST_OCCURRENCES}", name="max_occurrences_range"),
        CheckConstraint("days_before BETWEEN 0 AND 60", name="days_before_range"),
        CheckConstraint("amount > 0 AND amount < 10000000000", name="amount_positive"),
        CheckConstraint("min_amount > 0 AND min_amount <= amount", name="min_amount_range"),
        CheckConstraint("max_amount >= amount AND max_amount < 10000000000", name="max_amount_range"),
        CheckConstraint("to_amount > 0 AND to_amount < 10000000000", name="to_amount_positive"),
        CheckConstraint("(type = 'transfer') = (to_account_id IS NOT NULL)", name="transfer_has_account"),
        CheckConstraint("account_id <> to_account_id", name="accounts_differ"),
        CheckConstraint("handled >= numbered_from AND numbered_from >= 0", name="numbers"),
        CheckConstraint("is_active OR next_occurrence IS NULL", name="paused_has_no_next"),
        CheckConstraint(f"cardinality(tags) <= {MAX_TAGS}", name="tags_number"),
        CheckConstraint("char_length(location) <= 2000", name="location_size"),
        CheckConstraint("char_length(notes) <= 60000", name="notes_size"),
        not_blank("template_name"),
        at_most_unless_encrypted("template_name", 200),
        at_most_unless_encrypted("description", 500),
        *(sane_day(name) for name in ("start_date", "end_date", "resumed", "next_occurrence")),
    )


class RecurringSplit(Keyed, Base):
    """A part of the transactions that a template makes, of a category or of another account."""

    __tablename__ = "recurring_splits"

    book_id: Mapped[_Book]
    recurring_id: Mapped[_Recurring]
    place: Mapped[int]
    amount: Mapped[_Money]
    category_id: Mapped[_Category | None]
    account_id: Mapped[_Account | None]
    notes: Mapped[str | None] = mapped_column(Text, info={ENCRYPTED: "id"})
    tags: Mapped[Tags]

    __table_args__ = (
        UniqueConstraint("recurring_id", "place", name="uq_recurring_splits_place"),
        Index("ix_recurring_splits_category_id", "category_id"),
        Index("ix_recurring_splits_account_id", "account_id"),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        CheckConstraint("category_id IS NULL OR account_id IS NULL", name="one_side"),
        CheckConstraint(f"cardinality(tags) <= {MAX_TAGS}", name="tags_number"),
        bounded("amount"),
        CheckConstraint("char_length(notes) <= 60000", name="notes_size"),
    )


class RecurringOccurrence(Keyed, Base):
    """An occurrence that was handled: a transaction names it, or there is the code of a refusal."""

    __tablename__ = "recurring_occurrences"

    book_id: Mapped[_Book]
    recurring_id: Mapped[_Recurring]
    occurrence: Mapped[int]
    day: Mapped[day_type]
    refusal: Mapped[str | None] = mapped_column(String(60))

    __table_args__ = (
        UniqueConstraint("recurring_id", "occurrence", name="uq_recurring_occurrences_occurrence"),
        CheckConstraint("occurrence > 0", name="occurrence_positive"),
        sane_day("day"),
    )


class RecurringRecord(NamedTuple):
    """A template from which transactions are entered."""

    id: int
    book_id: int
    template_name: str
    is_active: bool
    frequency: Frequency
    interval: int
    day: int | None
    weekend: Weekend
    start_date: day_type
    end_date: day_type | None
    max_occurrences: int | None
    amount_mode: AmountMode
    min_amount: Decimal | None
    max_amount: Decimal | None
    auto_post: bool
    days_before: int
    skipped: list[int]
    type: TransactionType
    amount: Decimal
    account_id: int
    to_account_id: int | None
    to_amount: Decimal | None
    category_id: int | None
    budget_category_id: int | None
    payee_id: int | None
    description: str | None
    payment_method: str | None
    location: str | None
    notes: str | None
    tags: list[str]
    exclude_from_reports: bool
    handled: int
    numbered_from: int
    resumed: day_type | None
    next_occurrence: day_type | None
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class RecurringSplitRecord(NamedTuple):
    """A part of the transactions that a template makes."""

    id: int
    recurring_id: int
    amount: Decimal
    category_id: int | None
    account_id: int | None
    notes: str | None
    tags: list[str]


class OccurrenceRecord(NamedTuple):
    """An occurrence that was handled."""

    recurring_id: int
    occurrence: int
    day: day_type
    refusal: str | None


class LastHandled(NamedTuple):
    """The highest number and the last day of the occurrences that were handled; None if there are none."""

    occurrence: int | None
    day: day_type | None


class PostedAmount(NamedTuple):
    """The amount of a transaction that an occurrence became."""

    recurring_id: int
    occurrence: int
    amount: Decimal


class Scheduled(NamedTuple):
    """An occurrence of a day, and the transaction that is expected then."""

    recurring_id: int
    template_name: str
    occurrence: int
    date: day_type
    is_handled: bool
    """Whether it was entered, or left out, already."""
    type: TransactionType
    amount: Decimal
    currency: Currency
    least: Decimal
    most: Decimal
    """Amounts between which a line of the bank is this occurrence."""
    account_id: int
    to_account_id: int | None
    category_id: int | None
    payee_id: int | None
    description: str | None
