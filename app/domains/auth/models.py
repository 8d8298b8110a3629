"""Users, their sessions, and the failed logins that the limit counts."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from app.domains.auth.rules import Role
from app.infra.columns import one_of
from app.infra.db import Base, Keyed, Timestamps, Versioned

LONGEST_ACCOUNT = 200
"""What may be typed as a name at a login, an e-mail included."""


class User(Keyed, Timestamps, Versioned, Base):
    """Somebody who may log in."""

    __tablename__ = "users"

    username: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(100))
    role: Mapped[Role] = mapped_column(one_of(Role, "role"), default=Role.USER, server_default=Role.USER)
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")

    __table_args__ = (
        # Without '@' a user name can never be another user's e-mail, and either logs in.
        CheckConstraint("username <> '' AND username !~ '[@[:space:]]'", name="username_plain"),
        Index("uq_users_username", func.lower(username), unique=True),
        Index("uq_users_email", func.lower(email), unique=True),
    )


class UserSession(Keyed, Base):
    """One login; its tokens live as long as it does."""

    __tablename__ = "sessions"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (CheckConstraint("expires_at > created_at", name="expires_later"),)


class LoginFailure(Keyed, Base):
    """A wrong password, kept where every worker counts it."""

    __tablename__ = "login_failures"

    account: Mapped[str] = mapped_column(String(LONGEST_ACCOUNT))
    address: Mapped[str] = mapped_column(String(64))
    failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_login_failures_account", account, failed_at),
        Index("ix_login_failures_address", address, failed_at),
    )
