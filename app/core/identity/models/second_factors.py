"""Second factors of users, logins that wait for one, and the codes that were tried."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed
from app.infra.db.columns import NOT_AUDITED, Sealed


class SecondFactor(Keyed, Base):
    """Secret of a user's authenticator; logins require it once a code has confirmed it."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    secret: Mapped[Sealed]
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0", comment=NOT_AUDITED)
    """Time step of the last code; codes of this step and earlier ones are not accepted again."""

    __table_args__ = (UniqueConstraint("user_id", name="uq_second_factors_user_id"),)


class RecoveryCode(Keyed, Base):
    """A code that replaces one of the authenticator, once."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(64), comment=NOT_AUDITED)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (UniqueConstraint("user_id", "code_hash", name="uq_recovery_codes_code_hash"),)


class LoginChallenge(Keyed, Base):
    """A login whose password was right, and which waits for the second factor."""

    __tablename__ = "login_challenges"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    device: Mapped[str | None] = mapped_column(String(32))
    """Id of the device, if a valid device token was sent."""
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")

    __table_args__ = (
        UniqueConstraint("token_hash", name="uq_login_challenges_token_hash"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
    )


class CodeAttempt(Keyed, Base):
    """A code that was tried, right or wrong, stored so that all workers count it."""

    __tablename__ = "code_attempts"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(String(64))
    """Rate limit key of the address; IPv6 addresses count by their /64."""
    succeeded: Mapped[bool] = mapped_column(default=False, server_default="false")
    attempted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_code_attempts_user_id", user_id, attempted_at),
        Index("ix_code_attempts_address", address, attempted_at),
    )
