"""/api/webhooks."""

from app.core.webhooks.models import DeliveryRecord, NewWebhookRecord, Webhook, WebhookRecord
from app.core.webhooks.schemas import (
    DeliveryListQuery,
    DeliverySchema,
    NewWebhookSchema,
    WebhookListQuery,
    WebhookSchema,
)
from app.core.webhooks.service import NewWebhook, WebhookChanges, WebhookService
from app.infra import outbound
from app.infra.webhooks import event_names, objects_of_current_app
from app.kernel.paging import Page
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Computed, Listed, Message, One

namespace = Namespace("webhooks", path="/webhooks")


def service() -> WebhookService:
    """The service of this request."""
    known = event_names(objects_of_current_app())
    return WebhookService(context(), known, outbound.of_current_app())


@namespace.route("")
class Webhooks(Resource):
    @operation("webhooks:read", Listed(WebhookSchema, title="Webhooks"), query=WebhookListQuery)
    def get(self, query: ListRequest) -> Page[WebhookRecord]:
        """List webhooks, without their secrets."""
        return service().page(query.page)

    @operation("webhooks:write", One(NewWebhookSchema), body=WebhookSchema, status=201, accepts_key=False)
    def post(self, body: NewWebhook) -> NewWebhookRecord:
        """Have an address told of events: a POST for each, with a unique id in `X-Fresco-Delivery`.

        `events` are names such as `payment.paid`, `client.*` for all of an object, or `*`. The secret is in this
        answer alone. `X-Fresco-Signature: t=...,v1=...` has the time in seconds and, in hexadecimal, the HMAC-SHA256
        by the secret of that time, a point and the body. Events of one object come in order. What is not answered
        with a status of success within ten seconds is tried again for 24 hours, with growing pauses.
        """
        return service().create(**body)


@namespace.route("/<id:webhook_id>")
class OneWebhook(Resource):
    @operation("webhooks:read", One(WebhookSchema), errors=(404,))
    def get(self, webhook_id: int) -> WebhookRecord:
        """One webhook, without its secret."""
        return service().get(webhook_id)

    @operation("webhooks:write", One(WebhookSchema), body=changes(WebhookSchema), errors=(404,))
    def put(self, webhook_id: int, body: WebhookChanges) -> Webhook:
        """Change the fields of a webhook that are sent. One that is not active gets no new events."""
        return service().update(webhook_id, **body)

    @operation("webhooks:write", Message("Webhook deleted"), errors=(404,))
    def delete(self, webhook_id: int) -> None:
        """Delete a webhook and its deliveries."""
        service().delete(webhook_id)


@namespace.route("/<id:webhook_id>/deliveries")
class Deliveries(Resource):
    @operation("webhooks:read", Listed(DeliverySchema, title="Entregas"), query=DeliveryListQuery, errors=(404,))
    def get(self, webhook_id: int, query: ListRequest) -> Page[DeliveryRecord]:
        """List the deliveries of a webhook, newest first."""
        return service().page_of_deliveries(webhook_id, query.page, **query.filters)


@namespace.route("/<id:webhook_id>/deliveries/<id:delivery_id>/resend")
class Resend(Resource):
    @operation("webhooks:write", Computed(DeliverySchema), errors=(404, 409), name="resendWebhookDelivery")
    def post(self, webhook_id: int, delivery_id: int) -> DeliveryRecord:
        """Send a delivery that ended once more, with the same unique id."""
        return service().resend(webhook_id, delivery_id)
