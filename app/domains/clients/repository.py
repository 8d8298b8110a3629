"""Questions about clients."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import ColumnElement

from app.domains.clients.models import Client, ClientRecord
from app.domains.clients.rules import ClientStatus
from app.infra.db.columns import containing
from app.infra.queries.repository import Filter, Repository, equal
from app.kernel.errors import Conflict


@dataclass(frozen=True, slots=True)
class ClientFilter(Filter):
    """Which clients are meant."""

    status: ClientStatus | None = None
    q: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        given = equal((Client.status, self.status))
        if self.q is not None:
            searched = (Client.name, Client.contact_name, Client.email, Client.tax_id, Client.notes)
            given.append(containing(self.q, *searched))
        return given


class ClientRepository(Repository[Client, ClientRecord]):
    """Clients."""

    model = Client
    record = ClientRecord
    conflicts: ClassVar = {
        "fk_projects_client_id_clients": Conflict("The client has projects.", code="client_has_projects"),
    }
