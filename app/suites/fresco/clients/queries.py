"""Clients with the values of their parties."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import ColumnElement, Select, String, func, or_, select, union, union_all
from sqlalchemy.orm import Session

from app.core.parties.models import Party
from app.infra import clock
from app.infra.db.columns import containing, containing_number, letters, one_spaced
from app.infra.queries.bulk import rows_of
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.records import fields_of, reader
from app.infra.queries.repository import Filter, Repository, equal
from app.kernel.errors import Conflict
from app.suites.fresco.clients.models import Client, ClientRecord
from app.suites.fresco.clients.rules import ClientStatus


def clients_named(session: Session, name: str) -> list[int]:
    """Ids of the first two clients of a name, whatever its case, accents and spaces."""
    return [row_id for (row_id,) in _named(name=name).rows(session)]


@cached_query
def _named() -> Select[Any]:
    same = func.name_key(Party.name) == func.name_key(parameter("name", str))
    return select(Client.id).join(Party, Party.id == Client.id).where(same).order_by(Client.id).limit(2)


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


class NamedClient(NamedTuple):
    """A client by a name or tax id that a file gives."""

    given: str
    id: int


class KnownClient(NamedTuple):
    """The values by which a client is known."""

    id: int
    name: str
    tax_id: str | None


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

    def named(self, given: Collection[str]) -> list[NamedClient]:
        """Clients whose name or tax id is one of these, in one statement: without case, accents, blanks and dots.

        A tax id is found without its check digit, too.
        """
        asked = rows_of({"given": (String(), sorted(given))})
        names = select(asked.c.given, Party.id).join(Party, one_spaced(Party.name) == one_spaced(asked.c.given))
        parts = [names.join(Client, Client.id == Party.id)]
        bare = letters(asked.c.given)
        for tax_id in (Client.tax_id, func.split_part(Client.tax_id, "-", 1, type_=String)):
            same = (letters(tax_id) == bare) & (bare != "")
            parts.append(select(asked.c.given, Client.id).join(Client, same))
        found = union(*parts).subquery("found")
        return reader(NamedClient)(self.session.execute(select(found).order_by(found.c.id)))

    def homonyms(self, names: Collection[str]) -> list[KnownClient]:
        """Clients that have one of these names, without case and accents."""
        asked = rows_of({"given": (String(), sorted(names))})
        columns = (Client.id, Party.name, Client.tax_id)
        same = one_spaced(Party.name) == one_spaced(asked.c.given)
        found = select(*columns).join(Party, Party.id == Client.id).join(asked, same).distinct().order_by(Client.id)
        return reader(KnownClient)(self.session.execute(found))
