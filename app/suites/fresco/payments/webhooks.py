"""Events of payments that webhooks are told of."""

from app.infra.context import Context
from app.infra.webhooks import WebhookObject
from app.suites.fresco.payments.schemas import PaymentSchema
from app.suites.fresco.payments.service import PaymentService
from app.web.dump import dumper
from app.web.json import encode


def _shown(context: Context, payment_id: int) -> bytes:
    return encode(dumper(PaymentSchema)(PaymentService(context).get(payment_id)))


OBJECTS = {"payment": WebhookObject(("generated", "paid", "undone", "overdue"), _shown)}
