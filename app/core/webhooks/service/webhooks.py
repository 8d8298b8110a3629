"""Webhooks as administrators manage them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypedDict, Unpack

from app.core.webhooks.models import DeliveryRecord, NewWebhookRecord, Webhook, WebhookRecord
from app.core.webhooks.repository import (
    DeliveryFilter,
    DeliveryRepository,
    RunRepository,
    WebhookFilter,
    WebhookRepository,
)
from app.core.webhooks.rules import DeliveryState, new_secret, unknown_events
from app.core.webhooks.service.sending import SendingService
from app.infra.context import Context
from app.infra.outbound import Outbound
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.paging import Page, PageRequest, Sort

NEWEST_FIRST = (Sort("id", descending=True),)


class WebhookChanges(TypedDict, total=False):
    """The values of a webhook that may be changed."""

    url: str
    events: Sequence[str]
    active: bool


class NewWebhook(WebhookChanges):
    """The values of a new webhook."""


class DeliveryFilters(TypedDict, total=False):
    """The criteria of a list of deliveries."""

    state: DeliveryState
    event: str


class WebhookService:
    """Webhooks and their deliveries; `known` are the names of the events that there are."""

    def __init__(self, context: Context, known: Collection[str], outbound: Outbound) -> None:
        self.context = context
        self.known = known
        self.outbound = outbound
        self.webhooks = WebhookRepository(context.session)
        self.runs = RunRepository(context.session)
        self.deliveries = DeliveryRepository(context.session)

    def get(self, webhook_id: int) -> WebhookRecord:
        """One webhook, without its secret."""
        return self.webhooks.get(webhook_id)

    def page(self, request: PageRequest) -> Page[WebhookRecord]:
        """One page of webhooks, newest first."""
        return self.webhooks.page(WebhookFilter(), _in_order(request))

    def create(self, **values: Unpack[NewWebhook]) -> NewWebhookRecord:
        """Create a webhook; its secret is in this answer alone."""
        self._check(values)
        secret = new_secret()
        made = self.webhooks.add(Webhook(secret=self.context.sealer.seal(secret), **values))
        self.runs.add(made.id)
        return NewWebhookRecord(*self.webhooks.get(made.id), secret=secret)

    def update(self, webhook_id: int, **changes: Unpack[WebhookChanges]) -> Webhook:
        """Change the given values; what waits goes to the new address, or on once it is active again."""
        self._check(changes)
        webhook = self.webhooks.change(self.webhooks.get_for_update(webhook_id), changes)
        self.runs.pause(webhook_id, None)
        if webhook.active:
            SendingService(self.context).begin(webhook_id)
        return webhook

    def delete(self, webhook_id: int) -> None:
        """Delete a webhook with its deliveries."""
        self.webhooks.delete(self.webhooks.get_for_update(webhook_id))

    def page_of_deliveries(
        self, webhook_id: int, request: PageRequest, **filters: Unpack[DeliveryFilters]
    ) -> Page[DeliveryRecord]:
        """One page of the deliveries of a webhook, newest first."""
        self.webhooks.get(webhook_id)
        return self.deliveries.page(DeliveryFilter(webhook_id, **filters), _in_order(request))

    def resend(self, webhook_id: int, delivery_id: int) -> DeliveryRecord:
        """Send a finished delivery again, with the same unique id."""
        self._delivery(webhook_id, delivery_id)
        if not self.deliveries.resend(delivery_id):
            raise Conflict("The delivery is still waiting to be sent.", code="delivery_waiting")
        self.runs.pause(webhook_id, None)
        SendingService(self.context).begin(webhook_id)
        return self._delivery(webhook_id, delivery_id)

    def _delivery(self, webhook_id: int, delivery_id: int) -> DeliveryRecord:
        found = self.deliveries.find_of(webhook_id, delivery_id)
        if found is None:
            raise NotFound(f"Delivery {delivery_id} of webhook {webhook_id} does not exist.")
        return found

    def _check(self, values: WebhookChanges) -> None:
        if unknown := unknown_events(values.get("events", ()), self.known):
            raise Invalid.field("events", f"Unknown: {', '.join(unknown)}.")
        if "url" in values and self.outbound.refuses(values["url"]):
            raise Invalid.field("url", "Must not be an address of this machine or of a private network.")


def _in_order(request: PageRequest) -> PageRequest:
    return request if request.sort else replace(request, sort=NEWEST_FIRST)
