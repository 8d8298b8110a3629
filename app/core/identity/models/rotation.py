"""Refresh tokens that replace earlier ones, and how often a session was refreshed."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed
from app.infra.db.columns import Sealed


class RefreshToken(Keyed, Base):
    """A refresh token that replaces the one before it; that of the login has generation 0 and no row."""

    __tablename__ = "refresh_tokens"

    session_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("sessions.id", ondelete="CASCADE"))
    generation: Mapped[int] = mapped_column(Integer)
    token: Mapped[Sealed]
    first_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("generation > 0", name="generation_positive"),
        UniqueConstraint("session_id", "generation", name="uq_refresh_tokens_generation"),
    )


class RefreshUse(Keyed, Base):
    """A use of a refresh token, stored so that all workers count it."""

    __tablename__ = "refresh_uses"

    session_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("sessions.id", ondelete="CASCADE"))
    used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_refresh_uses_session_id", session_id, used_at),)
