"""Repository of parties."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from psycopg2.errorcodes import FOREIGN_KEY_VIOLATION, RESTRICT_VIOLATION
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    column,
    false,
    func,
    literal,
    select,
    table,
    union,
    union_all,
)
from sqlalchemy.exc import IntegrityError

from app.core.parties.models import Party, PartyDocument, PartyRecord
from app.core.parties.rules import PartyKind
from app.infra.db.columns import folded
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.records import columns_of
from app.infra.queries.references import referenced
from app.infra.queries.repository import Filter, Repository, equal
from app.kernel.errors import Conflict

_WORDS = func.party_words(Party.name, Party.email, Party.phone, Party.document_number)


@dataclass(frozen=True, slots=True)
class PartyFilter(Filter):
    """Criteria of parties: with one of these roles, and words that begin as those of a text query."""

    roles: frozenset[str]
    kind: PartyKind | None = None
    words: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        ids = self.ids()
        given = [Party.id.in_(union_all(*ids)) if ids else false(), *equal((Party.kind, self.kind))]
        if self.words is not None:
            given.append(_WORDS.bool_op("@@")(func.to_tsquery("simple", folded(self.words))))
        return given

    def all_of_roles(self) -> bool:
        """Whether every party with one of the roles matches."""
        return bool(self.roles) and self.kind is None and self.words is None

    def ids(self) -> list[Select[Any]]:
        """The ids of parties, by role."""
        return [select(_ids(role)) for role in sorted(self.roles)]


def _ids(role: str) -> ColumnElement[int]:
    """Ids in the table of a role, which belongs to a suite."""
    return table(role, column("id", BigInteger)).c.id


class PartyRepository(Repository[Party, PartyRecord]):
    """Parties."""

    model = Party
    record = PartyRecord
    conflicts: ClassVar = {
        "uq_parties_document": Conflict("Another party has this document.", code="document_in_use"),
    }

    @classmethod
    def count_query(cls, criteria: Filter) -> Select[Any]:
        if not isinstance(criteria, PartyFilter) or not criteria.all_of_roles():
            return super().count_query(criteria)
        # Every row of a role is a party: counting them without looking at parties takes a fraction of the time.
        return select(func.count()).select_from(union(*criteria.ids()).subquery("found"))

    def roles_of(self, party_id: int, roles: Iterable[str]) -> frozenset[str]:
        """Those of the roles that the party has."""
        asked = frozenset(roles)
        rows = _roles_of(asked, party_id=party_id).rows(self.session) if asked else ()
        return frozenset(str(role) for (role,) in rows)

    def require_any(self, party_id: int, roles: frozenset[str]) -> None:
        """Raise NotFound unless the party has one of the roles."""
        if not self.roles_of(party_id, roles):
            raise self._not_found(party_id)

    def delete_unless_used(self, party_id: int) -> None:
        """Delete the party, unless a row of another table refers to it."""
        try:
            # A savepoint of the connection: one of the session would trigger the actions after the commit.
            with self.session.connection().begin_nested():
                self.delete_where(Party.id == party_id)
        except IntegrityError as error:
            if getattr(error.orig, "pgcode", None) not in {FOREIGN_KEY_VIOLATION, RESTRICT_VIOLATION}:
                raise

    def delete_unused(self, party_ids: Collection[int]) -> None:
        """Delete those of the parties to which no row of another table refers."""
        used = referenced(self.session, Party, party_ids)
        self.delete_where(Party.id.in_([party_id for party_id in party_ids if party_id not in used]))

    def documents(self) -> Iterator[PartyDocument]:
        """Documents of all parties that have one."""
        return _documents().stream(self.session, PartyDocument)


@cached_query
def _roles_of(roles: frozenset[str]) -> Select[Any]:
    found = [
        select(literal(role, String).label("role")).where(_ids(role) == parameter("party_id", int))
        for role in sorted(roles)
    ]
    return select(union_all(*found).subquery("found"))


@cached_query
def _documents() -> Select[Any]:
    documents = select(*columns_of(PartyDocument, Party.__table__))
    return documents.where(Party.document_key.is_not(None)).order_by(Party.id)
