"""Tokens that are sent by mail, and counts of requests."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.identity.rules import Purpose
from app.infra.db import Base, Keyed
from app.infra.db.columns import NOT_AUDITED, Sealed, one_of


class MailedToken(Keyed, Base):
    """A token in a mail. There is one for a purpose and user: a newer one replaces it."""

    __tablename__ = "mailed_tokens"

    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose, "purpose"))
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(200), comment=NOT_AUDITED)
    """Address to which it is sent, and for which alone it counts."""
    token_hash: Mapped[str] = mapped_column(String(64), comment=NOT_AUDITED)
    token: Mapped[Sealed]
    """Sealed, for the task that writes the mail."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("token_hash", name="uq_mailed_tokens_token_hash"),
        CheckConstraint("(purpose = 'invite') = (user_id IS NULL)", name="invites_strangers"),
        CheckConstraint("expires_at > created_at", name="expires_later"),
        Index("uq_mailed_tokens_user", user_id, purpose, unique=True, postgresql_where=user_id.is_not(None)),
        Index("uq_mailed_tokens_invited", func.lower(email), unique=True, postgresql_where=user_id.is_(None)),
    )


class MailedTokenRecord(NamedTuple):
    """A token in a mail."""

    id: int
    purpose: Purpose
    user_id: int | None
    email: str
    token: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class RequestCount(Keyed, Base):
    """A counted request, stored so that all workers count it."""

    __tablename__ = "request_counts"

    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(260))
    counted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_request_counts_key", kind, key, counted_at),
        Index("ix_request_counts_counted_at", counted_at),
    )
