"""Users, sessions, and login attempts."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint, Uuid, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.identity.rules import LONGEST_ACCOUNT
from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import NOT_AUDITED
from app.manifest import USER


class User(Keyed, Timestamps, Versioned, Base):
    """A user, who can log in."""

    __tablename__ = "users"

    username: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(200))
    full_name: Mapped[str | None] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(100), comment=NOT_AUDITED)
    role: Mapped[str] = mapped_column(
        String(40), ForeignKey("roles.code", ondelete="RESTRICT"), default=USER, server_default=USER, index=True
    )
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")
    email_verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Time when a mailed link or an invitation showed that the user reads this address."""
    erase_on: Mapped[date | None] = mapped_column()
    """Day on which the account is erased, as the user asked; until then it can only be restored."""

    __table_args__ = (
        # A user name has no '@', so it is never another user's e-mail; both can be used to log in.
        CheckConstraint("username <> '' AND username !~ '[@[:space:]]'", name="username_plain"),
        Index("ix_users_erase_on", erase_on, postgresql_where=erase_on.is_not(None)),
        Index("uq_users_username", func.lower(username), unique=True),
        Index("uq_users_email", func.lower(email), unique=True),
    )


class UserRecord(NamedTuple):
    """A user."""

    id: int
    username: str
    email: str
    full_name: str | None
    password_hash: str
    role: str
    is_active: bool
    email_verified_at: datetime | None
    erase_on: date | None
    created_at: datetime
    updated_at: datetime
    version: int


class AccountRecord(NamedTuple):
    """A user, with the permissions of their role."""

    id: int
    username: str
    email: str
    full_name: str | None
    role: str
    is_active: bool
    email_verified_at: datetime | None
    erase_on: date | None
    created_at: datetime
    updated_at: datetime
    version: int
    permissions: list[str]


class UserSession(Keyed, Base):
    """A session: begins with a login; its tokens are valid until it ends."""

    __tablename__ = "sessions"

    sid: Mapped[UUID] = mapped_column(Uuid, server_default=func.gen_random_uuid(), comment=NOT_AUDITED)
    """Random id in the tokens; the serial id is not shown."""
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(300), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """Time of the login or of the last use of the refresh token, to the minute."""

    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_later"),
        UniqueConstraint("sid", name="uq_sessions_sid"),
        Index("ix_sessions_living", user_id, last_used_at, postgresql_where=ended_at.is_(None)),
    )


class UserSessionRecord(NamedTuple):
    """A session of a user."""

    id: int
    sid: UUID
    user_id: int
    address: str
    user_agent: str
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    last_used_at: datetime


class UserScope(Keyed, Base):
    """A row to which the permissions of a user are limited, such as a branch or a route."""

    __tablename__ = "user_scopes"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(100))
    row_id: Mapped[int] = mapped_column(BigInteger)
    """Id in the table that the kind names."""

    __table_args__ = (UniqueConstraint("user_id", "kind", "row_id", name="uq_user_scopes_row"),)


class UserScopeRecord(NamedTuple):
    """A row to which the permissions of a user are limited."""

    id: int
    user_id: int
    kind: str
    row_id: int


class LoginAttempt(Keyed, Base):
    """A checked password, right or wrong, stored so that all workers count it."""

    __tablename__ = "login_attempts"

    account: Mapped[str] = mapped_column(String(LONGEST_ACCOUNT))
    address: Mapped[str] = mapped_column(String(64))
    """Rate limit key of the address; IPv6 addresses count by their /64."""
    device: Mapped[str | None] = mapped_column(String(32))
    """Id of the device, if a valid device token was sent."""
    succeeded: Mapped[bool] = mapped_column()
    attempted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_login_attempts_account_address", account, address, attempted_at),
        Index("ix_login_attempts_account", account, device, attempted_at, postgresql_where=~succeeded),
        Index("ix_login_attempts_address", address, attempted_at, postgresql_where=~succeeded),
    )
