"""Compiled dumps are equal to marshmallow's."""

from collections.abc import Iterator
from dataclasses import make_dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from flask import Flask
from marshmallow import Schema, fields, validate
from orjson import loads

from app.core.periods.schemas import MonthOfDay
from app.infra.queries.records import Item
from app.web.dump import dumper
from app.web.fields import Derived, TimeOfDay
from app.web.json import encode
from app.web.openapi import operations
from app.web.responses import Listed, One, ResponseSpec, Unwrapped
from app.web.schema import OPTIONAL, MapSchema

MOMENT = datetime(2025, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)


def schemas_of(answer: ResponseSpec) -> Iterator[type[Schema]]:
    """The shapes an answer is written with."""
    if isinstance(answer, One | Unwrapped | Listed) and not issubclass(answer.schema, MapSchema):
        yield answer.schema
    if isinstance(answer, Listed) and answer.extra is not None:
        yield answer.extra


def answered(app: Flask) -> set[type[Schema]]:
    """The shapes of every answer of every operation."""
    return {schema for _, _, view in operations(app) for schema in schemas_of(view.operation.response)}


def sample(field: fields.Field[Any]) -> Any:
    """A value that this field gives out."""
    if isinstance(field, fields.Nested):
        return [mapping(type(field.schema))] if field.many else mapping(type(field.schema))
    if isinstance(field, fields.List):
        return [sample(field.inner), sample(field.inner)]
    if isinstance(field, fields.Enum):
        return next(iter(field.enum))
    if isinstance(field, fields.Dict) and field.value_field is not None:
        return {"a": sample(field.value_field)}
    by_kind = {
        MonthOfDay: date(2025, 1, 1),
        TimeOfDay: time(17, 30),
        fields.Decimal: Decimal("1234567.80"),
        fields.Boolean: True,
        fields.DateTime: MOMENT,
        fields.Date: date(2025, 1, 2),
        fields.Integer: 7,
        fields.Dict: {"a": [1, None, {"b": "ñ"}]},
        fields.String: "Ñandú & <b>",
        fields.Number: 7.5,
        fields.Field: "any value",
    }
    return next(value for kind, value in by_kind.items() if isinstance(field, kind))


def mapping(schema: type[Schema], *, empty: bool = False) -> dict[str, Any]:
    """An object of this shape by attribute; `empty` leaves out what may be null."""
    members = sorted(schema().dump_fields.items(), key=lambda one: not isinstance(one[1], Derived))
    # What is derived comes first, so that where the stored value goes out too, that is the sample.
    return {field.attribute or name: None if empty else sample(field) for name, field in members}


def as_object(values: dict[str, Any]) -> Any:
    """Object with attributes instead of keys."""
    return make_dataclass("Thing", list(values))(**values)


def expected(schema: type[Schema], value: Any) -> bytes:
    """marshmallow's dump, with our format of times."""
    return encode(schema().dump(value)).replace(b"+00:00", b"Z")


def test_every_answer_agrees_with_marshmallow(app: Flask) -> None:
    found = answered(app)
    assert len(found) >= 7
    for schema in found:
        for value in (mapping(schema), as_object(mapping(schema))):
            # Optional fields are at the end, so the order of keys is not compared.
            assert loads(encode(dumper(schema)(value))) == loads(expected(schema, value)), schema


def test_every_answer_agrees_about_what_is_missing(app: Flask) -> None:
    for schema in answered(app):
        value = mapping(schema, empty=True)
        assert dumper(schema)(value) == schema().dump(value), schema


def test_a_password_never_goes_out(app: Flask) -> None:
    for schema in answered(app):
        names = {str(name) for name in dumper(schema)(mapping(schema))}
        assert not {name for name in names if "password" in name}, schema


class Inner(Schema):
    """Part of something."""

    word = fields.String(data_key="Word")


