"""Bulk statements: values are sent as arrays, which PostgreSQL unnests to rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Enum,
    FromClause,
    Insert,
    Select,
    String,
    Table,
    TableValuedAlias,
    Update,
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

from app.infra import clock
from app.infra.queries.cached import Values, cached_query, parameter
from app.infra.queries.records import columns_of
from app.infra.texts import BookText, stored_texts
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
    return [row_id for (row_id,) in _reserving(table, count=count).rows(session)]


@cached_query
def _reserving(table: Table) -> Select[Any]:
    sequence = cast(func.pg_get_serial_sequence(table.name, "id"), REGCLASS)
    return select(func.nextval(sequence)).select_from(func.generate_series(1, parameter("count", int)))


def insert_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all have the same columns, by one statement a chunk."""
    for chunk in batched(rows, CHUNK):
        _inserting(table, tuple(chunk[0]), **given_values(table, chunk)).write(session)


def update_rows(session: Session, table: Table, rows: Sequence[Row], book_id: int) -> None:
    """Set the values of rows of a book by their `id`, all the same columns, by one statement a chunk.

    Each gets a new version, and the time of its change.
    """
    changed = {"updated_at": clock.now()} if "updated_at" in table.c else {}
    for chunk in batched([{**row, **changed} for row in rows], CHUNK):
        _updating(table, tuple(chunk[0]), book_id=book_id, **given_values(table, chunk)).write(session)


@cached_query
def _inserting(table: Table, names: tuple[str, ...]) -> Insert:
    values = given_columns(table, names)
    return insert(table).from_select([*values], select(*values.values()), include_defaults=False)


@cached_query
def _updating(table: Table, names: tuple[str, ...]) -> Update:
    values = given_columns(table, names)
    in_book = (table.c.id == values.pop("id"), table.c.book_id == parameter("book_id", int))
    return update(table).where(*in_book).values({**values, "version": table.c.version + 1})


def given_rows(kinds: Mapping[str, TypeEngine[Any]]) -> TableValuedAlias:
    """Rows with these columns for a cached statement, whose values are bound as those of `given_arrays`."""
    arrays = [cast(parameter(f"given_{name}", str), ARRAY(kind)) for name, kind in kinds.items()]
    return func.unnest(*arrays).table_valued(*kinds).render_derived(name="given")


def given_arrays(columns: Mapping[str, Sequence[object]]) -> Values:
    """Values of the columns of `given_rows`."""
    return {f"given_{name}": _array_literal(values) for name, values in columns.items()}


def given_columns(table: Table, names: Sequence[str]) -> dict[str, ColumnElement[Any]]:
    """Expressions of columns of a table by name for a cached statement, which gets the rows as `given_values`."""
    kinds = {name: table.c[name].type for name in names}
    given = given_rows({name: String() if _is_sent_as_text(kind) else kind for name, kind in kinds.items()})
    return {
        name: cast(given.c[name], kind) if isinstance(kind, types.ARRAY) else given.c[name]
        for name, kind in kinds.items()
    }


def given_values(table: Table, rows: Sequence[Row]) -> Values:
    """Values of the columns of `given_columns`; lists are sent as the texts of arrays."""
    return given_arrays({name: _sent([row[name] for row in rows], table.c[name].type) for name in rows[0]})


def _sent(values: list[object], kind: TypeEngine[Any]) -> list[object]:
    """Values of a column of this type as they are sent, their texts as they are stored."""
    item = kind.item_type if isinstance(kind, types.ARRAY) else kind
    if isinstance(item, BookText):
        values = stored_texts(values, item.search)
    return [_as_text(value) for value in values] if _is_sent_as_text(kind) else values


def _is_sent_as_text(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind, types.ARRAY | Enum)


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
