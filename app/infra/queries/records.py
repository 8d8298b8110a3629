"""Typed records: rows of a query as NamedTuples, with enums as members."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar, get_args, get_type_hints

from sqlalchemy import ColumnElement, FromClause

R = TypeVar("R", bound=tuple[Any, ...])
Read = Callable[[Iterable[Sequence[Any]]], list[R]]


class Item(NamedTuple, Generic[R]):
    """A record in a list, with additional fields by name."""

    record: R
    extra: Mapping[str, object]


def fields_of(record: type[tuple[object, ...]]) -> tuple[str, ...]:
    """Names of a record's fields, in the order of its columns."""
    return record._fields  # type: ignore[attr-defined,no-any-return]  # every record is a NamedTuple


def columns_of(record: type[tuple[object, ...]], table: FromClause) -> list[ColumnElement[Any]]:
    """Columns of the table that are fields of the record."""
    return [table.c[name] for name in fields_of(record) if name in table.c]


def nested_columns(record: type[tuple[object, ...]], table: FromClause) -> list[ColumnElement[Any]]:
    """Columns of a nested record, which is the last field of another; to be selected last."""
    return [column.label(f"nested_{column.name}") for column in columns_of(record, table)]


@cache
def reader(record: type[R]) -> Read[R]:
    """A function that converts rows to records; the columns must be in the order of the fields.

    Texts become members of the field's enum. A nested record, the last field, takes the remaining columns; it is None
    if the first of them is NULL.
    """
    hints = list(get_type_hints(record).values())
    make: Callable[[Iterable[Any]], R] = record._make  # type: ignore[attr-defined]  # every record is a NamedTuple
    enums = [(place, members) for place, hint in enumerate(hints) if (members := _members(hint))]
    inner, start = _inner_record(hints[-1]), len(hints) - 1

    def read(rows: Iterable[Sequence[Any]]) -> list[R]:
        if not enums and inner is None:
            return list(map(make, rows))
        found = []
        for row in rows:
            cells = list(row)
            if inner is not None:
                cells[start:] = [None] if cells[start] is None else reader(inner)([cells[start:]])
            for place, members in enums:
                cells[place] = members[cells[place]]
            found.append(make(cells))
        return found

    return read


@cache
def item_reader(record: type[R], extra: tuple[str, ...]) -> Callable[[Iterable[Sequence[Any]]], list[Item[R]]]:
    """A function that converts rows to items: the columns of the record, then the `extra` ones."""
    read, width = reader(record), len(fields_of(record))
    if not extra:
        return lambda rows: [Item(found, {}) for found in read(rows)]

    def read_items(rows: Iterable[Sequence[Any]]) -> list[Item[R]]:
        cells = [tuple(row) for row in rows]
        records = read([row[:width] for row in cells])
        return [
            Item(found, dict(zip(extra, row[width:], strict=True))) for found, row in zip(records, cells, strict=True)
        ]

    return read_items


def _kinds(hint: Any) -> list[type]:
    return [kind for kind in (hint, *get_args(hint)) if isinstance(kind, type)]


def _members(hint: Any) -> dict[object, Enum | None]:
    """Members by value, if the field's type is an enum; an unknown value will raise a KeyError."""
    enums = [kind for kind in _kinds(hint) if issubclass(kind, Enum)]
    return {None: None, **{member.value: member for member in enums[0]}} if enums else {}


def _inner_record(hint: Any) -> type[tuple[object, ...]] | None:
    return next((kind for kind in _kinds(hint) if issubclass(kind, tuple) and hasattr(kind, "_fields")), None)
