"""Services of parties."""

from collections.abc import Collection, Mapping, Sequence
from typing import NotRequired, TypedDict, Unpack

from app.core.parties.models import Party, PartyDocument, PartyRecord
from app.core.parties.repository import PartyFilter, PartyRepository
from app.core.parties.rules import IdentityDocument, PartyKind, document_key, issuer_problem, search_terms
from app.infra.context import Context
from app.kernel.errors import Forbidden, Invalid
from app.kernel.paging import Page, PageRequest
from app.manifest import PartyRole

DOCUMENT = ("document_country", "document_type", "document_number")


class PartyChanges(TypedDict, total=False):
    """The values of a party that a caller may change."""

    name: str
    kind: PartyKind
    document_country: str | None
    document_type: IdentityDocument | None
    document_number: str | None
    email: str | None
    phone: str | None
    address: str | None
    notes: str | None


class NewParty(TypedDict):
    """The values of a new party."""

    name: str
    kind: NotRequired[PartyKind]
    email: NotRequired[str | None]
    phone: NotRequired[str | None]
    address: NotRequired[str | None]
    notes: NotRequired[str | None]


class PartyFilters(TypedDict, total=False):
    """The criteria of a list of parties."""

    kind: PartyKind
    q: str


class RolesSeen(TypedDict):
    """Roles of parties that a caller may see or change: all rows of some tables, and those of others in a scope."""

    roles: frozenset[str]
    limited: frozenset[tuple[str, str]]
    within: tuple[str, ...]


class PartyService:
    """Shows and changes parties to callers who may read or write one of their roles; creates them for suites."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.parties = PartyRepository(context.session)
        self.country = context.company.country
        self.identity = context.identity
        self.roles = context.settings.party_roles

    def get(self, party_id: int) -> PartyRecord:
        """One party, or NotFound if the caller may read none of its roles."""
        self.parties.require_any(party_id, PartyFilter(**self._readable()))
        return self.parties.get(party_id)

    def page(self, request: PageRequest, *, q: str | None = None, kind: PartyKind | None = None) -> Page[PartyRecord]:
        """One page of the parties of whose roles the caller may read one."""
        words = None if q is None else search_terms(q)
        return self.parties.page(PartyFilter(kind=kind, words=words, **self._readable()), request)

    def update(self, party_id: int, **changes: Unpack[PartyChanges]) -> Party:
        """Change the given values; the caller needs the permission to write one of the party's roles."""
        self.parties.require_any(party_id, PartyFilter(**self._readable()))
        if not self.parties.roles_of(party_id, PartyFilter(**self._writable())):
            raise Forbidden("Your role may change no party of this kind.")
        party = self.parties.get_for_update(party_id)
        return self.parties.change(party, {**changes, **self._document(party, changes)})

    def create(self, **values: Unpack[NewParty]) -> Party:
        """Create a party, to which the caller adds its first role."""
        return self.parties.add(self.new(**values))

    def new(self, **values: Unpack[NewParty]) -> Party:
        """A party that is stored with its first role."""
        return Party(**values)

    def discard(self, party_id: int) -> None:
        """Delete a party that has lost a role, unless it has another or is referred to."""
        self.parties.delete_unless_used(party_id)

    def discard_many(self, party_ids: Collection[int]) -> None:
        """Delete the parties among these that have no role left and to which nothing refers."""
        self.parties.delete_unused(party_ids)

    def violations(self) -> list[str]:
        """Messages about documents that break a rule."""
        return [f"party {row.id}: {problem}" for row in self.parties.documents() if (problem := _document_problem(row))]

    def _readable(self) -> RolesSeen:
        """The roles that the caller may read."""
        return self._limited([role for role in self.roles if self._may(role.read)])

    def _writable(self) -> RolesSeen:
        return self._limited([role for role in self.roles if self._may(role.write)])

    def _limited(self, roles: Sequence[PartyRole]) -> RolesSeen:
        """The roles, within the caller's scopes."""
        scopes = {role: self.context.scope(role.scope) for role in roles if role.scope is not None}
        limits = {role: scope.ids for role, scope in scopes.items() if scope.ids is not None}
        return {
            "roles": frozenset(role.table for role in roles if role not in limits),
            "limited": frozenset((role.table, role.scoped_by) for role in limits),
            "within": tuple(sorted(f"{role.table}:{row_id}" for role, ids in limits.items() for row_id in ids)),
        }

    def _may(self, permission: str) -> bool:
        return self.identity is None or self.identity.may(permission)  # jobs and commands may all

    def _document(self, party: Party, changes: PartyChanges) -> Mapping[str, object]:
        """Country, type, number and key after the changes; empty if they don't concern the document."""
        if not changes.keys() & set(DOCUMENT):
            return {}
        stored: PartyChanges = {
            "document_country": party.document_country,
            "document_type": party.document_type,
            "document_number": party.document_number,
        }
        wanted: PartyChanges = {**stored, **changes}
        kind, number = wanted.get("document_type"), wanted.get("document_number")
        if kind is None and number is None:
            if changes.get("document_country") is not None:
                raise Invalid.field("document_country", "A document has a type and a number, too.")
            return dict.fromkeys((*DOCUMENT, "document_key"))
        if kind is None or number is None:
            name = "document_type" if kind is None else "document_number"
            raise Invalid.field(name, "A document has both a type and a number.")
        return _checked(wanted.get("document_country") or self.country, kind, number.strip())


def _checked(country: str, kind: IdentityDocument, number: str) -> Mapping[str, object]:
    """Values of a valid document; Invalid, naming the field, for another."""
    if problem := issuer_problem(country, kind):
        raise Invalid.field("document_type", problem)
    try:
        key = document_key(kind, number)
    except ValueError as error:
        raise Invalid.field("document_number", str(error)) from None
    return {**dict(zip(DOCUMENT, (country, kind, number), strict=True)), "document_key": key}


def _document_problem(row: PartyDocument) -> str | None:
    if problem := issuer_problem(row.document_country, row.document_type):
        return problem
    try:
        key = document_key(row.document_type, row.document_number)
    except ValueError as error:
        return str(error)
    return None if key == row.document_key else "its document is not stored under the number by which it is compared."
