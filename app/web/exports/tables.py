"""Tables of lists and reports, derived from the schemas of the JSON."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from flask import current_app
from marshmallow import Schema, fields

from app.web.exports.cells import Percent
from app.web.exports.headings import CONCEPT, VALUE
from app.web.fields import Ratio

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; the rows can be read only once."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Row]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and the path of the value in a dumped item."""

    heading: str
    path: tuple[str, ...]
    percent: bool
    optional: bool

    def value(self) -> Callable[[Mapping[str, Any]], Any]:
        """Getter of the value; None if the enclosing object is missing."""

        def found(item: Mapping[str, Any]) -> Any:
            value: Any = item
            for key in self.path:
                if value is None:
                    return None
                value = value[key]
            return Percent(value) if self.percent and value is not None else value

        return found


@cache
def columns(schema: type[Schema]) -> tuple[Column, ...]:
    """Columns of an item, in the order of its fields; a nested object becomes columns."""
    return tuple(chain.from_iterable(_columns(field, name) for name, field in schema().dump_fields.items()))


def _columns(field: fields.Field[Any], name: str) -> Iterator[Column]:
    key = field.data_key or name
    title = _heading(field, key)
    if isinstance(field, fields.Nested) and not field.many:
        for inner in columns(type(field.schema)):
            yield Column(f"{title}: {inner.heading}", (key, *inner.path), inner.percent, inner.optional)
    else:
        yield Column(title, (key,), isinstance(field, Ratio), bool(field.metadata.get("optional")))


def list_table(schema: type[Schema], title: str, items: Iterable[Mapping[str, Any]]) -> Table:
    """Table of a list; optional fields are columns if the first item has them."""
    rest = iter(items)
    first = next(rest, None)
    shown = [column for column in columns(schema) if not column.optional or (first and column.path[0] in first)]
    values = [column.value() for column in shown]
    rows = ([value(item) for value in values] for item in ([] if first is None else chain([first], rest)))
    return Table(title, [column.heading for column in shown], rows)


def report_tables(schema: type[Schema], report: Mapping[str, Any], title: str) -> list[Table]:
    """Tables of a report: its plain values, then each of its lists and dictionaries."""
    plain: list[Row] = []
    further: list[Table] = []
    for label, field, value in _members(schema, report):
        if isinstance(field, fields.Dict):
            further.append(Table(label, (CONCEPT, VALUE), list((value or {}).items())))
        elif (items := _item_schema(field)) is not None:
            further.append(list_table(items, label, value or ()))
        else:
            plain.append((label, Percent(value) if isinstance(field, Ratio) and value is not None else value))
    return [Table(title, (CONCEPT, VALUE), plain), *further] if plain else further


def _members(
    schema: type[Schema], report: Mapping[str, Any] | None, before: str = ""
) -> Iterator[tuple[str, fields.Field[Any], Any]]:
    """Heading, field and value of each part of a report; those of nested objects included."""
    for name, field in schema().dump_fields.items():
        key = field.data_key or name
        if field.metadata.get("optional") and (report is None or key not in report):
            continue
        label = f"{before}{_heading(field, key)}"
        value = None if report is None else report.get(key)
        if isinstance(field, fields.Nested) and not field.many:
            yield from _members(type(field.schema), value, f"{label}: ")
        else:
            yield label, field, value


def _item_schema(field: fields.Field[Any]) -> type[Schema] | None:
    """Schema of the items of a list field; None for other fields."""
    listed = field.inner if isinstance(field, fields.List) else field
    return type(listed.schema) if isinstance(listed, fields.Nested) else None


def _heading(field: fields.Field[Any], name: str) -> str:
    heading: str = current_app.extensions["vocabulary"].heading(field, name)
    return heading
