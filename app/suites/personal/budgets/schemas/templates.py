"""Schemas of budget templates."""

from marshmallow import Schema, fields, validate

from app.suites.personal.books.schemas import BookListQuery
from app.web.decimals import AnyMoneyAmount, Percentage
from app.web.fields import AnyCurrency, Flag, Id, Text
from app.web.months import MonthIn, MonthOut
from app.web.schema import ResourceSchema, StrictSchema

MOST_ITEMS = 500


class TemplateItemSchema(StrictSchema):
    """An amount, or a share of the income in percent, of a category."""

    category_id = Id(required=True)
    amount = AnyMoneyAmount(allow_none=True)
    percent = Percentage(allow_none=True)


class BudgetTemplateSchema(ResourceSchema):
    """A template of a month's budget; the id of a built-in one is a word."""

    id = fields.String(dump_only=True, metadata={"description": "Id; a word, or a number", "example": "50-30-20"})
    book_id = fields.Integer(dump_only=True, allow_none=True)
    name = Text(200, required=True)
    built_in = Flag(dump_only=True)
    items = fields.List(fields.Nested(TemplateItemSchema), required=True, validate=validate.Length(max=MOST_ITEMS))
    version = fields.Integer(dump_only=True)


class BudgetTemplateListQuery(BookListQuery):
    """Query of the list of templates."""


class ApplyTemplateSchema(StrictSchema):
    """The month to make a budget of, and its income; by default the average of the months before."""

    month = MonthIn(required=True)
    income = AnyMoneyAmount(load_default=None)
    dry_run = Flag(load_default=False)


class MadeBudgetSchema(Schema):
    """A budget that was made, or would be."""

    id = fields.Integer(dump_only=True, allow_none=True)
    name = fields.String(dump_only=True)
    amount = fields.Decimal(dump_only=True)
    categories = fields.List(fields.Integer(), dump_only=True)


class MadeAssignmentSchema(Schema):
    """Money that was assigned to a category, or would be."""

    category_id = fields.Integer(dump_only=True)
    assigned = fields.Decimal(dump_only=True)


class AppliedTemplateSchema(Schema):
    """Budgets that were made, or assignments in a book of envelopes."""

    month = MonthOut(dump_only=True)
    currency = AnyCurrency(dump_only=True)
    income = fields.Decimal(dump_only=True, allow_none=True)
    left = fields.Decimal(dump_only=True, allow_none=True)
    budgets = fields.List(fields.Nested(MadeBudgetSchema), dump_only=True)
    assignments = fields.List(fields.Nested(MadeAssignmentSchema), dump_only=True)
    dry_run = Flag(dump_only=True)
