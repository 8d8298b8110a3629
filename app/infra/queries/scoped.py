"""A repository that is limited to the rows within the caller's scope."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ColumnElement, ColumnExpressionArgument, Select, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.infra.db import Base
from app.infra.preconditions import check_precondition
from app.infra.queries.cached import Values, cached_query, parameter
from app.infra.queries.paging import fetch_page, ordered, page_values
from app.infra.queries.repository import Filter, M, R, Repository
from app.kernel.errors import Forbidden
from app.kernel.identity import Scope
from app.kernel.paging import Page, PageRequest, Part, Sort


class ScopedRepository(Repository[M, R]):
    """Access to one table whose rows each belong to a row of the scope.

    A row outside of the scope does not exist for the caller: it is not found, and in no page or total. Writing one
    that would be outside is forbidden. A row that belongs to none is outside of every limited scope.
    """

    scoped_by: ClassVar[str]
    """Column with the id of the row to which a row belongs."""

    def __init__(self, session: Session, scope: Scope) -> None:
        super().__init__(session)
        self.scope = scope

    @classmethod
    def scope_condition(cls) -> ColumnElement[bool]:
        """Condition, with a parameter, that a row is within a limited scope."""
        return cls.scope_column() == any_(parameter("scope_ids", list))

    @classmethod
    def scope_column(cls) -> ColumnElement[int]:
        """The column `scoped_by`."""
        column: ColumnElement[int] = cls.model.__table__.c[cls.scoped_by]
        return column

    def scope_values(self) -> Values:
        """The value of the parameter of `scope_condition`."""
        return {"scope_ids": list(self.scope.ids or ())}

    def get(self, row_id: int) -> R:
        """The row as a record; NotFound if there is none within the scope."""
        if self.scope.ids is None:
            return super().get(row_id)
        values = {**self.scope_values(), **self.query_values()}
        found = _by_id(type(self), row_id=row_id, **values).first(self.session, self.record)
        if found is None:
            raise self._not_found(row_id)
        return found

    def get_for_update(self, row_id: int) -> M:
        """Lock the row, check its version against If-Match, and return it; NotFound if it is not within the scope."""
        statement = select(self.model).where(self._table.c.id == row_id, *self._within())
        row = self.session.scalar(
            statement.with_for_update(of=self._table), execution_options={"populate_existing": True}
        )
        if row is None:
            raise self._not_found(row_id)
        check_precondition(self.session, row_id, self.version_of(row))
        return row

    def page(self, criteria: Filter, request: PageRequest) -> Page[R]:
        """One page of the matching rows within the scope, and their total number."""
        if self.scope.ids is None:
            return super().page(criteria, request)
        values = {**self.scope_values(), **self.query_values()}
        total = _count(type(self), criteria, **values).scalar(self.session, int) or 0
        query = _page(type(self), criteria, request.sort, request.part, **values, **page_values(request))
        return Page(fetch_page(query, self.session, self.record, request), total, request)

    def add(self, row: M) -> M:
        """Store a new object; Forbidden outside of the scope."""
        self._check(getattr(row, self.scoped_by))
        return super().add(row)

    def add_all(self, rows: Sequence[M]) -> list[int]:
        """Store new objects; Forbidden if one is outside of the scope."""
        for row in rows:
            self._check(getattr(row, self.scoped_by))
        return super().add_all(rows)

    def change(self, row: M, changes: Mapping[str, object]) -> M:
        """Set the given attributes of an object and store it; Forbidden if that takes it out of the scope."""
        self._check(getattr(row, self.scoped_by))
        self._check(changes.get(self.scoped_by, getattr(row, self.scoped_by)))
        return super().change(row, changes)

    def delete(self, row: M) -> None:
        """Delete the row now; Forbidden outside of the scope."""
        self._check(getattr(row, self.scoped_by))
        super().delete(row)

    def insert(self, values: Mapping[str, object], **computed: ColumnElement[Any]) -> R:
        """Insert a row by one statement and return its record; Forbidden outside of the scope."""
        self._check(values[self.scoped_by])
        return super().insert(values, **computed)

    def update_versioned(self, row_id: int, values: Mapping[str, object]) -> R | None:
        """Update the row by one statement; NotFound outside of the scope, Forbidden if it would go there."""
        self.get(row_id)
        if self.scoped_by in values:
            self._check(values[self.scoped_by])
        return super().update_versioned(row_id, values)

    def _deleted(
        self, returning: Iterable[ColumnElement[Any]], conditions: Iterable[ColumnExpressionArgument[bool]]
    ) -> Sequence[Sequence[object]]:
        return super()._deleted(returning, [*conditions, *self._within()])

    def _within(self) -> list[ColumnElement[bool]]:
        ids = self.scope.ids
        return [] if ids is None else [self._table.c[self.scoped_by] == any_(literal(list(ids), ARRAY(BigInteger)))]

    def _check(self, belongs_to: object) -> None:
        if self.scope.ids is not None and not (isinstance(belongs_to, int) and self.scope.includes(belongs_to)):
            raise Forbidden("It would be outside of your scope.", code="outside_scope")


_Scoped = type[ScopedRepository[Base, tuple[object, ...]]]


@cached_query
def _by_id(repository: _Scoped) -> Select[Any]:
    by_id = repository.model.__table__.c.id == parameter("row_id", int)
    return repository.base_query().where(by_id, repository.scope_condition())


@cached_query
def _count(repository: _Scoped, criteria: Filter) -> Select[Any]:
    return repository.count_query(criteria).where(repository.scope_condition())


@cached_query
def _page(repository: _Scoped, criteria: Filter, sort: tuple[Sort, ...], part: Part) -> Select[Any]:
    conditions = [*criteria.conditions(), repository.scope_condition()]
    return ordered(repository.base_query(), repository.model, conditions, sort, part, repository.joined_columns)
