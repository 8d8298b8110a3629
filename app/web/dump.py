"""Records, objects and mappings to plain dicts by their marshmallow schema, compiled once per schema.

marshmallow's own `dump` costs thirty times as much. Nearly all our fields go out as they are (the JSON encoder knows
dates, decimals and enums), so a schema becomes a list of keys, names and converters.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from operator import attrgetter, itemgetter
from types import NoneType
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from app.infra.queries.records import Item
from app.web.fields import Derived
from app.web.schema import MapSchema

Dump = Callable[[Any], dict[str, Any]]
Convert = Callable[[Any], Any]

_ABSENT = object()
_AS_STORED = (
    fields.String,
    fields.Number,
    fields.Boolean,
    fields.Date,
    fields.DateTime,
    fields.Enum,
    fields.Dict,
)


class _Member(NamedTuple):
    """A field: its key in the answer, its name in the object, and the conversion of its value, if any."""

    key: str
    name: str
    convert: Convert | None
    optional: bool
    """Whether it is omitted if the object does not have it."""


@cache
def dumper(schema: type[Schema]) -> "Dumper":
    """The compiled dumper of a schema."""
    if issubclass(schema, MapSchema):
        return MapDumper(schema)
    return Dumper([_member(name, field) for name, field in schema().dump_fields.items()])


def _member(name: str, field: fields.Field[Any]) -> _Member:
    optional = bool(field.metadata.get("optional"))
    return _Member(field.data_key or name, field.attribute or name, _converter(field), optional)


class Dumper:
    """Dumps one object, or each of many: records, objects of the database, mappings, items of lists."""

    def __init__(self, members: list[_Member]) -> None:
        self._members = members
        required = [member for member in members if not member.optional]
        self._optional = [member for member in members if member.optional]
        self._from_object = _compiled(required, attrgetter)
        self._from_mapping = _compiled(required, itemgetter)
        self._from_item = lru_cache(maxsize=16)(self._compiled_for)
        self._dump_of_kind: Callable[[type], Convert] = lru_cache(maxsize=16)(self._for_kind)

    def __call__(self, value: Any) -> Any:
        """The dict of one object; None for None."""
        return self._dump_of_kind(type(value))(value)

    def each(self, values: Iterable[Any]) -> list[Any]:
        """The dicts of all of them."""
        dump_of_kind = self._dump_of_kind
        return [dump_of_kind(type(value))(value) for value in values]

    def _for_kind(self, kind: type) -> Convert:
        """Function that dumps objects of a class."""
        if kind is NoneType:
            return lambda _nothing: None
        if issubclass(kind, Item):
            return self._dump_item
        is_mapping = issubclass(kind, Mapping)
        dump = self._from_mapping if is_mapping else self._from_object
        if not self._optional:
            return dump
        if is_mapping:
            return lambda value: dump(value) | self._present(lambda name: value.get(name, _ABSENT))
        return lambda value: dump(value) | self._present(lambda name: getattr(value, name, _ABSENT))

    def _dump_item(self, item: Item[Any]) -> dict[str, Any]:
        if not item.extra:
            return self._from_object(item.record)
        return self._from_item(tuple(item.extra))(item)

    def _compiled_for(self, extra: tuple[str, ...]) -> Dump:
        """Compile the dump of items with these additional fields, of which the schema may not know all."""
        beside = [member for name in extra for member in self._members if member.name == name]
        in_record = [member for member in self._members if not member.optional and member.name not in extra]
        from_record = _tuple_getter(attrgetter, [member.name for member in in_record])
        from_extra = _tuple_getter(itemgetter, [member.name for member in beside])
        return _dump_of([*in_record, *beside], lambda item: from_record(item.record) + from_extra(item.extra))

    def _present(self, get: Callable[[str], Any]) -> dict[str, Any]:
        """Names of the optional members that the object has."""
        found = ((member, get(member.name)) for member in self._optional)
        return {
            member.key: member.convert(value) if member.convert else value
            for member, value in found
            if value is not _ABSENT
        }


class MapDumper(Dumper):
    """Dumps the values of a mapping, by their keys."""

    def __init__(self, schema: type[MapSchema]) -> None:
        super().__init__([])
        self._entries = attrgetter(schema.attribute)
        one = dumper(schema.values)
        self._value: Convert = one.each if schema.lists else one

    def _for_kind(self, kind: type) -> Convert:
        return lambda value: {key: self._value(one) for key, one in self._entries(value).items()}


def _compiled(members: list[_Member], getter: Callable[..., Callable[[Any], Any]]) -> Dump:
    """Compile a function that dumps all members of an object."""
    return _dump_of(members, _tuple_getter(getter, [member.name for member in members]))


def _dump_of(members: list[_Member], get: Callable[[Any], tuple[Any, ...]]) -> Dump:
    """Compile a function that dumps the members whose values `get` returns, in their order."""
    keys = [member.key for member in members]
    converted = [(member.key, member.convert) for member in members if member.convert is not None]
    if not converted:
        return lambda value: dict(zip(keys, get(value), strict=True))

    def dump(value: Any) -> dict[str, Any]:
        found = dict(zip(keys, get(value), strict=True))
        for key, convert in converted:
            if found[key] is not None:
                found[key] = convert(found[key])
        return found

    return dump


def _tuple_getter(getter: Callable[..., Callable[[Any], Any]], names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Getter that returns a tuple for any number of names, unlike that of `operator`, which does for two or more."""
    if len(names) > 1:
        return getter(*names)
    if not names:
        return lambda _value: ()
    get = getter(*names)
    return lambda value: (get(value),)


def _converter(field: fields.Field[Any]) -> Convert | None:
    if isinstance(field, Derived):
        return field.dump_value
    if isinstance(field, fields.Nested):
        nested = dumper(type(field.schema))
        return nested.each if field.many else nested
    if isinstance(field, fields.List):
        inner = _converter(field.inner)
        return None if inner is None else lambda values: None if values is None else list(map(inner, values))
    if isinstance(field, _AS_STORED):
        return None
    raise TypeError(f"{type(field).__name__} can't be dumped: add it to web/dump.py")
