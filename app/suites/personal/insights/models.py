"""Tables of insights and subscriptions."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import any_currency, bounded, not_blank, one_of, sane_day
from app.infra.texts import BookJSON, BookText, at_most_unless_encrypted
from app.kernel.money import Currency
from app.suites.personal.insights.rules.insight import Action, InsightCode, Severity
from app.suites.personal.insights.rules.subscriptions import Frequency, SubscriptionKind, SubscriptionStatus

_Money = Annotated[Decimal, mapped_column(Numeric(18, 4))]
_Book = Annotated[int, mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))]
LONGEST_TITLE = 300
_Current = Annotated[bool, mapped_column(server_default=text("true"))]


class InsightState(Keyed, Base):
    """Version and day of a book of which its insights and subscriptions are."""

    __tablename__ = "insight_states"

    book_id: Mapped[_Book]
    book_version: Mapped[str] = mapped_column(String(100))
    day: Mapped[date]

    __table_args__ = (UniqueConstraint("book_id", name="uq_insight_states_book_id"), sane_day("day"))


class Insight(Keyed, Timestamps, Versioned, Base):
    """An insight, with what its reader says of it."""

    __tablename__ = "insights"

    book_id: Mapped[_Book]
    code: Mapped[InsightCode] = mapped_column(one_of(InsightCode, "code"))
    subject: Mapped[str] = mapped_column(BookText(200))
    period: Mapped[str] = mapped_column(String(10))
    severity: Mapped[Severity] = mapped_column(one_of(Severity, "severity"))
    title: Mapped[str] = mapped_column(BookText(LONGEST_TITLE))
    detail: Mapped[str] = mapped_column(BookText())
    title_es: Mapped[str] = mapped_column(BookText(LONGEST_TITLE))
    detail_es: Mapped[str] = mapped_column(BookText())
    """The texts in Spanish, for the readers of a book may have different languages."""
    amount: Mapped[_Money | None]
    currency: Mapped[Currency] = mapped_column(*any_currency("currency"))
    evidence: Mapped[dict[str, Any]] = mapped_column(BookJSON, server_default=text("'{}'"))
    action: Mapped[Action | None] = mapped_column(one_of(Action, "action"))
    found_on: Mapped[date]
    is_current: Mapped[_Current]
    """Whether it still holds; one that does not is kept for what was said of it."""
    is_dismissed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    useful: Mapped[bool | None]

    __table_args__ = (
        UniqueConstraint("book_id", "code", "subject", "period", name="uq_insights_key"),
        Index("ix_insights_found_on", "book_id", "found_on"),
        CheckConstraint("jsonb_typeof(evidence) = 'object'", name="evidence_object"),
        bounded("amount"),
        at_most_unless_encrypted("subject", 200),
        at_most_unless_encrypted("title", LONGEST_TITLE),
        at_most_unless_encrypted("title_es", LONGEST_TITLE),
        not_blank("title"),
        not_blank("title_es"),
        sane_day("found_on"),
    )


class Subscription(Keyed, Timestamps, Versioned, Base):
    """Charges that recur, with what their payer says of them."""

    __tablename__ = "subscriptions"

    book_id: Mapped[_Book]
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_accounts.id", ondelete="CASCADE"))
    payee: Mapped[str] = mapped_column(BookText(100))
    """Normalised name, by which it is found again."""
    part: Mapped[int] = mapped_column(SmallInteger)
    """Number among those of one payee and account, from the cheapest."""
    name: Mapped[str] = mapped_column(BookText(200))
    payee_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("payees.id", ondelete="SET NULL"))
    category_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("categories.id", ondelete="SET NULL"))
    kind: Mapped[SubscriptionKind] = mapped_column(one_of(SubscriptionKind, "kind"))
    status: Mapped[SubscriptionStatus] = mapped_column(one_of(SubscriptionStatus, "status"))
    is_possible: Mapped[bool]
    frequency: Mapped[Frequency] = mapped_column(one_of(Frequency, "frequency"))
    interval: Mapped[int] = mapped_column(SmallInteger)
    currency: Mapped[Currency] = mapped_column(*any_currency("currency"))
    amount: Mapped[_Money]
    min_amount: Mapped[_Money]
    max_amount: Mapped[_Money]
    yearly_cost: Mapped[_Money]
    charges: Mapped[int]
    first_date: Mapped[date]
    last_date: Mapped[date]
    next_date: Mapped[date | None]
    price_history: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    last_transaction_id: Mapped[int] = mapped_column(BigInteger)
    recurring_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("recurring_transactions.id", ondelete="SET NULL")
    )
    is_current: Mapped[_Current]
    is_confirmed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_dismissed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        UniqueConstraint("book_id", "account_id", "payee", "part", name="uq_subscriptions_key"),
        Index("ix_subscriptions_account_id", "account_id"),
        Index("ix_subscriptions_payee_id", "payee_id"),
        Index("ix_subscriptions_category_id", "category_id"),
        Index("ix_subscriptions_recurring_id", "recurring_id"),
        CheckConstraint("NOT (is_confirmed AND is_dismissed)", name="one_answer"),
        CheckConstraint("jsonb_typeof(price_history) = 'array'", name="price_history_array"),
        CheckConstraint("amount > 0 AND amount < 10000000000", name="amount_positive"),
        CheckConstraint("min_amount > 0 AND min_amount <= max_amount", name="amounts_order"),
        CheckConstraint("charges > 0 AND part > 0 AND interval > 0", name="numbers_positive"),
        bounded("max_amount"),
        not_blank("name"),
        at_most_unless_encrypted("name", 200),
        at_most_unless_encrypted("payee", 100),
        *(sane_day(name) for name in ("first_date", "last_date", "next_date")),
    )


class InsightRecord(NamedTuple):
    """An insight."""

    id: int
    book_id: int
    code: InsightCode
    subject: str
    period: str
    severity: Severity
    title: str
    detail: str
    title_es: str
    detail_es: str
    amount: Decimal | None
    currency: Currency
    evidence: dict[str, Any]
    action: Action | None
    found_on: date
    is_current: bool
    is_dismissed: bool
    useful: bool | None
    created_at: datetime
    updated_at: datetime
    version: int


class SubscriptionRecord(NamedTuple):
    """Charges that recur."""

    id: int
    book_id: int
    account_id: int
    payee: str
    part: int
    name: str
    payee_id: int | None
    category_id: int | None
    kind: SubscriptionKind
    status: SubscriptionStatus
    is_possible: bool
    frequency: Frequency
    interval: int
    currency: Currency
    amount: Decimal
    min_amount: Decimal
    max_amount: Decimal
    yearly_cost: Decimal
    charges: int
    first_date: date
    last_date: date
    next_date: date | None
    price_history: list[dict[str, Any]]
    last_transaction_id: int
    recurring_id: int | None
    is_current: bool
    is_confirmed: bool
    is_dismissed: bool
    created_at: datetime
    updated_at: datetime
    version: int


class StateRecord(NamedTuple):
    """Version and day of a book of which its insights are."""

    book_id: int
    book_version: str
    day: date
