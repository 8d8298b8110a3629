"""A repository of rows of one book: the base of all repositories of the personal suite."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, ColumnExpressionArgument

from app.infra.books import BookAccess
from app.infra.queries.bulk import reserve_ids
from app.infra.queries.cached import Values, parameter
from app.infra.queries.repository import Filter, M, R
from app.infra.queries.scoped import ScopedRepository
from app.infra.texts import encrypted_texts, holds_texts
from app.kernel.errors import Invalid
from app.kernel.identity import Scope
from app.kernel.paging import Page, PageRequest, Sort


class InBookRepository(ScopedRepository[M, R]):
    """Access to one table, within one book; viewers only read.

    Statements of its own end in `where(..., cls.scope_condition())` and are executed with `**self.scope_values()`; row
    security refuses what another book has even where that is forgotten.
    """

    scoped_by: ClassVar[str] = "book_id"

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access.session, Scope(frozenset({access.book_id})))
        self.access = access

    @classmethod
    def scope_condition(cls) -> ColumnElement[bool]:
        """Condition, with a parameter, that a row is in the book: equality, so that indexes give an order."""
        in_book: ColumnElement[bool] = cls.scope_column() == parameter("book_id", int)
        return in_book

    def scope_values(self) -> Values:
        """The value of the parameter of `scope_condition`."""
        return {"book_id": self.access.book_id}

    def page(self, criteria: Filter, request: PageRequest) -> Page[R]:
        """One page of the matching rows of the book; Invalid if it is to be sorted by texts that are encrypted."""
        given = [one.field for one in request.sort if one not in self.usual_sort((one,))]
        if given:
            raise Invalid.field("sort", f"Lists are not sorted by {given[0]}, which is encrypted.")
        return super().page(criteria, request)

    def usual_sort(self, sort: tuple[Sort, ...]) -> tuple[Sort, ...]:
        """An order of the rows, without texts that are encrypted."""
        if encrypted_texts(self.session) is None:
            return sort
        return tuple(one for one in sort if one.field not in self._table.c or not holds_texts(self._table.c[one.field]))

    def reserve_ids(self, count: int) -> list[int]:
        """Ids for new rows, so that what is encrypted in them is bound to them."""
        return reserve_ids(self.session, self._table, count)

    def add(self, row: M) -> M:
        """Store a new object; Forbidden for a viewer."""
        self.access.require_writer()
        return super().add(row)

    def add_all(self, rows: Sequence[M]) -> list[int]:
        """Store new objects; Forbidden for a viewer."""
        self.access.require_writer()
        return super().add_all(rows)

    def get_for_update(self, row_id: int) -> M:
        """Lock the row to change it; Forbidden for a viewer, NotFound if it is in another book."""
        self.access.require_writer()
        return super().get_for_update(row_id)

    def lock_all(self, row_ids: Collection[int]) -> list[M]:
        """Lock the rows with these ids to change them; Forbidden for a viewer, NotFound if one is in another book."""
        self.access.require_writer()
        return super().lock_all(row_ids)

    def change(self, row: M, changes: Mapping[str, object]) -> M:
        """Set the given attributes of an object and store it; Forbidden for a viewer."""
        self.access.require_writer()
        return super().change(row, changes)

    def delete(self, row: M) -> None:
        """Delete the row now; Forbidden for a viewer."""
        self.access.require_writer()
        super().delete(row)

    def insert(self, values: Mapping[str, object], **computed: ColumnElement[Any]) -> R:
        """Insert a row by one statement and return its record; Forbidden for a viewer."""
        self.access.require_writer()
        return super().insert(values, **computed)

    def update_versioned(self, row_id: int, values: Mapping[str, object]) -> R | None:
        """Update the row by one statement; NotFound if it is in another book, Forbidden for a viewer."""
        self.access.require_writer()
        return super().update_versioned(row_id, values)

    def _deleted(
        self, returning: Iterable[ColumnElement[Any]], conditions: Iterable[ColumnExpressionArgument[bool]]
    ) -> Sequence[Sequence[object]]:
        self.access.require_writer()
        return super()._deleted(returning, conditions)
