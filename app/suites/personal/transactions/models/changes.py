"""Tables of changes of many transactions at once, which can be undone."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.data_keys import ENCRYPTED
from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import one_of
from app.infra.texts import BookText, at_most_unless_encrypted
from app.suites.personal.transactions.rules import Change, ChangeOrigin


class ChangeSet(Keyed, Timestamps, Versioned, Base):
    """Changes of transactions that were made at once, and can be undone at once."""

    __tablename__ = "change_sets"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    origin: Mapped[ChangeOrigin] = mapped_column(one_of(ChangeOrigin, "origin"))
    label: Mapped[str | None] = mapped_column(BookText(200))
    created: Mapped[int] = mapped_column(default=0, server_default="0")
    changed: Mapped[int] = mapped_column(default=0, server_default="0")
    deleted: Mapped[int] = mapped_column(default=0, server_default="0")
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))

    __table_args__ = (
        Index("ix_change_sets_newest", "book_id", text("id DESC")),
        at_most_unless_encrypted("label", 200),
        CheckConstraint("created >= 0 AND changed >= 0 AND deleted >= 0", name="counts_positive"),
    )


class ChangedTransaction(Keyed, Base):
    """The part of a change that is of one transaction: its values before, and its version afterwards."""

    __tablename__ = "changed_transactions"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    change_set_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("change_sets.id", ondelete="CASCADE"))
    transaction_id: Mapped[int] = mapped_column(BigInteger)
    """A transaction, which may be gone by now."""
    change: Mapped[Change] = mapped_column(one_of(Change, "change"))
    before: Mapped[str | None] = mapped_column(Text, info={ENCRYPTED: "transaction_id"})
    """Its values as JSON, encrypted; NULL for one that was created."""
    version_after: Mapped[int | None] = mapped_column(BigInteger)
    """NULL for one that was deleted."""

    __table_args__ = (
        UniqueConstraint("change_set_id", "transaction_id", name="uq_changed_transactions_transaction_id"),
        CheckConstraint("(change = 'created') = (before IS NULL)", name="before_unless_created"),
        CheckConstraint("version_after IS NOT NULL OR change <> 'changed'", name="version_if_changed"),
    )


class ChangeSetRecord(NamedTuple):
    """Changes of transactions that were made at once."""

    id: int
    book_id: int
    origin: ChangeOrigin
    label: str | None
    created: int
    changed: int
    deleted: int
    undone_at: datetime | None
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class ChangedTransactionRecord(NamedTuple):
    """The part of a change that is of one transaction."""

    transaction_id: int
    change: Change
    before: str | None
    version_after: int | None
