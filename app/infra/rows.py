"""One row taken, added, changed or overwritten by itself, through statements that are compiled once.

SQLAlchemy's flush sets in order what depends on each other and puts together what is alike, and works that out anew
each time; for one row there is nothing to order, and the same work costs more than all else in a request that writes.
Whatever is more than one row, or has relationships, stays SQLAlchemy's. What is stored is the same either way.
"""

from collections.abc import Callable, Container, Hashable, Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, cast

from sqlalchemy import ClauseElement, Column, Table, bindparam, insert, inspect, literal_column, or_, select, update
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.exc import StaleDataError

from app.infra.prepared import DIALECT, KEPT, Planned, Values, line_of, on, record, run

Convert = Callable[[Any], Any]

_OLD = "old_version"
"""The parameter that says which version is changed."""
_NUMERIC = 1700
"""As what PostgreSQL sends amounts; only they ask."""


def take(session: Session, model: type[Any], row_id: int) -> Any | None:
    """The row with that id, locked and as it is now; or None."""
    rows = _rows_of(cast("Hashable", model))
    if rows is None or rows.has(session, row_id):
        return session.get(model, row_id, with_for_update=True, populate_existing=True)
    return rows.take(session, row_id)


def enter(session: Session, model: type[Any], values: Values) -> Any | None:
    """A new row with these values as a plain record, which the session does not hold; None where that can't be done.

    A value may be a question that the statement asks itself, with parameters named like columns.
    """
    rows = _rows_of(cast("Hashable", model))
    if rows is None or rows.mapper.validators.keys() & values.keys():  # an object has rules of its own
        return None
    return rows.enter(session, values)


def overwrite(session: Session, model: type[Any], row_id: int, values: Values) -> Any | None:
    """The row with these values whatever it had, as a plain record; None where that has to be done otherwise.

    So it is where there is no such row, where nothing in it would differ, and where the session holds it.
    """
    rows = _rows_of(cast("Hashable", model))
    if rows is None or rows.version is None or rows.has(session, row_id):
        return None
    return rows.overwrite(session, row_id, values, rows.version)


def write_alone(session: Session, _context: Any, _instances: Any) -> None:
    """Before a flush: where all that is to be written is one row, it is written here and nothing is left to flush."""
    new, changed = session.new, session.dirty
    if session.deleted or len(new) + len(changed) != 1:
        return
    [row] = new or changed
    rows = _rows_of(cast("Hashable", type(row)))
    if rows is None:
        return
    if new:
        rows.add(session, row)
    else:
        rows.change(session, row)


@cache
def _rows_of(model: Hashable) -> "Rows | None":
    """The rows of that model, if they can be written by themselves."""
    mapper: Mapper[Any] = inspect(cast("type[Any]", model))
    columns = mapper.local_table.c
    renamed = set(mapper.column_attrs.keys()) != set(columns.keys())
    # None may be stored as NULL there, or as JSON's null.
    ambiguous = any(column.nullable and column.type.should_evaluate_none for column in columns)
    special = mapper.relationships or mapper.inherits or renamed or ambiguous
    return None if special else Rows(mapper)


