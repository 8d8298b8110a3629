"""Objects and rows to plain dicts by their marshmallow schema, compiled once per schema.

marshmallow's own `dump` costs several times what the JSON itself costs. Nearly all our fields go out as they
are (the JSON encoder knows dates, decimals and enums), so a schema becomes a list of names and getters.
"""

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

from marshmallow import Schema, fields

from app.web.fields import Derived

Dump = Callable[[Any], Any]
Member = tuple[str, str, Dump | None]
"""Key in the answer, name in the object, and what is done to the value if it does not go out as it is."""

_ABSENT = object()
_AS_IT_IS = (
    fields.String,
    fields.Number,
    fields.Boolean,
    fields.Date,
    fields.DateTime,
    fields.Enum,
    fields.Dict,
)


@cache
def dumper(schema: type[Schema]) -> Dump:
    """The function that writes one object of this shape; it takes objects, rows and mappings."""
    members = schema().dump_fields.items()
    always = [_member(name, field) for name, field in members if not field.metadata.get("sometimes")]
    sometimes = [_member(name, field) for name, field in members if field.metadata.get("sometimes")]
    return _compiled(always, sometimes)


def _member(name: str, field: fields.Field[Any]) -> Member:
    return field.data_key or name, field.attribute or name, _converter(field)


def _compiled(always: list[Member], sometimes: list[Member]) -> Dump:
    keys = [key for key, _, _ in always]
    from_object = _many(attrgetter, [name for _, name, _ in always])
    from_mapping = _many(itemgetter, [name for _, name, _ in always])
    from_holder = _held(from_mapping, from_object)
    converted = [(key, convert) for key, _, convert in always if convert is not None]

    def dump(value: Any) -> Any:
        if value is None:
            return None
        row = isinstance(value, tuple)
        mapping = not row and isinstance(value, Mapping)  # rows need not be asked the slow way
        take = from_mapping if mapping else from_object if row else from_holder
        found = dict(zip(keys, take(value), strict=True))
        for key, convert in converted:
            found[key] = convert(found[key])
        for key, name, change in sometimes:
            present = value.get(name, _ABSENT) if mapping else getattr(value, name, _ABSENT)
            if present is not _ABSENT:
                found[key] = present if change is None else change(present)
        return found

    return dump


def _held(from_mapping: Dump, from_object: Dump) -> Dump:
    """What an object holds is taken past its attributes, which in one of the database cost more; if it holds all."""

    def take(value: Any) -> Any:
        try:
            return from_mapping(value.__dict__)
        except (AttributeError, KeyError):
            return from_object(value)

    return take


def _many(getter: Callable[..., Callable[[Any], Any]], names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """A getter that gives a tuple for any number of names; operator's own does so from two on."""
    if len(names) > 1:
        return getter(*names)
    single = [getter(name) for name in names]
    return lambda value: tuple(get(value) for get in single)


def _converter(field: fields.Field[Any]) -> Dump | None:
    if isinstance(field, Derived):
        return field.given_out
    if isinstance(field, fields.Nested):
        dump = dumper(type(field.schema))
        return _each(dump) if field.many else dump
    if isinstance(field, fields.List):
        inner = _converter(field.inner)
        return None if inner is None else _each(inner)
    if isinstance(field, _AS_IT_IS):
        return None
    raise TypeError(f"{type(field).__name__} can't be given out: teach web/dump.py how")


def _each(dump: Dump) -> Dump:
    return lambda values: None if values is None else [dump(value) for value in values]
