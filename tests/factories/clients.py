"""Clients."""

from datetime import date

import factory

from app.suites.fresco.clients.models import Client
from app.suites.fresco.clients.rules import ClientStatus
from tests.factories import Examples, RowFactory


class ClientFactory(RowFactory):
    """A client."""

    class Meta:
        model = Client

    name = factory.Sequence(lambda n: f"Cliente {n:03}")
    start_date = date(2025, 1, 15)
    status = ClientStatus.ACTIVE


EXAMPLES = Examples(
    rows={"Client": lambda: ClientFactory(notes="Ñandú").id},
    existing={"/api/clients/<id:client_id>": lambda _: f"/api/clients/{ClientFactory().id}"},
    changes={"/api/clients/<id:client_id>": {"name": "Otra"}},
    posts={"/api/clients": lambda: ("/api/clients", {"json": {"name": "Altura", "start_date": "2026-01-01"}})},
)
