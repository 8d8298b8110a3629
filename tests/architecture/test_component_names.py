"""Names of components in the OpenAPI document stand for one shape each."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from flask import Flask
from marshmallow import Schema, fields

from app.web.fields import EnumByValue
from app.web.query import Query


def schemas(base: type[Schema] = Schema) -> Iterator[type[Schema]]:
    """Every schema of the program that becomes a component: parameters of queries do not."""
    for one in base.__subclasses__():
        extended_by_suites = one.__name__ == base.__name__
        if one.__module__.startswith("app.") and not issubclass(one, Query) and not extended_by_suites:
            yield one
        yield from schemas(one)


def enum_fields(found: fields.Field[object]) -> Iterator[EnumByValue]:
    """The field, and those within it, that are documented as a named list of values."""
    if isinstance(found, EnumByValue):
        yield found
    if isinstance(found, fields.List):
        yield from enum_fields(found.inner)


def test_no_two_schemas_have_one_name(app: Flask) -> None:
    declared = {(one.__module__, one.__name__) for one in schemas()}  # each application makes some anew
    names = Counter(name for _, name in declared)
    assert [name for name, count in names.items() if count > 1] == []


def test_a_named_list_of_values_is_the_same_wherever_it_is_named(app: Flask) -> None:
    values: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for schema in set(schemas()):
        for declared in schema._declared_fields.values():
            for one in enum_fields(declared):
                values[one.type_name].add(tuple(member.value for member in one.among))
    assert {name: found for name, found in values.items() if len(found) > 1} == {}
