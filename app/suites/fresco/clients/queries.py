"""Clients with the values of their parties."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, or_, select, union_all

from app.core.parties.models import Party
from app.infra import clock
from app.infra.db.columns import containing, containing_number
from app.infra.queries.records import fields_of
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
            # Each table is searched by itself: a join of both, row by row, takes longer.
            of_party = select(Party.id).where(containing(self.q, Party.name, Party.email, Party.notes))
            known = or_(
                containing(self.q, Client.contact_name, Client.tax_id), containing_number(self.q, Client.tax_id)
            )
            own = select(Client.id).where(known)
            conditions.append(Client.id.in_(union_all(of_party, own)))
        return conditions


class ClientRepository(Repository[Client, ClientRecord]):
    """Clients of the company."""

    model = Client
    record = ClientRecord
    conflicts: ClassVar = {
        "fk_projects_client_id_clients": Conflict("The client has projects.", code="client_has_projects"),
    }
    joined_columns: ClassVar = {
        "name": Party.name,
        "email": Party.email,
        "created_at": Party.created_at,
        "updated_at": Party.updated_at,
    }

    @classmethod
    def base_query(cls) -> Select[Any]:
        own, party = Client.__table__, Party.__table__
        columns = (own.c[name] if name in own.c else party.c[name] for name in fields_of(ClientRecord))
        # Every client has its party; of an outer join PostgreSQL leaves out the part of which no column is needed.
        return select(*columns).select_from(own.outerjoin(party, own.c.id == party.c.id))

    def change(self, row: Client, changes: Mapping[str, object]) -> Client:
        """Set the given attributes; a change of any is a new version of the party."""
        for name, value in changes.items():
            setattr(row, name, value)
        if self.session.is_modified(row):
            row.party.updated_at = clock.now()
        self.flush()
        return row
