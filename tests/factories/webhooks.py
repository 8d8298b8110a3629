"""Webhooks and their deliveries."""

from app.core.webhooks.models import Webhook, WebhookDelivery, WebhookRun
from app.core.webhooks.rules import DeliveryState
from app.infra import clock
from tests.factories import Examples, RowFactory, Sent


class WebhookFactory(RowFactory):
    """A webhook of all events, at an address that is never called."""

    class Meta:
        model = Webhook

    url = "https://crm.example/fresco"
    events = ("*",)
    active = False
    secret = "not sealed"


class RunFactory(RowFactory):
    """The row that each webhook has."""

    class Meta:
        model = WebhookRun


class DeliveryFactory(RowFactory):
    """A delivery that was given up."""

    class Meta:
        model = WebhookDelivery

    event = "payment.paid"
    object_type = "payment"
    object_id = 1
    transaction_id = 1
    state = DeliveryState.GIVEN_UP


def webhook() -> int:
    """Id of a webhook."""
    made = int(WebhookFactory().id)
    RunFactory(webhook_id=made)
    return made


def delivery() -> tuple[int, int]:
    """Ids of a webhook and of a delivery that was given up."""
    made = webhook()
    return made, int(DeliveryFactory(webhook_id=made, finished_at=clock.now()).id)


def _resent() -> Sent:
    webhook_id, delivery_id = delivery()
    return f"/api/webhooks/{webhook_id}/deliveries/{delivery_id}/resend", {}


NEW = {"url": "https://crm.example/hooks", "events": ["payment.*", "plan.changed"], "active": False}

EXAMPLES = Examples(
    rows={"Webhook": webhook, "WebhookDelivery": lambda: delivery()[1]},
    existing={
        "/api/webhooks/<id:webhook_id>": lambda _: f"/api/webhooks/{webhook()}",
        "/api/webhooks/<id:webhook_id>/deliveries": lambda _: f"/api/webhooks/{delivery()[0]}/deliveries",
    },
    changes={"/api/webhooks/<id:webhook_id>": {"events": ["client.*"]}},
    posts={
        "/api/webhooks": lambda: ("/api/webhooks", {"json": NEW}),
        "/api/webhooks/<id:webhook_id>/deliveries/<id:delivery_id>/resend": _resent,
    },
)
