"""Clients."""

from datetime import date
from typing import Any

import factory

from app.core.parties.models import Party
from app.suites.fresco.clients.models import Client
from app.suites.fresco.clients.rules import ClientStatus
from tests.factories import Examples, RowFactory

_OF_PARTY = {"name", "kind", "email", "phone", "address", "notes", "created_at", "updated_at"}


class ClientFactory(RowFactory):
    """A client, and its party."""

    class Meta:
        model = Client

    name = factory.Sequence(lambda n: f"Cliente {n:03}")
    start_date = date(2025, 1, 15)
    status = ClientStatus.ACTIVE

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **kwargs: Any) -> Any:
        party = Party(**{name: kwargs.pop(name) for name in _OF_PARTY & kwargs.keys()})
        return super()._create(model_class, *args, party=party, **kwargs)


EXAMPLES = Examples(
    rows={"Client": lambda: ClientFactory(notes="Ñandú").id},
    existing={"/api/clients/<id:client_id>": lambda _: f"/api/clients/{ClientFactory().id}"},
    changes={"/api/clients/<id:client_id>": {"name": "Otra"}},
    posts={"/api/clients": lambda: ("/api/clients", {"json": {"name": "Altura", "start_date": "2026-01-01"}})},
)
