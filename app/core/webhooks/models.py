"""Webhooks and their deliveries, which triggers of the tables of their objects write."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    Uuid,
    func,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.webhooks.rules import LONGEST_EVENT, DeliveryState
from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Sealed, not_blank, one_of


class Webhook(Keyed, Timestamps, Versioned, Base):
    """An address that gets events."""

    __tablename__ = "webhooks"

    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]] = mapped_column(ARRAY(String(LONGEST_EVENT)))
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    secret: Mapped[Sealed]

    __table_args__ = (
        not_blank("url"),
        CheckConstraint("cardinality(events) > 0", name="events_some"),
    )


class WebhookRun(Base):
    """Whether somebody is sending to a webhook, and until when it is left alone."""

    __tablename__ = "webhook_runs"

    webhook_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    busy_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    paused_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class WebhookDelivery(Keyed, Base):
    """An event for a webhook. Those of one object go in the order of their ids."""

    __tablename__ = "webhook_deliveries"

    uid: Mapped[UUID] = mapped_column(Uuid, server_default=func.gen_random_uuid())
    """Unique id that the receiver sees, the same in every try."""
    webhook_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("webhooks.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(LONGEST_EVENT))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int] = mapped_column(BigInteger)
    transaction_id: Mapped[int] = mapped_column(BigInteger)
    """Number of the transaction of the event: several statements of one are one event."""
    state: Mapped[DeliveryState] = mapped_column(
        one_of(DeliveryState, "state"), default=DeliveryState.WAITING, server_default=DeliveryState.WAITING
    )
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    status: Mapped[int | None]
    """Status of the last answer."""
    last_error: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    first_try_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    next_try_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """NULL: as soon as it is its turn."""
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("uid", name="uq_webhook_deliveries_uid"),
        UniqueConstraint(
            "webhook_id", "event", "object_type", "object_id", "transaction_id", name="uq_webhook_deliveries_event"
        ),
        CheckConstraint("(state = 'waiting') = (finished_at IS NULL)", name="finished_has_time"),
        Index("ix_webhook_deliveries_webhook_id", "webhook_id", "id"),
        Index(
            "ix_webhook_deliveries_waiting",
            "webhook_id",
            "object_type",
            "object_id",
            "id",
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class WebhookRecord(NamedTuple):
    """An address that gets events, without its secret."""

    id: int
    url: str
    events: list[str]
    active: bool
    created_at: datetime
    updated_at: datetime
    version: int


class NewWebhookRecord(NamedTuple):
    """A webhook that was just made, with its secret."""

    id: int
    url: str
    events: list[str]
    active: bool
    created_at: datetime
    updated_at: datetime
    version: int
    secret: str


class DeliveryRecord(NamedTuple):
    """An event for a webhook."""

    id: int
    uid: UUID
    webhook_id: int
    event: str
    object_type: str
    object_id: int
    state: DeliveryState
    tries: int
    status: int | None
    last_error: str | None
    created_at: datetime
    first_try_at: datetime | None
    next_try_at: datetime | None
    finished_at: datetime | None
