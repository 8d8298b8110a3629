"""Bulk statements: values are sent as arrays, which PostgreSQL unnests to rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Enum,
    FromClause,
    Select,
    String,
    Table,
    TableValuedAlias,
    and_,
    cast,
    func,
    insert,
    literal,
    select,
    types,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, REGCLASS
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.infra.db import require_writable
from app.infra.queries.records import columns_of
from app.kernel.batches import batched

CHUNK = 10_000
"""Rows per statement: many enough that its overhead does not matter, few enough for any memory."""


_UNQUOTED = {int, date, Decimal}
"""Types whose text needs no quotes in an array."""
_NOTHING = {type(None)}


ArrayColumns = dict[str, tuple[TypeEngine[Any], Sequence[object]]]
"""Columns by name: the type and the values of each."""


def rows_of(columns: ArrayColumns) -> TableValuedAlias:
    """A table expression with these columns, to select or insert from."""
    arrays = [cast(literal(_array_literal(values), String()), ARRAY(kind)) for kind, values in columns.values()]
    return func.unnest(*arrays).table_valued(*columns).render_derived(name="given")


def matching(record: type[tuple[Any, ...]], table: FromClause, keys: ArrayColumns) -> Select[Any]:
    """SELECT of the rows of the table that have the values of one of these rows, as records, by id."""
    given = rows_of(keys)
    same = [table.c[name] == given.c[name] for name in keys]
    return select(*columns_of(record, table)).join(given, and_(*same)).distinct().order_by(table.c.id)


Row = Mapping[str, object]
"""Values of a row by the names of their columns."""


def reserve_ids(session: Session, table: Table, count: int) -> list[int]:
    """Ids for new rows of a table, so that what is stored in them can name them."""
    sequence = cast(func.pg_get_serial_sequence(table.name, "id"), REGCLASS)
    return list(session.scalars(select(func.nextval(sequence)).select_from(func.generate_series(1, count))))


def insert_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all have the same columns, by one statement a chunk."""
    require_writable(session)
    for chunk in batched(rows, CHUNK):
        values = values_of(table, chunk)
        session.execute(insert(table).from_select([*values], select(*values.values())))


def update_rows(session: Session, table: Table, rows: Sequence[Row], *within: ColumnElement[bool]) -> None:
    """Set the values of rows by their `id`, all the same columns, by one statement a chunk; each gets a new version."""
    require_writable(session)
    for chunk in batched(rows, CHUNK):
        values = values_of(table, chunk)
        row_id = values.pop("id")
        counted = {**values, "version": table.c.version + 1}
        session.execute(update(table).where(table.c.id == row_id, *within).values(counted))


def values_of(table: Table, rows: Sequence[Row]) -> dict[str, ColumnElement[Any]]:
    """Expressions of the values by column, to select from; lists are sent as the texts of arrays."""
    kinds = {name: table.c[name].type for name in rows[0]}
    given = rows_of(
        {
            name: (String(), [_as_text(row[name]) for row in rows])
            if isinstance(kind, types.ARRAY | Enum)
            else (kind, [row[name] for row in rows])
            for name, kind in kinds.items()
        }
    )
    return {
        name: cast(given.c[name], kind) if isinstance(kind, types.ARRAY) else given.c[name]
        for name, kind in kinds.items()
    }


def _as_text(value: object) -> object:
    return _array_literal(value) if isinstance(value, list | tuple) else value


def _array_literal(values: Sequence[object]) -> str:
    """Array literal: a single value to parse, while ARRAY[...] is an expression per element."""
    kinds = set(map(type, values))
    if kinds == _NOTHING:
        return "{" + ",".join(["NULL"] * len(values)) + "}"
    return "{" + ",".join(map(str if kinds <= _UNQUOTED else _element, values)) + "}"


def _element(value: object) -> str:
    if type(value) in _UNQUOTED:
        return str(value)
    if value is None:
        return "NULL"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
