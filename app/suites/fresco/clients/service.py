"""Services of clients."""

from datetime import date
from typing import NotRequired, TypedDict, Unpack

from app.core.parties.service import PartyService
from app.infra.context import Context
from app.kernel.paging import Page, PageRequest
from app.suites.fresco.clients.events import ClientLeaving
from app.suites.fresco.clients.models import Client, ClientRecord
from app.suites.fresco.clients.queries import ClientFilter, ClientRepository
from app.suites.fresco.clients.rules import ClientStatus

OWN_VALUES = {"contact_name", "tax_id", "start_date", "status"}
"""Values of a client that are not its party's."""


class ClientChanges(TypedDict, total=False):
    """The values of a client that a caller may change."""

    name: str
    contact_name: str | None
    email: str | None
    phone: str | None
    address: str | None
    tax_id: str | None
    start_date: date
    status: ClientStatus
    notes: str | None


class NewClient(TypedDict):
    """The values of a new client."""

    name: str
    contact_name: NotRequired[str | None]
    email: NotRequired[str | None]
    phone: NotRequired[str | None]
    address: NotRequired[str | None]
    tax_id: NotRequired[str | None]
    start_date: date
    status: NotRequired[ClientStatus]
    notes: NotRequired[str | None]


class ClientFilters(TypedDict, total=False):
    """The criteria of a list of clients."""

    status: ClientStatus
    q: str


class ClientService:
    """Creates, changes and deletes clients."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.clients = ClientRepository(context.session)
        self.parties = PartyService(context)

    def get(self, client_id: int) -> ClientRecord:
        """One client."""
        return self.clients.get(client_id)

    def page(self, request: PageRequest, **filters: Unpack[ClientFilters]) -> Page[ClientRecord]:
        """One page of clients."""
        return self.clients.page(ClientFilter(**filters), request)

    def create(self, **values: Unpack[NewClient]) -> Client:
        """Create a client, and a party for it."""
        party = self.parties.create(
            name=values["name"],
            email=values.get("email"),
            phone=values.get("phone"),
            address=values.get("address"),
            notes=values.get("notes"),
        )
        own = {name: value for name, value in values.items() if name in OWN_VALUES}
        return self.clients.add(Client(party=party, **own))

    def update(self, client_id: int, **changes: Unpack[ClientChanges]) -> Client:
        """Change the given values and leave the others."""
        return self.clients.change(self.clients.get_for_update(client_id), changes)

    def delete(self, client_id: int) -> None:
        """Delete a client without projects, its documents, and its party if nothing else refers to that."""
        client = self.clients.get_for_update(client_id)
        self.context.publish(ClientLeaving(client.id))
        self.clients.delete(client)
        self.parties.discard(client_id)
