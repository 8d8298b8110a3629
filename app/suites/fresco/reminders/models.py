"""Rules by which clients are reminded, and what was sent."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Line, Prose, at_most, not_blank, one_of, sane_day
from app.kernel.money import Currency
from app.suites.fresco.reminders.rules import LONGEST_TEXT, MOST_DAYS, ReminderState


class ReminderRule(Keyed, Timestamps, Versioned, Base):
    """When clients are reminded of unpaid payments, and what they are told."""

    __tablename__ = "reminder_rules"

    days: Mapped[int]
    """Days after the due date; before it where negative."""
    subject: Mapped[Line]
    text: Mapped[Prose]
    active: Mapped[bool] = mapped_column(default=True, server_default=true())

    __table_args__ = (
        CheckConstraint(f"days BETWEEN -{MOST_DAYS} AND {MOST_DAYS}", name="days_range"),
        not_blank("subject"),
        not_blank("text"),
        at_most("text", LONGEST_TEXT),
    )


class Reminder(Keyed, Timestamps, Base):
    """A mail to a client about a payment: one for each payment and rule."""

    __tablename__ = "reminders"

    rule_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("reminder_rules.id", ondelete="SET NULL"))
    payment_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("payments.id", ondelete="SET NULL"))
    client_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("clients.id", ondelete="SET NULL"))
    due_date: Mapped[date]
    recipient: Mapped[str] = mapped_column(String(200))
    state: Mapped[ReminderState] = mapped_column(
        one_of(ReminderState, "state"), default=ReminderState.WAITING, server_default=ReminderState.WAITING
    )
    subject: Mapped[str | None] = mapped_column(String(500))
    reason: Mapped[str | None] = mapped_column(String(200))
    """Why it was not sent."""
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("payment_id", "rule_id", name="uq_reminders_once"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        sane_day("due_date"),
        Index("ix_reminders_rule_id", "rule_id"),
        Index("ix_reminders_client_id", "client_id"),
    )


class RuleRecord(NamedTuple):
    """A rule by which clients are reminded."""

    id: int
    days: int
    subject: str
    text: str
    active: bool
    created_at: datetime
    updated_at: datetime
    version: int


class ReminderRecord(NamedTuple):
    """A mail to a client about a payment."""

    id: int
    rule_id: int | None
    payment_id: int | None
    client_id: int | None
    due_date: date
    recipient: str
    state: ReminderState
    subject: str | None
    reason: str | None
    created_at: datetime
    sent_at: datetime | None


class RemindedPayment(NamedTuple):
    """A payment, with what a reminder says about it."""

    id: int
    client_id: int
    due: date
    amount: Decimal
    paid_amount: Decimal
    currency: Currency
    is_paid: bool
    invoice: str | None
    project: str
    client: str
    contact: str | None
    email: str | None
    wanted: bool
    """Whether the client gets reminders."""
