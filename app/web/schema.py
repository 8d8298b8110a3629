"""Base classes of schemas, and common schemas."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_load

from app.web.fields import AnyCurrency, Whole

MAX_MEMBERS = 1000
"""Number of keys above which unknown ones are refused without loading; no schema has as many fields."""


class WholeItems(fields.List[Any]):
    """A list that a change replaces as a whole, so that its items have all that is required, in a PUT too."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        return super()._deserialize(value, attr, data, **{**kwargs, "partial": False})


class WholeObject(fields.Nested):
    """An object that a change replaces as a whole, so that it has all that is required, in a PUT too."""

    def _deserialize(
        self,
        value: Any,
        attr: str | None,
        data: Mapping[str, Any] | None,
        partial: Any = None,
        **kwargs: Any,
    ) -> Any:
        return super()._deserialize(value, attr, data, partial=False, **kwargs)


class StrictSchema(Schema):
    """Base class for input: unknown keys are refused, so that a typo is not silently ignored."""

    class Meta:
        unknown = RAISE

    def before_load(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Change the input before it is loaded."""
        return data

    def conditions(self, _members: Mapping[str, Any]) -> list[dict[str, Any]]:
        """JSON Schemas that a whole object must satisfy besides those of its fields, for the documents.

        `members` are the documented fields by name. The services check the same; a test compares the two.
        """
        return []

    def after_load(self, data: dict[str, Any]) -> Any:
        """Change the loaded values."""
        return data

    def handle_error(self, error: ValidationError, data: Any, **_options: Any) -> None:
        """List invalid fields in the order of the input; marshmallow lists unknown ones in any order."""
        messages = error.messages
        if isinstance(messages, dict) and isinstance(data, Mapping):
            error.messages = {name: messages[name] for name in data if name in messages} | messages

    def load(self, data: Any, **options: Any) -> Any:
        """Load, but refuse too many keys at once: marshmallow would take a second for a megabyte of them."""
        if self.many and not isinstance(data, list):
            raise ValidationError("Must be a list.")
        if isinstance(data, Mapping) and len(data) > MAX_MEMBERS:
            self._refuse_unknown(data)
        return super().load(data, **options)

    def _refuse_unknown(self, data: Mapping[str, Any]) -> None:
        known = {field.data_key or name for name, field in self.fields.items()}
        unknown = {name: [self.error_messages["unknown"]] for name in data if name not in known}
        if unknown:
            raise ValidationError(unknown)

    @pre_load
    def _before_load(self, data: Any, **_options: Any) -> Any:
        return self.before_load(data) if isinstance(data, Mapping) else data

    @post_load
    def _after_load(self, data: dict[str, Any], **_options: Any) -> Any:
        return self.after_load(data)


class ResourceSchema(StrictSchema):
    """Schema of a record: unknown keys are refused; read-only ones may be sent back and are ignored."""

    def before_load(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._read_only.isdisjoint(data):
            return data
        return {key: value for key, value in data.items() if key not in self._read_only}

    @cached_property
    def _read_only(self) -> set[str]:
        return {field.data_key or name for name, field in self.dump_fields.items() if field.dump_only}


class FormSchema(ResourceSchema):
    """A shape that may also come as a form, where a field left empty is an empty text: that means none."""

    def before_load(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        given = super().before_load(data)
        return {key: None if value == "" and key in self._optional else value for key, value in given.items()}

    @cached_property
    def _optional(self) -> set[str]:
        return {field.data_key or name for name, field in self.load_fields.items() if field.allow_none}


class MapSchema(StrictSchema):
    """Base class for objects with any keys, whose values have one schema or, dumped only, are lists of it."""

    values: ClassVar[type[Schema]]
    attribute: ClassVar[str]
    """Name of the mapping in what is dumped."""
    lists: ClassVar[bool] = False
    """Whether the values are lists."""
    example_key: ClassVar[str]

    def load(self, data: Any, **options: Any) -> dict[str, Any]:
        """The loaded values by key; ValidationError has the messages of each."""
        if not isinstance(data, Mapping):
            raise ValidationError({"_schema": ["Not an object."]})
        if len(data) > MAX_MEMBERS:
            raise ValidationError({"_schema": [f"Has more than {MAX_MEMBERS} keys."]})
        loaded, errors, schema = {}, {}, self.values()
        for key, value in data.items():
            try:
                loaded[key] = schema.load(value, **options)
            except ValidationError as error:
                errors[key] = error.messages
        if errors:
            raise ValidationError(errors)
        return loaded


OPTIONAL = {"optional": True}
"""Metadata of a field that is omitted if the object does not have it."""


class Convertible(Schema):
    """Converted amount of a list item, if a currency was requested."""

    converted_amount = fields.Decimal(dump_only=True, allow_none=True, metadata=OPTIONAL)
    converted_currency = AnyCurrency(dump_only=True, metadata=OPTIONAL)
    exchange_rate = fields.Decimal(dump_only=True, allow_none=True, metadata=OPTIONAL)


class PaginationSchema(Schema):
    """Page number, page size and totals."""

    page = Whole(1, dump_only=True)
    per_page = Whole(1, dump_only=True)
    total = Whole(dump_only=True, metadata={"description": "Number of all matching items", "example": 42})
    pages = Whole(dump_only=True)


class DoneSchema(Schema):
    """A message about what was done."""

    message = fields.String(dump_only=True)


class ChangedSchema(DoneSchema):
    """A message, and the number of records that were changed."""

    changed = fields.Integer(dump_only=True)


class MissingRateSchema(Schema):
    """A rate that a total needs, and there is none of."""

    code = fields.String(dump_only=True, metadata={"description": "Always this", "example": "exchange_rate_missing"})
    detail = fields.String(dump_only=True)
    base = AnyCurrency(dump_only=True)
    quote = AnyCurrency(dump_only=True)
    date = fields.Date(dump_only=True)


class WithoutRates(Schema):
    """Fields of a list's totals where a rate is missing: the totals are null then."""

    totals_by_currency = fields.Dict(keys=fields.String(), values=fields.Decimal(), dump_only=True, metadata=OPTIONAL)
    warnings = fields.List(fields.Nested(MissingRateSchema), dump_only=True, metadata=OPTIONAL)


class TotalSchema(WithoutRates):
    """Total of all matching rows, null where a rate is missing, and its currency."""

    total = fields.Decimal(dump_only=True, allow_none=True)
    currency = AnyCurrency(dump_only=True)