class Rows:
    """How rows of one table are read and written; each attribute has the name of its column."""

    def __init__(self, mapper: Mapper[Any]) -> None:
        self.mapper = mapper
        self.table = cast("Table", mapper.local_table)
        self.version: str | None = getattr(mapper.version_id_col, "name", None)
        self.keys = [column.name for column in mapper.primary_key]
        self.names = list(self.table.c.keys())
        self.defaults = [(one.name, one.default, one.server_default is not None) for one in self.table.c]
        self.to_database = _conversions(self.table.c, lambda of: of.bind_processor(DIALECT))
        self.from_database = _conversions(self.table.c, lambda of: of.result_processor(DIALECT, _NUMERIC))
        self.adding = lru_cache(maxsize=KEPT)(self._adding)
        self.changing = lru_cache(maxsize=KEPT)(self._changing)
        self.overwriting = lru_cache(maxsize=KEPT)(self._overwriting)
        self.record = record(self.names)

    def has(self, session: Session, row_id: int) -> bool:
        """Whether the session holds it already."""
        return session.identity_map.get(self.mapper.identity_key_from_primary_key((row_id,))) is not None

    def take(self, session: Session, row_id: int) -> Any | None:
        """SELECT it, and let nobody else change it meanwhile."""
        found = run(session, _taking(self.table), {"id": row_id})
        if not found:
            return None
        row = self.mapper.class_manager.new_instance()
        row.__dict__.update(self._read(self.names, found[0]))
        make_transient_to_detached(row)
        session.add(row)
        return row

    def add(self, session: Session, row: Any) -> None:
        """INSERT it."""
        _settle(session, row, self._insert(session, row.__dict__))

    def enter(self, session: Session, values: Values) -> Any:
        """INSERT these values, without a row that SQLAlchemy looks after."""
        if unknown := values.keys() - set(self.names):
            raise TypeError(f"{self.table.name} has no {', '.join(sorted(unknown))}")
        session.flush()  # what it refers to may still be pending
        stored = self._insert(session, values)
        return self.record(map(stored.__getitem__, self.names))

    def _insert(self, session: Session, given: Mapping[str, Any]) -> Values:
        """The whole row, with what is made by itself."""
        values: Values = {}
        left: dict[str, ClauseElement | None] = {}
        for name, default, by_server in self.defaults:
            value = given.get(name)
            if value is None and default is not None:
                value = _made(default)
            if isinstance(value, ClauseElement) or (value is None and by_server):
                left[name] = value
            else:
                values[name] = value
        [stored] = on(line_of(session), self.adding(tuple(left.items())), self._written(values))
        return values | self._read(left, stored)

    def change(self, session: Session, row: Any) -> None:
        """UPDATE what differs, if anything does, and nobody else changed the row meanwhile."""
        values = _differences(row)
        if not values:
            return
        values |= self._made_by_changes(values)
        where = {name: getattr(row, name) for name in self.keys}
        if self.version is not None:
            where[_OLD] = getattr(row, self.version)
            values[self.version] = where[_OLD] + 1
        statement = self.changing(tuple(values))
        if not on(line_of(session), statement, self._written(values) | where):
            raise StaleDataError(f"{self.table.name} {where} was changed or removed meanwhile")
        _settle(session, row, values)

    def overwrite(self, session: Session, row_id: int, values: Values, version: str) -> Any | None:
        """UPDATE it without having read it, if that makes a difference."""
        statement, made = self.overwriting(tuple(values), version), self._made_by_changes(values)
        found = run(session, statement, self._written(values | made) | {"id": row_id})
        return self.record(found[0]) if found else None

    def _adding(self, left_to_database: tuple[tuple[str, ClauseElement | None], ...]) -> str:
        columns, left = self.table.c, dict(left_to_database)
        values: Values = {column.name: bindparam(column.name) for column in columns if column.name not in left}
        values |= {name: asked for name, asked in left.items() if asked is not None}
        statement = insert(self.table).values(values).returning(*(columns[name] for name in left))
        return Planned(statement.compile(dialect=DIALECT))

    def _changing(self, names: tuple[str, ...]) -> str:
        columns = self.table.c
        conditions = [columns[name] == bindparam(name) for name in self.keys]
        if self.version is not None:
            conditions.append(columns[self.version] == bindparam(_OLD))
        values: Values = {name: bindparam(name) for name in names}
        statement = update(self.table).values(values).where(*conditions).returning(*self.mapper.primary_key)
        return Planned(statement.compile(dialect=DIALECT))

    def _overwriting(self, names: tuple[str, ...], version: str) -> str:
        columns = self.table.c
        different = or_(*(columns[name].is_distinct_from(bindparam(name)) for name in names))
        values: Values = {name: bindparam(name) for name in (*names, *self._made_by_changes(names))}
        values[version] = columns[version] + literal_column("1")
        statement = update(self.table).values(values).where(columns.id == bindparam("id"), different)
        return Planned(statement.returning(*columns).compile(dialect=DIALECT))

    def _made_by_changes(self, given: Container[str]) -> Values:
        """What is set by itself when a row changes."""
        columns = (one for one in self.table.c if one.onupdate is not None and one.name not in given)
        return {column.name: _made(column.onupdate) for column in columns}

    def _written(self, values: Values) -> Values:
        """As PostgreSQL takes them."""
        return _converted(values, self.to_database)

    def _read(self, names: Iterable[str], stored: Iterable[Any]) -> Values:
        """As the program has them."""
        return _converted(dict(zip(names, stored, strict=True)), self.from_database)


@cache
def _taking(table: Table) -> str:
    statement = select(*table.c).where(table.c.id == bindparam("id")).with_for_update()
    return Planned(statement.compile(dialect=DIALECT))


def _conversions(columns: Iterable[Column[Any]], conversion: Callable[[Any], Convert | None]) -> dict[str, Convert]:
    """Those of the columns that need one."""
    each = ((column.name, conversion(column.type.dialect_impl(DIALECT))) for column in columns)
    return {name: convert for name, convert in each if convert is not None}


def _converted(values: Values, conversions: dict[str, Convert]) -> Values:
    """All values; those converted that have to be."""
    return values | {name: convert(values[name]) for name, convert in conversions.items() if name in values}


def _made(default: Any) -> Any:
    """What a column has where nothing is given."""
    return default.arg(None) if default.is_callable else default.arg


def _differences(row: Any) -> Values:
    """What is other than it was read."""
    held = row.__dict__
    return {name: held[name] for name, before in inspect(row).committed_state.items() if held[name] != before}


def _settle(session: Session, row: Any, values: Values) -> None:
    """The row is in the database as the session has it, until that is taken back."""
    row.__dict__.update(values)
    session._register_persistent({inspect(row)})  # noqa: SLF001 - where a flush ends; nothing public does the same
