"""Tables of transfers that were put together of two entries."""

from datetime import datetime
from typing import Annotated, NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed
from app.infra.texts import BookText

_Book = Annotated[int, mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))]
_Transaction = Annotated[int, mapped_column(BigInteger, ForeignKey("transactions.id", ondelete="CASCADE"))]


class TransferMatch(Keyed, Base):
    """Two entries that became a transfer, with all that they were before, so that they can be parted again."""

    __tablename__ = "transfer_matches"

    book_id: Mapped[_Book]
    transaction_id: Mapped[_Transaction]
    """The transfer, which was what left one account."""
    received_id: Mapped[int] = mapped_column(BigInteger)
    """Id of what the other account received, before and after."""
    sent: Mapped[str] = mapped_column(BookText())
    """Values of what left, as JSON."""
    received: Mapped[str] = mapped_column(BookText())
    version_after: Mapped[int] = mapped_column(BigInteger)
    """Version of the transfer as it was put together."""
    is_automatic: Mapped[bool]
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        UniqueConstraint("transaction_id", name="uq_transfer_matches_transaction_id"),
        UniqueConstraint("book_id", "received_id", name="uq_transfer_matches_received_id"),
    )


class RejectedTransfer(Keyed, Base):
    """Two entries of which somebody said that they are no transfer."""

    __tablename__ = "rejected_transfers"

    book_id: Mapped[_Book]
    sent_id: Mapped[_Transaction]
    received_id: Mapped[_Transaction]

    __table_args__ = (
        UniqueConstraint("sent_id", "received_id", name="uq_rejected_transfers_sent_id"),
        Index("ix_rejected_transfers_received_id", "received_id"),
        CheckConstraint("sent_id <> received_id", name="two"),
    )


class TransferMatchRecord(NamedTuple):
    """Two entries that became a transfer."""

    id: int
    transaction_id: int
    received_id: int
    sent: str
    received: str
    version_after: int
    is_automatic: bool


class RejectedTransferRecord(NamedTuple):
    """Two entries that are no transfer."""

    id: int
    sent_id: int
    received_id: int
