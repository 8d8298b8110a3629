"""Tables of consents, shares and archives."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed
from app.infra.db.columns import NOT_AUDITED, one_of
from app.suites.personal.privacy.rules import ArchiveState, Direction, Purpose


class Consent(Keyed, Base):
    """A consent that a person gave or took back; the newest of a purpose counts."""

    __tablename__ = "personal_consents"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose, "purpose"))
    text_version: Mapped[str] = mapped_column(String(40))
    """Version of the text that the person saw."""
    given: Mapped[bool]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_personal_consents_user_id", "user_id", "purpose", "id"),)


class ConsentRecord(NamedTuple):
    """A consent that a person gave or took back."""

    purpose: Purpose
    text_version: str
    given: bool
    at: datetime


class SummaryShare(Keyed, Base):
    """Permission of somebody outside of a book to read its monthly totals."""

    __tablename__ = "summary_shares"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    email: Mapped[str] = mapped_column(String(200), comment=NOT_AUDITED)
    """Address of who may read: of somebody else, whose erasure could not take it out of the history of the book."""
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (Index("uq_summary_shares_email", "book_id", func.lower(email), unique=True),)


class ShareRecord(NamedTuple):
    """Permission of somebody outside of a book to read its monthly totals."""

    id: int
    book_id: int
    email: str
    created_at: datetime


class ReceivedShare(NamedTuple):
    """A book whose monthly totals a person may read."""

    id: int
    book_id: int
    book_name: str
    email: str
    created_at: datetime


class ShownShare(NamedTuple):
    """A share, as those who gave or received it see it."""

    id: int
    book_id: int
    book_name: str
    email: str
    direction: Direction
    created_at: datetime


class BookArchive(Keyed, Base):
    """An archive of what is kept of a person and a book, which a task makes; a person has one of each book at most."""

    __tablename__ = "book_archives"

    book_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("personal_books.id", ondelete="RESTRICT"))
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    """The person, who alone reads it."""
    requested_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_files.id", ondelete="RESTRICT"))
    """The archive, once it is made."""
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """End of the archive; before it is made, of the time within which it should be."""

    __table_args__ = (
        UniqueConstraint("book_id", "user_id", name="uq_book_archives_book_id_user_id"),
        CheckConstraint("expires_at > requested_at", name="times_in_order"),
        Index("ix_book_archives_expires_at", "book_id", "expires_at"),
        Index("ix_book_archives_file_id", "file_id"),
    )


class BookArchiveRecord(NamedTuple):
    """An archive of what is kept of a person and a book."""

    id: int
    book_id: int
    user_id: int
    requested_at: datetime
    file_id: int | None
    expires_at: datetime


class ShownArchive(NamedTuple):
    """An archive, as its person sees it."""

    id: int
    book_id: int
    book_name: str
    state: ArchiveState
    requested_at: datetime
    expires_at: datetime
    file_id: int | None
