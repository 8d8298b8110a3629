"""Questions about clients."""

from typing import ClassVar

from sqlalchemy import Select, select

from app.domains.clients.models import Client
from app.domains.clients.rules import ClientStatus
from app.infra.repository import Repository
from app.kernel.errors import Conflict
from app.kernel.paging import Page, PageRequest


class ClientRepository(Repository[Client]):
    """Clients."""

    model = Client
    searched = (Client.name, Client.contact_name, Client.email, Client.tax_id, Client.notes)
    conflicts: ClassVar = {
        **{
            f"fk_{table}_client_id_clients": Conflict(
                "The client is named in incomes or expenses.", code="client_in_use"
            )
            for table in ("incomes", "expenses", "recurring_expenses", "accrued_expenses")
        },
        # The projects' own foreign key says it, so clients need not know projects.
        "fk_projects_client_id_clients": Conflict("The client has projects.", code="client_has_projects"),
    }

    def matching_page(
        self, request: PageRequest, *, status: ClientStatus | None = None, q: str | None = None
    ) -> Page[Client]:
        """Clients that match every given filter."""
        statement: Select[Client] = select(Client)
        if status is not None:
            statement = statement.where(Client.status == status)
        if q is not None:
            statement = statement.where(self.matching(q))
        return self.page(statement, request)
