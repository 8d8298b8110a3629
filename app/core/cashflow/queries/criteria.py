"""Criteria of movements."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, func, literal_column, or_, select, true
from sqlalchemy.orm import Session

from app.core.cashflow.queries.relations import PROJECTS
from app.core.movements.models import MovementDaySum
from app.core.movements.rules import Kind, Nature
from app.core.parties.models import Party
from app.infra.db.columns import containing, containing_by_index, letter_groups
from app.infra.queries.cached import Criteria, cached_query, parameter
from app.infra.queries.repository import among, equal, within


@dataclass(frozen=True, slots=True)
class MovementFilter(Criteria):
    """Criteria of movements; all that are set must hold."""

    date_from: date | None = None
    date_to: date | None = None
    kind: Kind | None = None
    category: tuple[str, ...] | None = None
    only_category: str | None = None
    """The one category; its newest rows are found by an index."""
    nature: tuple[Nature, ...] | None = None
    client_id: int | None = None
    project_id: int | None = None
    supplier_id: int | None = None
    payment_method: str | None = None
    cash_account_id: int | None = None
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    q: str | None = None
    """Letters of a movement's own text, or of one of the names below, which `with_names` finds."""
    q_categories: tuple[str, ...] | None = None
    q_parties: list[int] | None = None
    q_projects: list[int] | None = None
    q_is_long: bool = False
    """Whether q has three letters, so that an index finds texts with them."""

    @property
    def is_summed(self) -> bool:
        """Whether sums by day, of an account if one is named, have all columns that it needs."""
        return self.payment_method is None and self.q is None and not self._has_details

    @property
    def is_summed_by_method(self) -> bool:
        """Whether sums of payment methods have all columns that it needs."""
        others = (self.category, self.only_category, self.cash_account_id, self.q)
        return self.payment_method is not None and not self._has_details and all(one is None for one in others)

    @property
    def _has_details(self) -> bool:
        details = (self.client_id, self.project_id, self.supplier_id, self.amount_min, self.amount_max)
        return any(one is not None for one in details)

    def simplified(self) -> "MovementFilter":
        """Criteria with one category in place of a list of one."""
        if self.category is None or len(self.category) > 1:
            return self
        return replace(self, category=None, only_category=self.category[0])

    @property
    def without_q(self) -> "MovementFilter":
        """Criteria without the search for letters."""
        return replace(self, q=None, q_categories=None, q_parties=None, q_projects=None, q_is_long=False)

    @property
    def days(self) -> "MovementFilter":
        """Criteria of all movements of the same days, and of the same cash account."""
        return MovementFilter(self.date_from, self.date_to, cash_account_id=self.cash_account_id)

    def of(self, rows: FromClause) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        columns = rows.c
        given = within(columns.date, self.date_from, self.date_to)
        if self.kind is not None:
            given.append(columns.kind == self.kind.value)
        if self.only_category is not None:
            given.append(columns.category == self.only_category)
        if self.category is not None:
            given += among((columns.category, self.category))
        if self.cash_account_id is not None:
            given.append(columns.cash_account_id == self.cash_account_id)
        if self.payment_method is not None:
            given.append(columns.payment_method == self.payment_method)
        natures = None if self.nature is None else tuple(nature.value for nature in self.nature)
        given += among((columns.nature, natures))
        return given + self._of_details(rows) if self._has_details or self.q is not None else given

    def _of_details(self, rows: FromClause) -> list[ColumnElement[bool]]:
        """Conditions on columns that only the movements themselves have."""
        columns = rows.c
        given = equal(
            (columns.party_id, self.client_id),
            (columns.project_id, self.project_id),
            (columns.supplier_id, self.supplier_id),
        )
        given += within(columns.amount, self.amount_min, self.amount_max)
        if self.q is not None:
            given.append(or_(*self._named(rows), _says(rows, self.q)))
        return given

    def parts(self, rows: FromClause) -> list[list[ColumnElement[bool]]]:
        """Conditions of parts of the matching rows, each of which an index finds; no row is in two of them."""
        if self.q is None:
            return [self.of(rows)]
        given, named, said = self.without_q.of(rows), self._named(rows), [_says(rows, self.q)]
        if self.q_is_long:
            said += _says_by_index(rows, self.q)
        ways = [*([one] for one in named), said]
        return [[*given, *way, *(one.is_not(true()) for one in named[:place])] for place, way in enumerate(ways)]

    def _named(self, rows: FromClause) -> list[ColumnElement[bool]]:
        """Conditions that a movement is of one of the names that q finds; the first is on its category, if any is."""
        columns = rows.c
        return among(
            (columns.category, self.q_categories),
            (columns.party_id, self.q_parties),
            (columns.supplier_id, self.q_parties),
            (columns.project_id, self.q_projects),
        )


def _says(rows: FromClause, q: str) -> ColumnElement[bool]:
    """Whether a movement itself has these letters."""
    return containing(q, rows.c.description, rows.c.party_name)


def _says_by_index(rows: FromClause, q: str) -> list[ColumnElement[bool]]:
    """Conditions that follow from `_says`, by which the index of letters is used."""
    texts = (rows.c.description, rows.c.party_name)
    return [or_(*(text.is_not(None) for text in texts)), letter_groups(*texts).contains(letter_groups(q))]


class _Named(NamedTuple):
    """Names that have the letters of a search."""

    categories: list[str]
    parties: list[int]
    projects: list[int]
    is_long: bool


def with_names(criteria: MovementFilter, session: Session) -> MovementFilter:
    """The criteria with the categories, parties and projects that have the letters of q in their names."""
    if criteria.q is None:
        return criteria
    [found] = _names(q=criteria.q).all(session, _Named)
    return replace(
        criteria,
        q_categories=tuple(found.categories) or None,
        q_parties=found.parties or None,
        q_projects=found.projects or None,
        q_is_long=found.is_long,
    )


@cached_query
def _names() -> Select[Any]:
    q = parameter("q", str)
    # Few, where there are many movements; OFFSET keeps the search behind the DISTINCT.
    categories = select(MovementDaySum.category).distinct().offset(literal_column("0")).subquery("categories").c
    found = {
        "categories": select(categories.category).where(containing(q, categories.category)),
        "parties": select(Party.id).where(containing_by_index(q, Party.name)),
        "projects": select(PROJECTS.c.id).where(containing(q, PROJECTS.c.name)),
    }
    arrays = (func.array(names.scalar_subquery()).label(name) for name, names in found.items())
    return select(*arrays, (func.cardinality(letter_groups(q)) > 0).label("is_long"))
