"""Notifications of users, what has been told, and the users' settings."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Versioned
from app.infra.db.columns import Line, Prose, at_most, not_blank

LONGEST_KIND = 60
LONGEST_KEY = 200


class Notification(Keyed, Versioned, Base):
    """A notification of one user."""

    __tablename__ = "notifications"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(LONGEST_KIND))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    title: Mapped[Line]
    body: Mapped[Prose]
    link: Mapped[str | None] = mapped_column(String(500))
    in_app: Mapped[bool]
    """Whether the user sees it in the application."""
    by_email: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("user_id", "kind", "key", name="uq_notifications_key"),
        CheckConstraint("in_app OR by_email", name="has_a_channel"),
        not_blank("title"),
        at_most("body"),
    )


class NotificationRecord(NamedTuple):
    """A notification of one user."""

    id: int
    user_id: int
    kind: str
    title: str
    body: str
    link: str | None
    created_at: datetime
    read_at: datetime | None
    version: int


class NotificationDigest(Keyed, Base):
    """A digest that was made; there is one a day and kind."""

    __tablename__ = "notification_digests"

    kind: Mapped[str] = mapped_column(String(LONGEST_KIND))
    day: Mapped[date]

    __table_args__ = (UniqueConstraint("kind", "day", name="uq_notification_digests_day"),)


class ReportedEntry(Keyed, Base):
    """An entry that a digest has reported."""

    __tablename__ = "reported_entries"

    kind: Mapped[str] = mapped_column(String(LONGEST_KIND))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    day: Mapped[date]

    __table_args__ = (UniqueConstraint("kind", "key", name="uq_reported_entries_key"),)


class NotificationSettings(Versioned, Base):
    """The channels that a user has chosen; its id is the user's."""

    __tablename__ = "notification_settings"

    id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, sort_order=-1
    )
    kinds: Mapped[dict[str, dict[str, bool]]] = mapped_column(JSONB, server_default=text("'{}'"))

    __table_args__ = (CheckConstraint("jsonb_typeof(kinds) = 'object'", name="kinds_is_object"),)


class NotificationSettingsRecord(NamedTuple):
    """The channels that a user has chosen."""

    id: int
    kinds: dict[str, dict[str, bool]]
    version: int
