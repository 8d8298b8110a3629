"""The base of every shape that comes in or goes out."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from marshmallow import Schema, fields

from app.kernel.money import Currency
from app.web.fields import EnumByValue, Whole
from app.web.load import Incoming


class Shape(Incoming):
    """A business object: unknown keys are refused; read-only ones may be sent back and are ignored."""

    def prepared(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._read_only.isdisjoint(data):
            return data
        return {key: value for key, value in data.items() if key not in self._read_only}

    @cached_property
    def _read_only(self) -> set[str]:
        return {field.data_key or name for name, field in self.dump_fields.items() if field.dump_only}


class FormShape(Shape):
    """A shape that may also come as a form, where a field left empty is an empty text: that means none."""

    def prepared(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        given = super().prepared(data)
        return {key: None if value == "" and key in self._optional else value for key, value in given.items()}

    @cached_property
    def _optional(self) -> set[str]:
        return {field.data_key or name for name, field in self.load_fields.items() if field.allow_none}


SOMETIMES = {"sometimes": True}
"""Metadata of a field that goes out only where the object has it; the others always do."""


class Convertible(Schema):
    """What an item of a list gets beside its own amount when a currency is asked for."""

    converted_amount = fields.Decimal(dump_only=True, metadata=SOMETIMES)
    converted_currency = EnumByValue(Currency, dump_only=True, metadata=SOMETIMES)
    exchange_rate = fields.Decimal(dump_only=True, metadata=SOMETIMES)


class PaginationSchema(Schema):
    """Which page this is, of how many."""

    page = Whole(1, dump_only=True)
    per_page = Whole(1, dump_only=True)
    total = Whole(dump_only=True, metadata={"description": "How many match in all", "example": 42})
    pages = Whole(dump_only=True)


class DoneSchema(Schema):
    """It is done, and there is nothing to show."""

    message = fields.String(dump_only=True)


class TotalSchema(Schema):
    """What all that match come to, in which currency."""

    total = fields.Decimal(dump_only=True)
    currency = EnumByValue(Currency, dump_only=True)
