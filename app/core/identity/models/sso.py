"""Accounts of other providers that users have linked, and nonces."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed
from app.infra.db.columns import NOT_AUDITED

LONGEST_SUBJECT = 255


class SsoLink(Keyed, Base):
    """An account of a provider, by which its user may sign in."""

    __tablename__ = "sso_links"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    provider: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    email: Mapped[str] = mapped_column(String(320), comment=NOT_AUDITED)
    """Address at the provider when it was linked; for people, it decides nothing."""
    linked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("provider", "subject", name="uq_sso_links_subject"),
        UniqueConstraint("user_id", "provider", name="uq_sso_links_user"),
    )


class SsoNonce(Keyed, Base):
    """A nonce that was given out and not used."""

    __tablename__ = "sso_nonces"

    nonce_hash: Mapped[str] = mapped_column(String(64), comment=NOT_AUDITED)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("nonce_hash", name="uq_sso_nonces_nonce_hash"),
        Index("ix_sso_nonces_expires_at", expires_at),
    )
