"""Tables of envelopes: what people assign and hold; all else is computed."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.data_keys import ENCRYPTED
from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import any_currency, bounded, sane_day
from app.kernel.money import Currency
from app.suites.personal.budgets.models.columns import Money, OfAccount, OfBook, OfCategory

_FIRST_OF_MONTH = "extract(day FROM month) = 1"


class Assignment(Keyed, Timestamps, Base):
    """Money assigned in a month to a category, to what has none, or to the payment of a card."""

    __tablename__ = "assignments"

    book_id: Mapped[OfBook]
    month: Mapped[date]
    """The first day of the month that names it, whichever day the book's months begin on."""
    category_id: Mapped[OfCategory | None]
    account_id: Mapped[OfAccount | None]
    amount: Mapped[Money]
    currency: Mapped[Currency] = mapped_column(*any_currency("currency"))

    __table_args__ = (
        Index(
            "uq_assignments_month",
            "book_id",
            "month",
            text("coalesce(category_id, 0)"),
            text("coalesce(account_id, 0)"),
            unique=True,
        ),
        Index("ix_assignments_category_id", "category_id"),
        Index("ix_assignments_account_id", "account_id"),
        CheckConstraint("category_id IS NULL OR account_id IS NULL", name="one_side"),
        CheckConstraint(_FIRST_OF_MONTH, name="month_first_day"),
        bounded("amount"),
        sane_day("month"),
    )


class AssignmentRecord(NamedTuple):
    """Money assigned in a month."""

    id: int
    month: date
    category_id: int | None
    account_id: int | None
    amount: Decimal
    currency: Currency


class MonthNote(Keyed, Timestamps, Versioned, Base):
    """Money that is held in a month for the next one, and what people note of the month."""

    __tablename__ = "month_notes"

    book_id: Mapped[OfBook]
    month: Mapped[date]
    held: Mapped[Money] = mapped_column(server_default="0")
    currency: Mapped[Currency] = mapped_column(*any_currency("currency"))
    note: Mapped[str | None] = mapped_column(Text, info={ENCRYPTED: "id"})

    __table_args__ = (
        UniqueConstraint("book_id", "month", name="uq_month_notes_month"),
        CheckConstraint("held >= 0 AND held < 10000000000", name="held_range"),
        CheckConstraint(_FIRST_OF_MONTH, name="month_first_day"),
        CheckConstraint("char_length(note) <= 60000", name="note_size"),
        sane_day("month"),
    )


class StoredNote(NamedTuple):
    """The note of a month as it is stored, encrypted."""

    id: int
    note: str | None


class MonthNoteRecord(NamedTuple):
    """Money that is held in a month, and a note of it."""

    month: date
    held: Decimal
    currency: Currency
    note: str | None
