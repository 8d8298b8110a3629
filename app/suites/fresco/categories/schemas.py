"""Schemas of categories."""

from marshmallow import Schema, fields

from app.suites.fresco.categories.rules import CategoryKind
from app.web.fields import EnumByValue, Repeated, Text
from app.web.query import Query
from app.web.schema import DoneSchema, ResourceSchema


class CategoryUseSchema(Schema):
    """A category of expenses or a type of incomes, and its use."""

    name = fields.String(dump_only=True)
    count = fields.Integer(
        dump_only=True, attribute="rows", metadata={"description": "Number of rows that have it", "example": 36}
    )
    last_used = fields.Date(dump_only=True)


class CategoryUsesSchema(Schema):
    """All of a kind, in alphabetical order."""

    data = fields.List(fields.Nested(CategoryUseSchema), dump_only=True)


class CategoryQuery(Query):
    """The kind to list."""

    kind = EnumByValue(CategoryKind, required=True)


class MergeSchema(ResourceSchema):
    """Names that become one; `to` may be a new one."""

    kind = EnumByValue(CategoryKind, required=True)
    names = Repeated(
        blank=False,
        data_key="from",
        required=True,
        metadata={"description": "Names to replace", "example": ["Hosting"]},
    )
    to = Text(100, required=True, metadata={"description": "Name that replaces them", "example": "Software"})


class MergedSchema(DoneSchema):
    """A message, and the number of rows that have another name now."""

    changed = fields.Integer(dump_only=True)
