"""Tables of consents and shares."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed
from app.infra.db.columns import one_of
from app.suites.personal.privacy.rules import Direction, Purpose


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
    email: Mapped[str] = mapped_column(String(200))
    """Address of who may read."""
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
