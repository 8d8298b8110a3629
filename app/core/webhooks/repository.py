"""Repositories of webhooks and their deliveries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from app.core.webhooks.models import DeliveryRecord, Webhook, WebhookDelivery, WebhookRecord, WebhookRun
from app.core.webhooks.rules import DeliveryState
from app.infra.queries.records import reader
from app.infra.queries.repository import Filter, Repository, equal

WAITING = WebhookDelivery.state == DeliveryState.WAITING


@dataclass(frozen=True, slots=True)
class WebhookFilter(Filter):
    """All webhooks."""

    def conditions(self) -> list[ColumnElement[bool]]:
        return []


@dataclass(frozen=True, slots=True)
class DeliveryFilter(Filter):
    """Criteria of deliveries."""

    webhook_id: int
    state: DeliveryState | None = None
    event: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        own = WebhookDelivery.webhook_id == self.webhook_id
        state = None if self.state is None else self.state.value
        return [own, *equal((WebhookDelivery.state, state), (WebhookDelivery.event, self.event))]


class WebhookRepository(Repository[Webhook, WebhookRecord]):
    """Webhooks."""

    model = Webhook
    record = WebhookRecord

    def is_active(self, webhook_id: int) -> bool:
        """Whether the webhook is there and active."""
        return bool(self.session.scalar(select(Webhook.active).where(Webhook.id == webhook_id)))

    def with_due_deliveries(self, now: datetime) -> list[int]:
        """Ids of active webhooks that have something to send."""
        due = exists().where(WebhookDelivery.webhook_id == Webhook.id, WAITING, _is_due(now))
        return list(self.session.scalars(select(Webhook.id).where(Webhook.active, due).order_by(Webhook.id)))


class RunRepository:
    """Leases of webhooks, by those that send to them."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, webhook_id: int) -> None:
        """Make the row of a new webhook."""
        self.session.execute(insert(WebhookRun).values(webhook_id=webhook_id).on_conflict_do_nothing())

    def claim(self, webhook_id: int, now: datetime, until: datetime) -> bool:
        """Begin to send, up to a time, unless somebody else does or it is left alone; returns whether it began."""
        run = WebhookRun
        free = [or_(column.is_(None), column <= now) for column in (run.busy_until, run.paused_until)]
        claimed = update(run).where(run.webhook_id == webhook_id, *free).values(busy_until=until)
        return self.session.execute(claimed.returning(run.webhook_id)).first() is not None

    def free_at(self, webhook_id: int) -> datetime | None:
        """Time from which it may be claimed; None if the webhook is gone or it may be claimed now."""
        columns = WebhookRun.__table__.c
        latest = func.greatest(columns.busy_until, columns.paused_until)
        found: datetime | None = self.session.scalar(select(latest).where(columns.webhook_id == webhook_id))
        return found

    def prolong(self, webhook_id: int, until: datetime) -> None:
        """Go on sending up to a time."""
        self._set(webhook_id, busy_until=until)

    def release(self, webhook_id: int) -> None:
        """End sending."""
        self._set(webhook_id, busy_until=None)

    def pause(self, webhook_id: int, until: datetime | None) -> None:
        """Leave the webhook alone up to a time, or no longer."""
        self._set(webhook_id, paused_until=until)

    def _set(self, webhook_id: int, **values: datetime | None) -> None:
        self.session.execute(update(WebhookRun).where(WebhookRun.webhook_id == webhook_id).values(**values))


class DeliveryRepository(Repository[WebhookDelivery, DeliveryRecord]):
    """Deliveries of webhooks."""

    model = WebhookDelivery
    record = DeliveryRecord

    def find_of(self, webhook_id: int, delivery_id: int) -> DeliveryRecord | None:
        """A delivery of a webhook, or None."""
        own = (WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.id == delivery_id)
        return self._first(self.base_query().where(*own))

    def next_due(self, webhook_id: int, now: datetime) -> DeliveryRecord | None:
        """The first delivery that is due; those behind another one of their object wait."""
        delivery = WebhookDelivery
        due = self.base_query().where(delivery.webhook_id == webhook_id, WAITING, _is_due(now), _is_first_of_object())
        return self._first(due.order_by(delivery.next_try_at.nulls_first(), delivery.id).limit(1))

    def next_time(self, webhook_id: int) -> datetime | None:
        """Time of the next try that waits for its time, or None."""
        waiting = (WebhookDelivery.webhook_id == webhook_id, WAITING, _is_first_of_object())
        found: datetime | None = self.session.scalar(select(func.min(WebhookDelivery.next_try_at)).where(*waiting))
        return found

    def note(self, delivery_id: int, **values: object) -> None:
        """Store how a try went."""
        changed = update(WebhookDelivery).where(WebhookDelivery.id == delivery_id).values(**values)
        self.session.execute(changed, execution_options={"synchronize_session": False})

    def resend(self, delivery_id: int) -> bool:
        """Let a finished delivery wait again; returns whether it was finished."""
        delivery = WebhookDelivery
        again = {"state": DeliveryState.WAITING, "tries": 0, "status": None, "last_error": None}
        times = {"first_try_at": None, "next_try_at": None, "finished_at": None}
        changed = update(delivery).where(delivery.id == delivery_id, ~WAITING).values(**again, **times)
        return self.session.execute(changed.returning(delivery.id)).first() is not None

    def purge(self, state: DeliveryState, before: datetime) -> int:
        """Remove the deliveries that ended so before a time; returns their number."""
        gone = delete(WebhookDelivery).where(WebhookDelivery.state == state, WebhookDelivery.finished_at < before)
        return len(self.session.execute(gone.returning(WebhookDelivery.id)).all())

    def _first(self, query: Select[Any]) -> DeliveryRecord | None:
        return next(iter(reader(DeliveryRecord)(self.session.execute(query))), None)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(WebhookDelivery.next_try_at.is_(None), WebhookDelivery.next_try_at <= now)


def _is_first_of_object() -> ColumnElement[bool]:
    """Whether no earlier delivery of the same object waits."""
    delivery, earlier = WebhookDelivery, aliased(WebhookDelivery)
    return ~exists().where(
        earlier.webhook_id == delivery.webhook_id,
        earlier.object_type == delivery.object_type,
        earlier.object_id == delivery.object_id,
        earlier.state == DeliveryState.WAITING,
        earlier.id < delivery.id,
    )
