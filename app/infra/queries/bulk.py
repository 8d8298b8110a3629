"""Bulk statements: values are sent as arrays, which PostgreSQL unnests to rows."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import FromClause, Select, String, TableValuedAlias, and_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from app.infra.queries.records import columns_of

CHUNK = 10_000
"""Rows per statement: many enough that its overhead does not matter, few enough for any memory."""


_UNQUOTED = {int, date, Decimal}
"""Types whose text needs no quotes in an array."""


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


def _array_literal(values: Sequence[object]) -> str:
    """Array literal: a single value to parse, while ARRAY[...] is an expression per element."""
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: object) -> str:
    if type(value) in _UNQUOTED:
        return str(value)
    if value is None:
        return "NULL"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
