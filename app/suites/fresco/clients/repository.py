"""Repository of clients."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import ColumnElement

from app.infra.db.columns import containing
from app.infra.queries.repository import Filter, Repository, equal
from app.kernel.errors import Conflict
from app.suites.fresco.clients.models import Client, ClientRecord
from app.suites.fresco.clients.rules import ClientStatus


@dataclass(frozen=True, slots=True)
class ClientFilter(Filter):
    """Criteria of clients."""

    status: ClientStatus | None = None
    q: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        conditions = equal((Client.status, self.status))
        if self.q is not None:
            searched = (Client.name, Client.contact_name, Client.email, Client.tax_id, Client.notes)
            conditions.append(containing(self.q, *searched))
        return conditions


class ClientRepository(Repository[Client, ClientRecord]):
    """Clients of the company."""

    model = Client
    record = ClientRecord
    conflicts: ClassVar = {
        "fk_projects_client_id_clients": Conflict("The client has projects.", code="client_has_projects"),
    }
