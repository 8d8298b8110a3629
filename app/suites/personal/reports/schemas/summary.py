"""Schemas of the summary, the cash flow, and the reports by tag and payee."""

from marshmallow import Schema, fields

from app.suites.personal.reports.schemas.figures import CategoryFigureSchema
from app.web.fields import AnyCurrency, Ratio
from app.web.months import MonthOut


class BookResultSchema(Schema):
    """Income, expenses, and what follows from them."""

    income = fields.Decimal(dump_only=True)
    expenses = fields.Decimal(dump_only=True)
    net = fields.Decimal(dump_only=True)
    savings_rate = fields.Decimal(dump_only=True, allow_none=True)


class PreviousResultSchema(BookResultSchema):
    """Results of the days before."""

    date_from = fields.Date(dump_only=True)
    date_to = fields.Date(dump_only=True)


class WorthChangeSchema(Schema):
    """Change of the net worth, and the parts that add up to it."""

    total = fields.Decimal(dump_only=True)
    net = fields.Decimal(dump_only=True)
    excluded = fields.Decimal(dump_only=True)
    contributions = fields.Decimal(dump_only=True)
    valuations = fields.Decimal(dump_only=True)
    reconciliations = fields.Decimal(dump_only=True)
    opening = fields.Decimal(dump_only=True)
    transfers = fields.Decimal(
        dump_only=True,
        metadata={"description": "From and to accounts that were not asked for; zero of all", "example": 0},
    )
    fx_effect = fields.Decimal(dump_only=True)


class BookMetricsSchema(Schema):
    """Pace of spending, and how long money lasts; null where there is nothing to tell it from."""

    daily_average = fields.Decimal(dump_only=True)
    fixed_share = Ratio()
    age_of_money = fields.Decimal(dump_only=True, allow_none=True)
    days_of_buffer = fields.Decimal(dump_only=True, allow_none=True)
    emergency_months = fields.Decimal(dump_only=True, allow_none=True)


class BookSummarySchema(BookResultSchema):
    """Results of a range of days, the net worth at its end, and how it came to change."""

    date_from = fields.Date(dump_only=True)
    date_to = fields.Date(dump_only=True)
    currency = AnyCurrency(dump_only=True)
    books = fields.List(fields.Integer(), dump_only=True)
    assets = fields.Decimal(dump_only=True)
    liabilities = fields.Decimal(dump_only=True)
    net_worth = fields.Decimal(dump_only=True)
    net_worth_date = fields.Date(dump_only=True)
    change = fields.Nested(WorthChangeSchema, dump_only=True)
    previous = fields.Nested(PreviousResultSchema, dump_only=True, allow_none=True)
    top_categories = fields.List(fields.Nested(CategoryFigureSchema), dump_only=True)
    metrics = fields.Nested(BookMetricsSchema, dump_only=True)


class BookFlowSchema(Schema):
    """Money that was there, came, went, and is left; `closing_balance` is the sum of the others."""

    date_from = fields.Date(dump_only=True)
    date_to = fields.Date(dump_only=True)
    opening_balance = fields.Decimal(dump_only=True, metadata={"description": "Balance before", "example": 900000})
    income = fields.Decimal(dump_only=True)
    expenses = fields.Decimal(dump_only=True)
    net = fields.Decimal(dump_only=True)
    transfers = fields.Decimal(
        dump_only=True, metadata={"description": "From other accounts, less what went to them", "example": -50000}
    )
    other = fields.Decimal(dump_only=True)
    fx_effect = fields.Decimal(dump_only=True)
    closing_balance = fields.Decimal(dump_only=True)


class MonthFlowSchema(BookFlowSchema):
    """Cash flow of a month."""

    month = MonthOut(dump_only=True)


class CashFlowReportSchema(BookFlowSchema):
    """Cash flow of a range of days, by month."""

    currency = AnyCurrency(dump_only=True)
    accounts = fields.List(fields.Integer(), dump_only=True)
    months = fields.List(fields.Nested(MonthFlowSchema), dump_only=True)


class TagFiguresSchema(Schema):
    """Figures of a tag."""

    tag = fields.String(dump_only=True, allow_none=True)
    income = fields.Decimal(dump_only=True)
    expenses = fields.Decimal(dump_only=True)
    net = fields.Decimal(dump_only=True)
    transactions = fields.Integer(dump_only=True)
    last_used = fields.Date(dump_only=True, allow_none=True)


class PayeeFiguresSchema(Schema):
    """Figures of a payee."""

    payee_id = fields.Integer(dump_only=True, allow_none=True)
    name = fields.String(dump_only=True, allow_none=True)
    income = fields.Decimal(dump_only=True)
    expenses = fields.Decimal(dump_only=True)
    net = fields.Decimal(dump_only=True)
    transactions = fields.Integer(dump_only=True)
    average = fields.Decimal(
        dump_only=True, metadata={"description": "Average spending of a transaction", "example": 42000}
    )
    last_used = fields.Date(dump_only=True, allow_none=True)


class LineTotalsSchema(Schema):
    """Totals of all that was earned and spent, each line counted once."""

    totals = fields.Nested(BookResultSchema, dump_only=True)
    currency = AnyCurrency(dump_only=True)
    date_from = fields.Date(dump_only=True)
    date_to = fields.Date(dump_only=True)
