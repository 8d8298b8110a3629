"""Table of the files of transactions."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned


class TransactionAttachment(Keyed, Timestamps, Versioned, Base):
    """A file of a transaction, as a receipt."""

    __tablename__ = "transaction_attachments"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    transaction_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("transactions.id", ondelete="CASCADE"))
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_files.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))

    __table_args__ = (
        Index("ix_transaction_attachments_transaction_id", "book_id", "transaction_id"),
        Index("ix_transaction_attachments_file_id", "file_id"),
    )


class TransactionAttachmentRecord(NamedTuple):
    """A file of a transaction."""

    id: int
    book_id: int
    transaction_id: int
    file_id: int
    name: str
    content_type: str
    size: int
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    version: int
