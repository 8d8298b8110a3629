"""The generic repository. A domain's repository adds queries in business words."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

from psycopg2.errorcodes import INSUFFICIENT_PRIVILEGE, INTEGRITY_CONSTRAINT_VIOLATION, NOT_NULL_VIOLATION
from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    Insert,
    Select,
    SQLColumnExpression,
    Table,
    Update,
    any_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.infra.db import Base, require_writable
from app.infra.preconditions import check_precondition
from app.infra.queries.cached import MAX_CACHED, Criteria, Values, cached_query, parameter
from app.infra.queries.paging import fetch_page, ordered, page_values
from app.infra.queries.records import columns_of, reader
from app.kernel.errors import Conflict, DomainError, NotFound
from app.kernel.paging import Page, PageRequest, Part, Sort

M = TypeVar("M", bound=Base)
R = TypeVar("R", bound=tuple[Any, ...])
D = TypeVar("D", bound=tuple[Any, ...])


_FRESH = {"populate_existing": True}
_WORD = re.compile(r"(?<!^)(?=[A-Z])")
"""Beginning of a further word in the name of a model."""


class Filter(Criteria):
    """Criteria that select rows of a table; all conditions must hold."""

    __slots__ = ()

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        raise NotImplementedError


def equal(*pairs: tuple[SQLColumnExpression[Any], object]) -> list[ColumnElement[bool]]:
    """Conditions `column = value` for the pairs whose value is not None."""
    return [column == value for column, value in pairs if value is not None]


def among(*pairs: tuple[SQLColumnExpression[Any], object]) -> list[ColumnElement[bool]]:
    """Conditions that a column has one of several values: choices, or the parameter that they are bound to."""
    return [_one_of(column, values) for column, values in pairs if values is not None]


def _one_of(column: SQLColumnExpression[Any], values: object) -> ColumnElement[bool]:
    if isinstance(values, tuple) and len(values) == 1:
        return equal((column, values[0]))[0]
    if isinstance(values, tuple):
        return or_(*(column == value for value in values))
    return column == any_(values)  # type: ignore[arg-type]  # a template has a parameter in place of the texts


def within(
    column: SQLColumnExpression[Any], first: date | Decimal | None, last: date | Decimal | None
) -> list[ColumnElement[bool]]:
    """Conditions that a column is between two values, both included; a bound of None is no condition."""
    bounds = ((column.__ge__, first), (column.__le__, last))
    return [holds(bound) for holds, bound in bounds if bound is not None]


class Repository(Generic[M, R]):
    """Access to one table: rows are read as records of type R, and changed as objects of type M."""

    model: type[M]
    record: type[R]
    conflicts: ClassVar[Mapping[str, DomainError]] = {}
    """Domain errors by the name of the violated constraint."""
    joined_columns: ClassVar[Mapping[str, InstrumentedAttribute[Any]]] = {}
    """Columns of the record that `base_query` joins from another table."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, row_id: int) -> R:
        """The row as a record, or NotFound."""
        found = _by_id(type(self), row_id=row_id, **self.query_values()).first(self.session, self.record)
        if found is None:
            raise self._not_found(row_id)
        return found

    def get_for_update(self, row_id: int) -> M:
        """Lock the row, check its version against If-Match, and return it as a fresh object; or NotFound."""
        row = self.session.get(self.model, row_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise self._not_found(row_id)
        check_precondition(self.session, row_id, self.version_of(row))
        return row

    def get_below(self, row_id: int, **parents: int) -> R:
        """The row as a record; NotFound, too, unless its columns of these names have the ids that its address names."""
        found = self.get(row_id)
        self._require(found, row_id, parents)
        return found

    def get_below_for_update(self, row_id: int, **parents: int) -> M:
        """The row of `get_below`, locked, as a fresh object."""
        found = self.get_for_update(row_id)
        self._require(found, row_id, parents)
        return found

    def _require(self, found: object, row_id: int, parents: Mapping[str, int]) -> None:
        if any(getattr(found, name) != parent_id for name, parent_id in parents.items()):
            raise self._not_found(row_id)

    def version_of(self, row: M) -> int:
        """Version of a row as its record has it."""
        return getattr(row, "version", 0)

    def lock_all(self, row_ids: Collection[int]) -> list[M]:
        """Lock the rows with these ids, in their order, and return them as fresh objects; NotFound names the others."""
        own = (self._table.c.id.in_(row_ids), *self._within())
        statement = select(self.model).where(*own).order_by(self._table.c.id)
        found = self.session.scalars(statement.with_for_update(of=self._table), execution_options=_FRESH).all()
        missing = sorted(set(row_ids) - {row.id for row in found})  # type: ignore[attr-defined]  # as in `add_all`
        if missing:
            errors = {str(row_id): ["Does not exist."] for row_id in missing}
            raise NotFound(f"{len(missing)} of the ids do not exist.", errors={"ids": errors})
        return list(found)

    def page(self, criteria: Filter, request: PageRequest) -> Page[R]:
        """One page of the matching rows, and their total number."""
        values = self.query_values()
        total = _count(type(self), criteria, **values).scalar(self.session, int) or 0
        query = _page(type(self), criteria, request.sort, request.part, **values, **page_values(request))
        return Page(fetch_page(query, self.session, self.record, request), total, request)

    def add(self, row: M) -> M:
        """Store a new object at once, which sets its id and checks its constraints."""
        self.session.add(row)
        self.flush()
        return row

    def add_all(self, rows: Sequence[M]) -> list[int]:
        """Store new objects, a thousand by a statement, and return their ids in the same order."""
        self.session.add_all(rows)
        self.flush()
        return [row.id for row in rows]  # type: ignore[attr-defined]  # every table of a repository has a key

    def change(self, row: M, changes: Mapping[str, object]) -> M:
        """Set the given attributes of an object and store it."""
        for name, value in changes.items():
            setattr(row, name, value)
        self.flush()
        return row

    def delete(self, row: M) -> None:
        """Delete the row now."""
        self.session.delete(row)
        self.flush()

    def delete_where(self, *conditions: ColumnExpressionArgument[bool]) -> int:
        """Delete the matching rows and return their number; rows that were just deleted are skipped."""
        return len(self._deleted((self._table.c.id,), conditions))

    def delete_returning(self, record: type[D], *conditions: ColumnExpressionArgument[bool]) -> list[D]:
        """Delete the matching rows and return a record of each; rows that were just deleted are skipped."""
        return reader(record)(self._deleted(columns_of(record, self._table), conditions))

    def _deleted(
        self, returning: Iterable[ColumnElement[Any]], conditions: Iterable[ColumnExpressionArgument[bool]]
    ) -> Sequence[Sequence[object]]:
        """Delete the rows, locked in the order of their ids, so that concurrent calls wait instead of deadlocking."""
        locked = select(self._table.c.id).where(*conditions).order_by(self._table.c.id).with_for_update().cte("locked")
        statement = delete(self.model).where(self._table.c.id.in_(select(locked.c.id))).returning(*returning)
        return self.session.execute(statement, execution_options={"synchronize_session": False}).all()

    def insert(self, values: Mapping[str, object], **computed: ColumnElement[Any]) -> R:
        """Insert a row by one statement and return its record; `computed` columns are SQL expressions.

        For frequent requests: the ORM's unit of work takes a third of a millisecond more.
        """
        require_writable(self.session)
        statement = _insert_statement(self._table, self.record, tuple(computed.items()))
        with self.translated():
            self.session.flush()
            return self._record_of(self.session.execute(statement, dict(values)).one())

    def update_versioned(self, row_id: int, values: Mapping[str, object]) -> R | None:
        """Update the row by one statement; returns its record, or None if it does not exist or no value differs."""
        require_writable(self.session)
        statement = _update_statement(self._table, self.record, tuple(values))
        with self.translated():
            self.session.flush()
            row = self.session.execute(
                statement, {f"new_{k}": v for k, v in values.items()} | {"row_id": row_id}
            ).first()
        if row is None:
            return None
        check_precondition(self.session, row_id, row.version - 1)
        return self._record_of(row)

    def flush(self) -> None:
        """Flush pending changes; a violated constraint raises its domain error."""
        with self.translated():
            self.session.flush()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Raise the domain error of a violated constraint."""
        try:
            yield
        except ProgrammingError as error:
            if not _is_of_another_book(error):
                raise
            raise NotFound("There is no such book.") from error
        except IntegrityError as error:
            meaning = self._meaning_of(error)
            if meaning is None:
                raise
            raise _copy(meaning) from error

    def _meaning_of(self, error: IntegrityError) -> DomainError | None:
        """The domain error of a violated constraint; a foreign key to this table means that the row is in use."""
        name = constraint_of(error) or ""
        if name in self.conflicts:
            return self.conflicts[name]
        if (refusal := refusal_of(error)) is not None:
            return refusal
        if not (name.startswith("fk_") and name.endswith(f"_{self._table.name}")):
            return None
        kind = _WORD.sub(" ", self.model.__name__).lower()
        using = str(getattr(error.orig, "diag").table_name).replace("_", " ")  # noqa: B009 - psycopg2's errors have one
        return Conflict(f"The {kind} is used in {using}.", code=f"{kind.replace(' ', '_')}_in_use")

    @classmethod
    def base_query(cls) -> Select[Any]:
        """SELECT with the columns of the record."""
        return select(*columns_of(cls.record, cls.model.__table__))

    def query_values(self) -> Values:
        """Values of the parameters that `base_query` has."""
        return {}

    @classmethod
    def count_query(cls, criteria: Filter) -> Select[Any]:
        """SELECT with the number of matching rows."""
        return select(func.count()).select_from(cls.model).where(*criteria.conditions())

    def _within(self) -> list[ColumnElement[bool]]:
        """Conditions of the rows that there are for the caller."""
        return []

    @property
    def _table(self) -> Table:
        table: Table = self.model.__table__  # type: ignore[assignment]  # no model is mapped to a join
        return table

    def _record_of(self, row: Sequence[object]) -> R:
        record: R = self.record._make(row)  # type: ignore[attr-defined]  # every record is a NamedTuple
        return record

    def _not_found(self, row_id: int) -> NotFound:
        return NotFound(f"{self.model.__name__} {row_id} does not exist.")


_Repository = type[Repository[Base, tuple[object, ...]]]


@cached_query
def _by_id(repository: _Repository) -> Select[Any]:
    return repository.base_query().where(repository.model.__table__.c.id == parameter("row_id", int))


@cached_query
def _count(repository: _Repository, criteria: Filter) -> Select[Any]:
    return repository.count_query(criteria)


@cached_query
def _page(repository: _Repository, criteria: Filter, sort: tuple[Sort, ...], part: Part) -> Select[Any]:
    statement, conditions = repository.base_query(), criteria.conditions()
    return ordered(statement, repository.model, conditions, sort, part, repository.joined_columns)


@lru_cache(maxsize=MAX_CACHED)
def _insert_statement(
    table: Table, record: type[tuple[object, ...]], computed: tuple[tuple[str, ColumnElement[Any]], ...]
) -> Insert:
    return insert(table).values(dict(computed)).returning(*columns_of(record, table))


@lru_cache(maxsize=MAX_CACHED)
def _update_statement(table: Table, record: type[tuple[object, ...]], names: tuple[str, ...]) -> Update:
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    differs = or_(*(table.c[name].is_distinct_from(value) for name, value in new.items()))
    statement = update(table).where(table.c.id == bindparam("row_id"), differs)
    return statement.values({**new, "version": table.c.version + 1}).returning(*columns_of(record, table))


def constraint_of(error: IntegrityError) -> str | None:
    """Name of the violated constraint; for NOT NULL, which has none, `table.column`."""
    diag = getattr(error.orig, "diag", None)
    if getattr(error.orig, "pgcode", None) == NOT_NULL_VIOLATION:
        return f"{diag.table_name}.{diag.column_name}"  # type: ignore[union-attr]  # an error with a code has diagnostics
    name: str | None = getattr(diag, "constraint_name", None)
    return name


def _is_of_another_book(error: ProgrammingError) -> bool:
    """Whether row security refused a row of a book that the transaction has not entered."""
    refused = getattr(error.orig, "pgcode", None) == INSUFFICIENT_PRIVILEGE
    return refused and "row-level security" in str(error.orig)


def refusal_of(error: IntegrityError) -> Conflict | None:
    """The refusal of a trigger, by the database's function `refuse`, with its code and message; or None."""
    diag = getattr(error.orig, "diag", None)
    if diag is None or getattr(error.orig, "pgcode", None) != INTEGRITY_CONSTRAINT_VIOLATION:
        return None
    return Conflict(diag.message_primary, code=diag.constraint_name)


def _copy(error: DomainError) -> DomainError:
    """A copy of the error: an exception that is raised repeatedly would collect tracebacks."""
    return type(error)(error.message, code=error.code, errors=error.errors)
