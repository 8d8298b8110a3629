"""Schemas of categories."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from app.suites.personal.books.schemas import BookListQuery, BookQuery
from app.suites.personal.categories.rules import CategoryType, Deletion, Overspending
from app.web.decimals import AnyMoneyAmount
from app.web.fields import EnumByValue, Flag, Id, Instant, Text, Whole
from app.web.query import SortBy
from app.web.schema import ResourceSchema

NONE = "none"
"""Word for no category at all."""


class CategoryUsageSchema(Schema):
    """Use of a category, without those below it."""

    transactions = fields.Integer(dump_only=True)
    last_used = fields.Date(dump_only=True, allow_none=True)
    this_month = fields.Decimal(dump_only=True, allow_none=True)
    average_6 = fields.Decimal(dump_only=True, allow_none=True)


class PersonalCategorySchema(ResourceSchema):
    """A category of a book, with its use."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    name = Text(200, required=True)
    type = EnumByValue(CategoryType, required=True)
    parent_id = Id(allow_none=True)
    path = fields.List(fields.String(), dump_only=True)
    color = Text(7, allow_none=True, checks=(validate.Regexp("^#[0-9a-fA-F]{6}$", error="Not a colour as #RRGGBB."),))
    icon = Text(40, allow_none=True)
    budget_limit = AnyMoneyAmount(allow_none=True)
    is_default = Flag(dump_only=True)
    position = Whole()
    is_archived = Flag()
    overspending = EnumByValue(Overspending)
    flags = fields.List(Text(20), validate=validate.Length(max=6))
    usage = fields.Nested(CategoryUsageSchema, dump_only=True)
    budgeted = fields.Decimal(
        dump_only=True,
        allow_none=True,
        metadata={"description": "Amount that is budgeted for it this month; null without one", "example": 400000},
    )
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class PersonalCategoryListQuery(BookListQuery):
    """Query of the list of categories."""

    sort = SortBy("name", "created_at")
    type = EnumByValue(CategoryType)
    include_archived = Flag()


class CategoryChangeQuery(BookQuery):
    """Parameters of changes of a category."""

    merge = Flag()


class CategoryDeletionQuery(BookQuery):
    """Way in which a category is deleted."""

    move_to = Text(20, metadata={"description": "Id of the category to which all that is of this one goes, or `none`"})
    mode = EnumByValue(Deletion, type_name="CategoryDeletion")

    def after_load(self, data: dict[str, Any]) -> dict[str, Any]:
        """The id as a number."""
        given = data.get("move_to")
        if given == NONE:
            return {**data, "move_to": None}
        if given is not None and not (given.isascii() and given.isdigit() and int(given) > 0):
            raise ValidationError({"move_to": [f"Not an id, nor `{NONE}`."]})
        return data if given is None else {**data, "move_to": int(given)}
