"""Objects and rows to plain dicts by their marshmallow schema, compiled once per schema.

marshmallow's own `dump` costs several times what the JSON itself costs. Nearly all our fields go out as they
are (the JSON encoder knows dates, decimals and enums), so a schema becomes a list of names and getters.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from operator import attrgetter, itemgetter
from typing import Any

from marshmallow import Schema, fields

from app.web.fields import Derived

Dump = Callable[[Any], Any]
Member = tuple[str, str, Dump | None]
"""Key in the answer, name in the object, and what is done to the value if it does not go out as it is."""

_ABSENT = object()
_KEPT = 1024
"""Types of records that a shape keeps its way of reading of; each statement makes one."""
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
def dumper(schema: type[Schema]) -> "Dumper":
    """What writes objects of this shape; it takes objects, rows and mappings."""
    members = schema().dump_fields.items()
    always = [_member(name, field) for name, field in members if not field.metadata.get("sometimes")]
    sometimes = [_member(name, field) for name, field in members if field.metadata.get("sometimes")]
    return Dumper(always, sometimes)


def _member(name: str, field: fields.Field[Any]) -> Member:
    return field.data_key or name, field.attribute or name, _converter(field)


class Dumper:
    """Writes one object, or each of many."""

    def __init__(self, always: list[Member], sometimes: list[Member]) -> None:
        names = [name for _, name, _ in always]
        by_key = _many(itemgetter, names)
        self._from_mapping = _written(always, by_key)
        self._from_holder = _written(always, _held(by_key, _many(attrgetter, names)))
        self._always, self._sometimes = always, sometimes
        self._of_records = lru_cache(maxsize=_KEPT)(self._for_records)

    def __call__(self, value: Any) -> Any:
        """One, or None if it is."""
        if value is None:
            return None
        if isinstance(value, tuple):
            return self._of_records(type(value))(value)
        mapping = isinstance(value, Mapping)
        found = self._from_mapping(value) if mapping else self._from_holder(value)
        for key, name, change in self._sometimes:
            present = value.get(name, _ABSENT) if mapping else getattr(value, name, _ABSENT)
            if present is not _ABSENT:
                found[key] = present if change is None else change(present)
        return found

    def each(self, values: Iterable[Any]) -> list[Any]:
        """All of them; how is found out once where they are records of one statement."""
        many = values if isinstance(values, Sequence) else list(values)
        kinds = set(map(type, many))
        if len(kinds) == 1 and issubclass(kind := kinds.pop(), tuple):
            return list(map(self._of_records(kind), many))
        return list(map(self, many))

    def _for_records(self, of: type[Any]) -> Dump:
        there = [*self._always, *(member for member in self._sometimes if hasattr(of, member[1]))]
        return _written(there, _from_record(of, [name for _, name, _ in there]))


def _written(members: list[Member], take: Dump) -> Dump:
    """What `take` gives, in that order, by key."""
    keys = [key for key, _, _ in members]
    converted = [(key, convert) for key, _, convert in members if convert is not None]
    if take is tuple.__iter__ and not converted:
        return lambda record: dict(zip(keys, record, strict=True))

    def write(value: Any) -> Any:
        found = dict(zip(keys, take(value), strict=True))
        for key, convert in converted:
            if found[key] is not None:
                found[key] = convert(found[key])
        return found

    return write


def _from_record(of: type[Any], names: list[str]) -> Dump:
    """A getter for records of that type: by place, which costs less, where it needs nothing that is computed."""
    if names == list(of._fields):
        return tuple.__iter__
    places = {name: place for place, name in enumerate(of._fields)}
    if not places.keys() >= set(names):
        return _many(attrgetter, names)
    return _many(itemgetter, [places[name] for name in names])


def _held(from_mapping: Dump, from_object: Dump) -> Dump:
    """What an object holds is taken past its attributes, which in one of the database cost more; if it holds all."""

    def take(value: Any) -> Any:
        try:
            return from_mapping(value.__dict__)
        except (AttributeError, KeyError):
            return from_object(value)

    return take


def _many(getter: Callable[..., Callable[[Any], Any]], names: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """A getter that gives a tuple for any number of names; operator's own does so from two on."""
    if len(names) > 1:
        return getter(*names)
    single = [getter(name) for name in names]
    return lambda value: tuple(get(value) for get in single)


def _converter(field: fields.Field[Any]) -> Dump | None:
    if isinstance(field, Derived):
        return field.given_out
    if isinstance(field, fields.Nested):
        nested = dumper(type(field.schema))
        return nested.each if field.many else nested
    if isinstance(field, fields.List):
        inner = _converter(field.inner)
        return None if inner is None else lambda values: list(map(inner, values))
    if isinstance(field, _AS_IT_IS):
        return None
    raise TypeError(f"{type(field).__name__} can't be given out: teach web/dump.py how")
