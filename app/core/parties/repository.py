"""Repository of parties."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from psycopg2.errorcodes import FOREIGN_KEY_VIOLATION, RESTRICT_VIOLATION
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    cast,
    false,
    func,
    literal,
    literal_column,
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
from app.infra.queries.repository import Filter, Repository, among, equal
from app.kernel.errors import Conflict

_WORDS = func.party_words(Party.name, Party.email, Party.phone, Party.document_number)


@dataclass(frozen=True, slots=True)
class PartyFilter(Filter):
    """Criteria of parties: with one of these roles, and words that begin as those of a text query."""

    roles: frozenset[str]
    """Tables of roles whose rows all match."""
    kind: PartyKind | None = None
    words: str | None = None
    limited: frozenset[tuple[str, str]] = frozenset()
    """Tables of roles of which some rows match, each with the column of the scope that limits it."""
    within: tuple[str, ...] = ()
    """Table and id of the rows of scopes to which they are limited, as in `credito_clientes:7`."""

    def conditions(self) -> list[ColumnElement[bool]]:
        ids = self.ids()
        given = [Party.id.in_(union_all(*ids)) if ids else false(), *equal((Party.kind, self.kind))]
        if self.words is not None:
            given.append(_WORDS.bool_op("@@")(func.to_tsquery("simple", folded(self.words))))
        return given

    def all_of_roles(self) -> bool:
        """Whether every party with one of the roles matches."""
        return bool(self.roles or self.limited) and self.kind is None and self.words is None

    def ids(self) -> list[Select[Any]]:
        """The ids of parties, by role."""
        return [found.add_columns(_ids(role)) for role, found in self._by_role()]

    def roles_of(self, party_id: ColumnElement[int]) -> list[Select[Any]]:
        """The names of those of the roles that a party has."""
        return [
            found.add_columns(literal(role, String).label("role")).where(_ids(role) == party_id)
            for role, found in self._by_role()
        ]

    def _by_role(self) -> Iterator[tuple[str, Select[Any]]]:
        """Each role with a SELECT of its rows, without columns."""
        for role in sorted(self.roles):
            yield role, select().select_from(table(role))
        for role, scoped_by in sorted(self.limited):
            row_of_scope = literal(f"{role}:", String) + cast(_column(role, scoped_by), String)
            empty = isinstance(self.within, tuple) and not self.within  # a template has a parameter in its place
            inside = [false()] if empty else among((row_of_scope, self.within))
            yield role, select().select_from(table(role)).where(*inside)


def _ids(role: str) -> ColumnElement[int]:
    """Ids in the table of a role, which belongs to a suite."""
    return _column(role, "id")


def _column(role: str, name: str) -> ColumnElement[int]:
    return literal_column(f"{role}.{name}", BigInteger)


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

    def roles_of(self, party_id: int, criteria: PartyFilter) -> frozenset[str]:
        """Those of the roles of the criteria that the party has."""
        asked = criteria.roles or criteria.limited
        rows = _roles_of(criteria, party_id=party_id).rows(self.session) if asked else ()
        return frozenset(str(role) for (role,) in rows)

    def require_any(self, party_id: int, criteria: PartyFilter) -> None:
        """Raise NotFound unless the party has one of the roles of the criteria."""
        if not self.roles_of(party_id, criteria):
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
def _roles_of(criteria: PartyFilter) -> Select[Any]:
    return select(union_all(*criteria.roles_of(parameter("party_id", int))).subquery("found"))


@cached_query
def _documents() -> Select[Any]:
    documents = select(*columns_of(PartyDocument, Party.__table__))
    return documents.where(Party.document_key.is_not(None)).order_by(Party.id)
