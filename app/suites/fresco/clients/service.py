"""Services of clients."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import date
from typing import ClassVar, NotRequired, TypedDict, Unpack

from app.core.imports.rules import LeftReason
from app.core.imports.service import Importer, UntouchedRows
from app.core.parties.service import PartyService
from app.infra.context import Context
from app.infra.queries.references import existing
from app.kernel.paging import Page, PageRequest
from app.kernel.rows import EnteredRow, Values, given_id, plain_name, plain_number
from app.suites.fresco.clients.events import ClientLeaving
from app.suites.fresco.clients.models import Client, ClientRecord
from app.suites.fresco.clients.queries import ClientFilter, ClientRepository, clients_named
from app.suites.fresco.clients.rules import ClientStatus

OWN_VALUES = {"contact_name", "tax_id", "start_date", "status", "reminders"}
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
    reminders: bool
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
    reminders: NotRequired[bool]
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

    def only_one_named(self, name: str) -> int | None:
        """Id of the client of a name, whatever its case, accents and spaces; None if there is none, or several."""
        found = clients_named(self.context.session, name)
        return found[0] if len(found) == 1 else None

    def get(self, client_id: int) -> ClientRecord:
        """One client."""
        return self.clients.get(client_id)

    def page(self, request: PageRequest, **filters: Unpack[ClientFilters]) -> Page[ClientRecord]:
        """One page of clients."""
        return self.clients.page(ClientFilter(**filters), request)

    def create(self, **values: Unpack[NewClient]) -> Client:
        """Create a client, and a party for it."""
        return self.clients.add(self._new(values))

    def create_many(self, rows: Sequence[NewClient]) -> list[int]:
        """Create clients, and a party for each, in a few statements; returns their ids."""
        return self.clients.add_all([self._new(values) for values in rows])

    def named(self, names: Collection[str]) -> Mapping[str, list[int]]:
        """Ids of the clients by the name or tax id that is given, which several may have."""
        found: dict[str, list[int]] = defaultdict(list)
        for one in self.clients.named(names) if names else ():
            found[one.given].append(one.id)
        return found

    def resolve(self, rows: Sequence[EnteredRow]) -> None:
        """Set the clients of rows of a file by their tax id or name, and look for those that are given by id."""
        known = self.named({name for row in rows if (name := _name_of(row)) is not None})
        ids = {client_id for row in rows if (client_id := given_id(row, "client_id")) is not None}
        stored = existing(self.context.session, Client, ids)
        for row in rows:
            name = _name_of(row)
            if name is not None:
                _set_client(row, known.get(name, []))
            elif (client_id := given_id(row, "client_id")) is not None and client_id not in stored:
                row.errors["client_id"] = ["The client does not exist."]

    def update(self, client_id: int, **changes: Unpack[ClientChanges]) -> Client:
        """Change the given values and leave the others."""
        return self.clients.change(self.clients.get_for_update(client_id), changes)

    def delete(self, client_id: int) -> None:
        """Delete a client without projects, its documents, and its party if nothing else refers to that."""
        client = self.clients.get_for_update(client_id)
        self.context.publish(ClientLeaving(client.id))
        self.clients.delete(client)
        self.parties.discard(client_id)

    def _new(self, values: NewClient) -> Client:
        """A client with its party, not stored yet."""
        party = self.parties.new(
            name=values["name"],
            email=values.get("email"),
            phone=values.get("phone"),
            address=values.get("address"),
            notes=values.get("notes"),
        )
        own = {name: value for name, value in values.items() if name in OWN_VALUES}
        return Client(party=party, **own)

    def take_back(self, ids: Collection[int], left: dict[int, LeftReason]) -> None:
        """Delete imported clients that nobody changed or uses, and their parties; adds the others to `left`."""
        rows = UntouchedRows(self.context)
        gone = rows.among(Client, ids, left, audited=("parties",))
        self.clients.delete_where(Client.id.in_(gone))
        self.parties.discard_many(gone)


class ClientImporter(Importer):
    """Clients of a file: known by name and tax id."""

    kind: ClassVar = "clients"
    permission: ClassVar = "clients:write"
    day: ClassVar = "start_date"
    once: ClassVar = True

    def __init__(self, context: Context) -> None:
        self.clients = ClientService(context)

    def key(self, values: Values) -> Hashable:
        return plain_name(values["name"]), plain_number(values.get("tax_id"))

    def stored(self, rows: Sequence[EnteredRow]) -> Mapping[Hashable, Sequence[int]]:
        found: dict[Hashable, list[int]] = defaultdict(list)
        for client in self.clients.clients.homonyms({row.values["name"] for row in rows}):
            found[self.key(client._asdict())].append(client.id)
        return found

    def create(self, rows: Sequence[Values]) -> list[int]:
        return self.clients.create_many([NewClient(**values) for values in rows])  # type: ignore[typeddict-item]  # loaded by the shape of a POST


def _name_of(row: EnteredRow) -> str | None:
    """The tax id or name by which a row gives its client."""
    return row.names.get("client_tax_id") or row.names.get("client_name")


def _set_client(row: EnteredRow, found: list[int]) -> None:
    """Set the client that has the name; of several, the one whose id is given beside it."""
    column = "client_tax_id" if "client_tax_id" in row.names else "client_name"
    given = row.given.pop("client_id", None)
    same = [client_id for client_id in found if str(client_id) == given]
    if len(same or found) == 1:
        row.given["client_id"] = (same or found)[0]
    elif found:
        row.errors[column] = ["More than one client has this name; give a tax id, or the client's id beside it."]
    else:
        row.errors[column] = ["No client has this name or tax id."]
