"""The verbs of clients."""

from typing import Any

from app.domains.clients.models import Client
from app.domains.clients.repository import ClientFilter, ClientRepository
from app.infra.context import Context
from app.kernel.events import ClientLeaving
from app.kernel.paging import Page, PageRequest


class ClientService:
    """Keeps the company's clients."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.clients = ClientRepository(context.session)

    def get(self, client_id: int) -> Any:
        """One client."""
        return self.clients.get(client_id)

    def page(self, request: PageRequest, **filters: Any) -> Page[Any]:
        """Clients, a page at a time."""
        return self.clients.page(ClientFilter(**filters), request)

    def create(self, **values: Any) -> Client:
        """A new client."""
        return self.clients.add(Client(**values))

    def update(self, client_id: int, **changes: Any) -> Client:
        """Change what is given and leave the rest."""
        return self.clients.change(self.clients.get_for_update(client_id), changes)

    def delete(self, client_id: int) -> None:
        """Remove a client that has no projects; what else belongs to it goes with it."""
        client = self.clients.get_for_update(client_id)
        self.context.publish(ClientLeaving(client.id))
        self.clients.delete(client)
