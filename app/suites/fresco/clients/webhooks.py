"""Events of clients that webhooks are told of."""

from app.infra.context import Context
from app.infra.webhooks import WebhookObject
from app.suites.fresco.clients.schemas import ClientSchema
from app.suites.fresco.clients.service import ClientService
from app.web.dump import dumper
from app.web.json import encode


def _shown(context: Context, client_id: int) -> bytes:
    return encode(dumper(ClientSchema)(ClientService(context).get(client_id)))


OBJECTS = {"client": WebhookObject(("created", "updated", "deleted"), _shown)}
