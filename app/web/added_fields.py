"""Answers and bodies to which suites add fields: login, registration, one's own account."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from flask import Response, current_app
from marshmallow import Schema

from app.manifest import AccountAnswer, AccountField, AccountInput
from app.web.dump import dumper
from app.web.json import json_response
from app.web.responses import Computed, Describe, Unwrapped, with_properties
from app.web.schema import OPTIONAL, StrictSchema


@dataclass(frozen=True)
class UnwrappedAnswer(Unwrapped):
    """Like `Unwrapped`, with the fields that suites add; the result is a mapping with their values, or without any."""

    answer: AccountAnswer

    def respond(self, result: Mapping[str, Any], status: int) -> Response:
        return json_response(dumper(self.schema)(result) | _dumped(self.answer, result), status)

    def document(self, describe: Describe) -> dict[str, Any]:
        return _documented(self.answer, super().document(describe), describe)

    def shape_name(self, operation: str) -> str | None:
        return f"{operation[0].upper()}{operation[1:]}Answer" if _schema(self.answer) else super().shape_name(operation)


@dataclass(frozen=True)
class AccountResponse(Computed):
    """`{"data": {...}}` of one's own account, with the fields that suites add; their values have no version.

    It is read in a transaction, for what a suite adds may be in a book.
    """

    needs_snapshot: ClassVar[bool] = True

    def dumped(self, result: Mapping[str, Any]) -> Any:
        return super().dumped(result) | _dumped(AccountAnswer.USER, result)

    def document(self, describe: Describe) -> dict[str, Any]:
        shape = super().document(describe)
        shape["properties"]["data"] = _documented(AccountAnswer.USER, shape["properties"]["data"], describe)
        return shape

    def shape_name(self, operation: str) -> str:
        return "OwnAccountAnswer"


class ExtensibleSchema(StrictSchema):
    """Body to which suites add fields; what they take is loaded into `added`."""

    at: ClassVar[AccountAnswer]

    def load(self, data: Any, **options: Any) -> Any:
        """The loaded fields of the schema itself, and those of suites in `added`."""
        inputs: tuple[AccountInput, ...] = current_app.config["ACCOUNT_INPUTS"]
        loaded = self.extended().load_as_one(data, **options)
        added = {one.name: loaded.pop(one.name) for one in inputs if one.at is self.at and one.name in loaded}
        return {**loaded, "added": added}

    def load_as_one(self, data: Any, **options: Any) -> Any:
        """All loaded fields together."""
        return super().load(data, **options)

    def extended(self) -> "ExtensibleSchema":
        """The schema with the fields of the suites that are switched on."""
        config = current_app.config
        return _extended(type(self), config["ACCOUNT_INPUTS"], config["ACCOUNT_FIELDS"])(partial=self.partial)


@lru_cache(maxsize=16)
def _extended(
    schema: type[ExtensibleSchema], inputs: tuple[AccountInput, ...], shown: tuple[AccountField, ...]
) -> type[ExtensibleSchema]:
    fields = {one.name: one.form for one in inputs if one.at is schema.at}
    # What an answer shows may be sent back, and is ignored.
    fields |= {one.name: _field(one, schema.at) for one in shown if schema.at in one.answers and one.name not in fields}
    about = {"__doc__": schema.__doc__, "__module__": schema.__module__, "__qualname__": schema.__qualname__}
    return type(schema.__name__, (schema,), fields | about)


def _dumped(answer: AccountAnswer, result: Mapping[str, Any]) -> dict[str, Any]:
    schema = _schema(answer)
    if schema is None or result.keys().isdisjoint(schema().dump_fields):
        return {}
    return dict(dumper(schema)(result))


def _documented(answer: AccountAnswer, shape: dict[str, Any], describe: Describe) -> dict[str, Any]:
    schema = _schema(answer)
    return shape if schema is None else with_properties({"description": "The answer.", **shape}, describe(schema))


def _schema(answer: AccountAnswer) -> type[Schema] | None:
    """Schema of the fields that suites add to this answer; None without any."""
    return _schema_of(current_app.config["ACCOUNT_FIELDS"], answer)


@lru_cache(maxsize=16)
def _schema_of(added: tuple[AccountField, ...], answer: AccountAnswer) -> type[Schema] | None:
    fields = {one.name: _field(one, answer) for one in added if answer in one.answers}
    about = {"__doc__": "Fields that suites add; null where the suite is switched off.", "__module__": __name__}
    return type(f"AddedTo{answer.capitalize()}Schema", (Schema,), fields | about) if fields else None


def _field(added: AccountField, answer: AccountAnswer) -> Any:
    """The field as it goes out: null for a suite that is off, and not in a login that waits for the second factor."""
    field = copy(added.form)
    field.dump_only = field.allow_none = True
    if answer is AccountAnswer.LOGIN:
        field.metadata = {**field.metadata, **OPTIONAL}
    return field
