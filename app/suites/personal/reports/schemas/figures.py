"""Schemas of reports by months and categories, and of net worth."""

from marshmallow import Schema, fields

from app.suites.personal.categories.rules import CategoryType
from app.web.fields import AnyCurrency, EnumByValue, Flag, Ratio
from app.web.months import MonthOut


class ResultChangeSchema(Schema):
    """Change of income and expenses since the month before."""

    income = fields.Decimal(dump_only=True)
    expenses = fields.Decimal(dump_only=True)
    net = fields.Decimal(dump_only=True)


class CategoryFigureSchema(Schema):
    """Figure of a category; a refund lowers spending, which may be negative therefore."""

    category_id = fields.Integer(dump_only=True, allow_none=True)
    name = fields.String(dump_only=True)
    path = fields.List(fields.String(), dump_only=True)
    type = EnumByValue(CategoryType, dump_only=True)
    amount = fields.Decimal(dump_only=True)
    share = Ratio()


class MonthFiguresSchema(Schema):
    """Figures of a month of the book, in its currency."""

    month = MonthOut(dump_only=True)
    date_from = fields.Date(dump_only=True)
    date_to = fields.Date(dump_only=True)
    currency = AnyCurrency(dump_only=True)
    income = fields.Decimal(dump_only=True)
    expenses = fields.Decimal(dump_only=True)
    net = fields.Decimal(dump_only=True)
    savings_rate = fields.Decimal(dump_only=True, allow_none=True)
    change = fields.Nested(ResultChangeSchema, dump_only=True)
    categories = fields.List(fields.Nested(CategoryFigureSchema), dump_only=True)


class CategoryMonthSchema(Schema):
    """Figure of a category in a month."""

    month = MonthOut(dump_only=True)
    amount = fields.Decimal(dump_only=True)


class CategoryTrendSchema(CategoryFigureSchema):
    """Figure of a category, with that of the range before and each month's."""

    previous = fields.Decimal(dump_only=True)
    average = fields.Decimal(dump_only=True)
    months = fields.List(fields.Nested(CategoryMonthSchema), dump_only=True)


class CategoryReportSchema(Schema):
    """Figures of categories over a range of days, in the currency of the book."""

    date_from = fields.Date(dump_only=True)
    date_to = fields.Date(dump_only=True)
    currency = AnyCurrency(dump_only=True)
    income = fields.Decimal(dump_only=True)
    expenses = fields.Decimal(dump_only=True)
    net = fields.Decimal(dump_only=True)
    items = fields.List(fields.Nested(CategoryTrendSchema), dump_only=True)


class WorthPointSchema(Schema):
    """Assets and liabilities at the end of a day, at its rates."""

    date = fields.Date(dump_only=True)
    assets = fields.Decimal(dump_only=True)
    liabilities = fields.Decimal(dump_only=True)
    net_worth = fields.Decimal(dump_only=True)


class WorthSchema(Schema):
    """Net worth at the ends of months, in the currency of the book."""

    currency = AnyCurrency(dump_only=True)
    stale = Flag(dump_only=True)
    points = fields.List(fields.Nested(WorthPointSchema), dump_only=True)
