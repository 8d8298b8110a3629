"""Sending deliveries, as a task does it: one transaction before each request, and one after it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from app.core.webhooks.models import DeliveryRecord, Webhook
from app.core.webhooks.repository import DeliveryRepository, RunRepository, WebhookRepository
from app.core.webhooks.rules import DeliveryState, next_try, pause_after, signature
from app.infra.context import Context
from app.infra.tasks import enqueue
from app.infra.webhooks import WebhookObject
from app.kernel.errors import NotFound

TASK = "deliver-webhooks"
LEASE = timedelta(seconds=90)
"""Time after which another worker takes over from one that was killed; longer than a request."""

KEPT = {DeliveryState.DELIVERED: timedelta(days=30), DeliveryState.GIVEN_UP: timedelta(days=90)}
"""Time for which finished deliveries are kept."""


class Message(NamedTuple):
    """A request that is to be sent."""

    delivery_id: int
    url: str
    body: bytes
    headers: Mapping[str, str]


class Trial(NamedTuple):
    """Outcome of a try: the status of the answer, or the reason of its absence."""

    status: int | None
    problem: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the receiver has taken it; a redirect is none of that."""
        return self.status is not None and 200 <= self.status < 300


class SendingService:
    """Sends the deliveries of one webhook after the other, those of one object in their order."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.webhooks = WebhookRepository(context.session)
        self.runs = RunRepository(context.session)
        self.deliveries = DeliveryRepository(context.session)

    def begin(self, webhook_id: int, run_at: datetime | None = None) -> None:
        """Enqueue the task that sends what is due."""
        key = None if run_at is None else f"{TASK}:{webhook_id}:{run_at.isoformat()}"
        enqueue(self.context.session, TASK, {"webhook": webhook_id}, key=key, run_at=run_at)

    def begin_all(self) -> int:
        """Enqueue the task of each webhook with something to send, should one have been lost; returns their number."""
        found = self.webhooks.with_due_deliveries(self.context.clock.now())
        for webhook_id in found:
            self.begin(webhook_id)
        return len(found)

    def claim(self, webhook_id: int) -> bool:
        """Whether this run may send. If another one is sending, or the webhook left alone, a later task is enqueued."""
        now = self.context.clock.now()
        if self.runs.claim(webhook_id, now, now + LEASE):
            return True
        later = self.runs.free_at(webhook_id)
        if later is not None:
            self.begin(webhook_id, later)
        return False

    def next_message(self, webhook_id: int, objects: Mapping[str, WebhookObject]) -> Message | None:
        """The request of the first delivery that is due, or None."""
        now = self.context.clock.now()
        try:
            webhook = self.webhooks.get_for_update(webhook_id)
        except NotFound:
            return None
        due = self.deliveries.next_due(webhook_id, now) if webhook.active else None
        if due is None:
            return None
        self.runs.prolong(webhook_id, now + LEASE)
        body = self._body(due, objects)
        return Message(due.id, webhook.url, body, self._headers(webhook, due, body, now))

    def record(self, webhook_id: int, delivery_id: int, trial: Trial) -> None:
        """Store how a try went, and when the next one is; a webhook that did not answer is left alone for a while."""
        now = self.context.clock.now()
        found = self.deliveries.find_of(webhook_id, delivery_id)
        if found is None:
            return  # it was deleted with its webhook
        first, tries = found.first_try_at or now, found.tries + 1
        again = None if trial.succeeded else next_try(first, now, tries)
        state = DeliveryState.DELIVERED if trial.succeeded else DeliveryState.GIVEN_UP
        self.deliveries.note(
            delivery_id,
            state=DeliveryState.WAITING if again else state,
            tries=tries,
            status=trial.status,
            last_error=trial.problem,
            first_try_at=first,
            next_try_at=again,
            finished_at=None if again else now,
        )
        if trial.status is None:
            self.runs.pause(webhook_id, now + pause_after(tries))

    def end(self, webhook_id: int) -> None:
        """End a run, and enqueue the next one for what is left."""
        self.runs.release(webhook_id)
        now = self.context.clock.now()
        if not self.webhooks.is_active(webhook_id):
            return
        later = now if self.deliveries.next_due(webhook_id, now) else self.deliveries.next_time(webhook_id)
        if later is None:
            return
        free_at = self.runs.free_at(webhook_id)
        at = max(later, free_at) if free_at else later
        self.begin(webhook_id, None if at <= now else at)

    def purge(self) -> Mapping[str, int]:
        """Remove deliveries that are no longer kept; returns their number."""
        now = self.context.clock.now()
        return {"deliveries": sum(self.deliveries.purge(state, now - kept) for state, kept in KEPT.items())}

    def _body(self, delivery: DeliveryRecord, objects: Mapping[str, WebhookObject]) -> bytes:
        told = {
            "id": str(delivery.uid),
            "event": delivery.event,
            "created_at": f"{delivery.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "object": {"type": delivery.object_type, "id": delivery.object_id},
        }
        return json.dumps(told).encode()[:-1] + b', "data": ' + self._shown(delivery, objects) + b"}"

    def _shown(self, delivery: DeliveryRecord, objects: Mapping[str, WebhookObject]) -> bytes:
        """The object as it is now, in JSON; null if it is gone, or its suite switched off."""
        known = objects.get(delivery.object_type)
        try:
            return b"null" if known is None else known.show(self.context, delivery.object_id)
        except NotFound:
            return b"null"

    def _headers(self, webhook: Webhook, delivery: DeliveryRecord, body: bytes, now: datetime) -> dict[str, str]:
        secret = self.context.sealer.unseal(webhook.secret)
        return {
            "Content-Type": "application/json",
            "User-Agent": "control-fresco",
            "X-Fresco-Event": delivery.event,
            "X-Fresco-Delivery": str(delivery.uid),
            "X-Fresco-Signature": signature(secret, int(now.timestamp()), body),
        }
