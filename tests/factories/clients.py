"""Clients."""

from datetime import date

import factory

from app.domains.clients.models import Client
from app.domains.clients.rules import ClientStatus
from tests.factories import RowFactory


class ClientFactory(RowFactory):
    """A client."""

    class Meta:
        model = Client

    name = factory.Sequence(lambda n: f"Cliente {n:03}")
    start_date = date(2025, 1, 15)
    status = ClientStatus.ACTIVE
