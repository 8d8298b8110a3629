"""Entries and their lines."""

from datetime import date as day
from datetime import datetime
from decimal import Decimal
from typing import Annotated, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Numeric,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ledger.rules import FEWEST_LINES, MOST_LINES, LineStatus
from app.infra.db import Base, Keyed
from app.infra.db.columns import bounded, currency_code, not_blank, one_of, sane_day

Signed = Annotated[Decimal, mapped_column(Numeric(18, 4))]


class Entry(Keyed, Base):
    """Lines that were posted at once, and balance."""

    __tablename__ = "entries"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("books.id", ondelete="RESTRICT"))
    date: Mapped[day]
    value_date: Mapped[day | None]
    """Own day of what it tells, where the entry has another one because that day's month was closed."""
    source: Mapped[str] = mapped_column(String(40))
    source_key: Mapped[str | None] = mapped_column(String(120))
    """Key of the event that made it, unique within the source: posting it again posts nothing."""
    journal: Mapped[str | None] = mapped_column(String(20))
    number: Mapped[int | None]
    """Given by a numbering run: without gaps in a book, journal and month."""
    memo: Mapped[str | None] = mapped_column(String(500))
    document_type: Mapped[str | None] = mapped_column(String(20))
    document_series: Mapped[str | None] = mapped_column(String(20))
    document_number: Mapped[str | None] = mapped_column(String(40))
    party_id: Mapped[int | None] = mapped_column(BigInteger)
    reverses_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("entries.id", ondelete="RESTRICT"))
    line_count: Mapped[int]
    """Number of its lines, so that none can be added to a complete entry."""
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    """A user, who may be gone by now: an entry is never changed for that."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        UniqueConstraint("book_id", "source", "source_key", name="uq_entries_source_key"),
        UniqueConstraint("reverses_id", name="uq_entries_reverses_id"),
        Index("ix_entries_date", "book_id", "date", "id"),
        Index(
            "uq_entries_number",
            "book_id",
            "journal",
            text("month_of(date)"),
            "number",
            unique=True,
            postgresql_where=text("number IS NOT NULL"),
        ),
        CheckConstraint(f"line_count BETWEEN {FEWEST_LINES} AND {MOST_LINES}", name="line_count_range"),
        CheckConstraint("number IS NULL OR (number > 0 AND journal IS NOT NULL)", name="number_in_journal"),
        CheckConstraint("reverses_id <> id", name="reverses_other"),
        not_blank("source"),
        sane_day("date"),
        sane_day("value_date"),
    )


class EntryRecord(NamedTuple):
    """Lines that were posted at once."""

    id: int
    book_id: int
    date: day
    value_date: day | None
    source: str
    source_key: str | None
    journal: str | None
    number: int | None
    memo: str | None
    document_type: str | None
    document_series: str | None
    document_number: str | None
    party_id: int | None
    reverses_id: int | None
    line_count: int
    created_by: int | None
    created_at: datetime


class EntryLine(Keyed, Base):
    """One account's part of an entry; a debit is positive, a credit negative.

    A trigger sees to it that entry, account and cost centre are of its book: foreign keys of two columns are checked at
    thrice the cost.
    """

    __tablename__ = "lines"

    book_id: Mapped[int] = mapped_column(BigInteger)
    entry_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("entries.id", ondelete="RESTRICT"))
    position: Mapped[int]
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.id", ondelete="RESTRICT"))
    counterpart_id: Mapped[int | None] = mapped_column(BigInteger)
    """The account on the other side, one of the same entry; NULL if there are several."""
    date: Mapped[day]
    amount: Mapped[Signed]
    currency: Mapped[str] = mapped_column(String(3))
    base_amount: Mapped[Signed | None]
    """Amount in the base currency of a company's book; NULL in a personal one."""
    rate: Mapped[Decimal | None] = mapped_column(Numeric(28, 12))
    status: Mapped[LineStatus] = mapped_column(one_of(LineStatus, "status"))
    cost_center_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("cost_centers.id", ondelete="RESTRICT"))
    party_id: Mapped[int | None] = mapped_column(BigInteger)
    facet: Mapped[str] = mapped_column(String(20), default="", server_default="")
    memo: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (
        UniqueConstraint("entry_id", "position", name="uq_lines_position"),
        Index("ix_lines_account", "book_id", "account_id", "date", "id"),
        CheckConstraint("position > 0", name="position_positive"),
        CheckConstraint("base_amount IS NOT NULL OR amount <> 0", name="moves_something"),
        CheckConstraint("base_amount <> 0", name="base_amount_not_zero"),
        CheckConstraint("rate > 0 AND rate < 10000000000000000", name="rate_positive"),
        bounded("amount"),
        bounded("base_amount"),
        currency_code("currency"),
        sane_day("date"),
    )


class LineRecord(NamedTuple):
    """One account's part of an entry."""

    id: int
    book_id: int
    entry_id: int
    position: int
    account_id: int
    counterpart_id: int | None
    date: day
    amount: Decimal
    currency: str
    base_amount: Decimal | None
    rate: Decimal | None
    status: LineStatus
    cost_center_id: int | None
    party_id: int | None
    facet: str
    memo: str | None
