"""API tokens, with which programs call in the name of a user."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import NOT_AUDITED, Line, not_blank

LONGEST_PERMISSION = 100


class ApiToken(Keyed, Timestamps, Versioned, Base):
    """A token of a user's own, with some of the user's permissions; deleted when it is revoked."""

    __tablename__ = "api_tokens"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[Line]
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String(LONGEST_PERMISSION)))
    token_hash: Mapped[str] = mapped_column(String(64), comment=NOT_AUDITED)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("token_hash", name="uq_api_tokens_token_hash"),
        CheckConstraint("cardinality(permissions) > 0", name="permissions_some"),
        not_blank("name"),
    )


class ApiTokenUse(Keyed, Base):
    """Last use of an API token, to the minute."""

    __tablename__ = "api_token_uses"

    token_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("api_tokens.id", ondelete="CASCADE"))
    last_used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (UniqueConstraint("token_id", name="uq_api_token_uses_token_id"),)


class ApiTokenRecord(NamedTuple):
    """An API token, without the token."""

    id: int
    user_id: int
    name: str
    permissions: list[str]
    expires_at: datetime
    created_at: datetime
    version: int


class ListedApiToken(NamedTuple):
    """An API token as its user sees it."""

    id: int
    name: str
    permissions: list[str]
    expires_at: datetime
    created_at: datetime
    version: int
    last_used_at: datetime | None
    token: str | None = None
    """The token itself, in the answer that makes it."""
