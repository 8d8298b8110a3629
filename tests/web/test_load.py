"""What is taken in is what marshmallow would take in, and it is marshmallow that says what is wrong."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from marshmallow import INCLUDE, Schema, ValidationError, fields
from werkzeug.datastructures import ImmutableMultiDict

from app.kernel.errors import NotFound
from app.web.api import changes
from app.web.fields import Id, MoneyAmount, Text
from app.web.load import Incoming
from app.web.openapi import operations
from app.web.schema import FormShape, Shape

VALUES = [
    *(None, True, False, 0, 1, -1, 31, 2**31, 2**63, Decimal("0.10"), Decimal("1.005"), Decimal("1E+2")),
    *("", " ", "1", "x", "2026-01-31", "2026-02-30", "COP", "Activo", "Pagado", "ingreso@señal.co", "id,id"),
    *("-id,date", Decimal("NaN"), "https://señal.co/a", "\x00", "\ud800", "x" * 10_001, "true", "12.30"),
    *("Mensual", "admin", "income", [], [1], ["Activo"], {}, {"a": 1}, {"type": "Mensual"}),
    {"amount": "1", "currency": "COP", "frequency": "Mensual"},
]


def incoming(app: Flask) -> list[Schema]:
    """The shapes of all that any operation takes."""
    declared = [view.operation for _, _, view in operations(app)]
    return [schema for one in declared for schema in (one.query, one.body) if schema is not None]


def outcome(load: Any, data: Any) -> Any:
    try:
        return load(data)
    except ValidationError as error:
        return error.normalized_messages()
    except NotFound as error:
        return error.message


def bodies(schema: Schema) -> Iterator[dict[str, Any]]:
    """Nothing, each field alone with each value, and all that is right with one that may not be."""
    yield {}
    keys = [field.data_key or name for name, field in schema.fields.items()] + ["nobody_knows"]
    right: dict[str, Any] = {}
    for key in keys:
        fitting = [value for value in VALUES if key not in named(outcome(schema.load, {key: value}))]
        right |= {key: fitting[-1]} if fitting and key != "nobody_knows" else {}
        yield from ({key: value} for value in VALUES)
    for key in keys:
        yield from ({**right, key: value} for value in VALUES)
        yield {one: value for one, value in right.items() if one != key}


def named(found: Any) -> Any:
    return found if isinstance(found, dict) else {}


def test_each_shape_takes_what_marshmallow_takes(app: Flask) -> None:
    with app.app_context():
        for schema in incoming(app):
            for data in bodies(schema):
                assert outcome(schema.load, dict(data)) == outcome(lambda given, of=schema: plain(of, given), data), (
                    type(schema),
                    data,
                )


def plain(schema: Schema, data: Any) -> Any:
    """What marshmallow by itself makes of it."""
    return Schema.load(schema, data)


@pytest.fixture
def by_marshmallow(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """All that marshmallow was asked to load."""
    seen: list[Any] = []
    own = Schema.load
    monkeypatch.setattr(
        Schema, "load", lambda self, data, **options: (seen.append(data), own(self, data, **options))[1]
    )
    return seen


class Thing(Shape):
    """Something."""

    id = fields.Integer(dump_only=True)
    owner_id = Id(required=True)
    amount = MoneyAmount(data_key="how_much", required=True)
    name = Text(load_default="none", allow_none=True)
    tags = fields.List(fields.String(), load_default=list)


class Form(FormShape, Thing):
    """The same as a form."""


def test_what_is_right_is_taken_without_marshmallow(by_marshmallow: list[Any]) -> None:
    taken = Thing().load({"id": 9, "owner_id": 1, "how_much": 12})
    assert taken == {"owner_id": 1, "amount": Decimal("12.00"), "name": "none", "tags": []}
    assert changes(Thing).load({"name": None}) == {"name": None}
    assert Form().load({"owner_id": "1", "how_much": "12", "name": ""})["name"] is None
    assert by_marshmallow == []


def test_what_is_made_anew_is_shared_by_nobody() -> None:
    schema = Thing()
    first, second = (schema.load({"owner_id": 1, "how_much": 1}) for _ in range(2))
    assert first["tags"] is not second["tags"]


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"owner_id": 1}, {"how_much"}),
        ({"owner_id": 1, "how_much": "x", "unknown": 1}, {"how_much", "unknown"}),
        ({"owner_id": "x", "amount": 1}, {"owner_id", "how_much", "amount"}),
        ([], {"_schema"}),
        (None, {"_schema"}),
    ],
)
def test_every_mistake_is_named(given: Any, problems: set[str], by_marshmallow: list[Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        Thing().load(given)
    assert set(refused.value.normalized_messages()) == problems
    assert by_marshmallow == [given]


def test_what_is_asked_in_another_way_is_left_to_marshmallow() -> None:
    right = {"owner_id": 1, "how_much": 1}
    assert len(Thing(many=True).load([right, right])) == 2
    assert Thing(unknown=INCLUDE).load({**right, "x": 1})["x"] == 1
    with pytest.raises(ValidationError):
        Thing(many=True).load(right)
    assert Thing(partial=("owner_id",)).load({"how_much": 1}) == {"amount": 1, "name": "none", "tags": []}
    assert Thing().load(right, partial=True) == {"owner_id": 1, "amount": 1}
    assert Thing().load(ImmutableMultiDict(right))["owner_id"] == 1
    assert issubclass(Thing, Incoming)
