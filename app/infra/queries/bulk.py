"""Many rows in one statement: arrays go in, PostgreSQL makes rows of them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import String, TableValuedAlias, cast, func, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

CHUNK = 10_000
"""Rows a statement: so many that a statement costs nothing, so few that they fit any memory."""


_PLAIN = {int, date, Decimal}
"""What is written without any character that means something in an array."""


def rows_of(columns: dict[str, tuple[TypeEngine[Any], Sequence[Any]]]) -> TableValuedAlias:
    """A relation with these columns, to select or insert from."""
    arrays = [cast(literal(_written(values), String()), ARRAY(kind)) for kind, values in columns.values()]
    return func.unnest(*arrays).table_valued(*columns).render_derived(name="given")


def _written(values: Sequence[Any]) -> str:
    """As PostgreSQL writes an array: one value to parse, where ARRAY[...] is an expression for each element."""
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: object) -> str:
    if type(value) in _PLAIN:
        return str(value)
    if value is None:
        return "NULL"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