class Outer(Schema):
    """Every way in which a field can be given out."""

    first = fields.Nested(Inner)
    number = fields.Integer(attribute="inner_number")
    many = fields.Nested(Inner, many=True)
    listed = fields.List(fields.Nested(Inner))
    plain = fields.List(fields.Integer())
    secret = fields.String(load_only=True, validate=validate.Length(max=5))


class Single(Schema):
    """One field alone."""

    word = fields.String()


class Sometimes(Single):
    """One field, and one that is not always there."""

    later = fields.Integer(metadata=OPTIONAL)


class ByName(MapSchema):
    """Parts by their names."""

    values = Inner
    attribute = "parts"
    example_key = "a"


def test_a_mapping_is_given_out_by_its_keys() -> None:
    whole = make_dataclass("Whole", ["parts"])
    assert dumper(ByName)(whole({"x": {"word": "a"}, "y": {"word": "b"}})) == {"x": {"Word": "a"}, "y": {"Word": "b"}}


class Nothing(Schema):
    """No field at all."""


OUTER = {
    "first": {"word": "a"},
    "inner_number": 5,
    "many": [{"word": "b"}, {"word": "c"}],
    "listed": [{"word": "d"}],
    "plain": [1, 2],
}


class Record(NamedTuple):
    """A record with parts."""

    first: Any
    inner_number: int
    many: list[Any] | None
    listed: list[Any] | None
    plain: list[int] | None


class Word(NamedTuple):
    """One word."""

    word: str


RECORD = Record({"word": "a"}, 5, [{"word": "b"}, {"word": "c"}], [{"word": "d"}], [1, 2])


def test_records_are_dumped_like_objects() -> None:
    values = [RECORD, Record(None, 6, [], None, None)]
    assert dumper(Outer).each(values) == Outer(many=True).dump(values)


def test_an_optional_field_goes_out_only_where_it_is_there() -> None:
    values = [{"word": "a"}, {"word": "b", "later": 1}, Word("c"), Item(Word("d"), {"later": 2}), Item(Word("e"), {})]
    assert dumper(Sometimes).each(values) == [
        {"word": "a"},
        {"word": "b", "later": 1},
        {"word": "c"},
        {"word": "d", "later": 2},
        {"word": "e"},
    ]


def test_a_list_may_add_a_field_that_the_record_does_not_have() -> None:
    assert dumper(Outer)(Item(RECORD._replace(inner_number=0), {"inner_number": 5})) == dumper(Outer)(RECORD)


def test_missing_attributes_are_read_from_the_object() -> None:
    class Found:
        """Holds nothing, like a row that was expired."""

        word = property(lambda _: "a")

    class Slotted:
        """Has nothing to hold it in."""

        __slots__ = ("word",)

    slotted = Slotted()
    slotted.word = "b"
    assert [dumper(Single)(value) for value in (Found(), slotted)] == [{"word": "a"}, {"word": "b"}]


@pytest.mark.parametrize(
    "change", [{}, {"first": None}, {"many": []}, {"listed": []}, {"many": None}, {"listed": None}]
)
def test_nested_shapes_agree_with_marshmallow(change: dict[str, Any]) -> None:
    value = {**OUTER, **change}
    assert list(dumper(Outer)(value).items()) == list(Outer().dump(value).items())


@pytest.mark.parametrize(
    ("schema", "value"), [(Single, {"word": "a"}), (Nothing, {}), (Single, as_object({"word": "a"}))]
)
def test_small_shapes_agree_with_marshmallow(schema: type[Schema], value: Any) -> None:
    assert dumper(schema)(value) == schema().dump(value)


def test_nothing_stays_nothing() -> None:
    assert dumper(Single)(None) is None


@pytest.mark.parametrize("field", [fields.Function(lambda _value: 1), fields.Raw(), fields.Time()])
def test_an_unsupported_field_is_refused_at_once(field: fields.Field[Any]) -> None:
    with pytest.raises(TypeError, match=type(field).__name__):
        dumper(Schema.from_dict({"strange": field}))
