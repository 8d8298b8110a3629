"""Schemas of trends."""

from marshmallow import Schema, fields

from app.suites.personal.books.schemas import BookQuery
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.reports.rules.trends import (
    LEAST_MONTHS,
    MOST_HORIZON,
    MOST_MONTHS,
    USUAL_HORIZON,
    USUAL_MONTHS,
    Direction,
    Method,
    SeasonVerdict,
)
from app.suites.personal.reports.schemas.figures import CategoryMonthSchema
from app.web.fields import AnyCurrency, EnumByValue, Id, Whole
from app.web.months import MonthOut


class TrendSlopeSchema(Schema):
    """Change a month, with its interval of 80 %."""

    amount = fields.Decimal(dump_only=True)
    low = fields.Decimal(dump_only=True)
    high = fields.Decimal(dump_only=True)


class SeasonMonthSchema(Schema):
    """A month of the year that differs from the others."""

    month = fields.Integer(dump_only=True, metadata={"description": "Number of the month", "example": 12})
    factor = fields.Decimal(dump_only=True)
    years = fields.Integer(dump_only=True)


class SeasonSchema(Schema):
    """Verdict on the months of the year, and those that differ."""

    verdict = EnumByValue(SeasonVerdict, dump_only=True)
    months = fields.List(fields.Nested(SeasonMonthSchema), dump_only=True)


class ExpectedMonthSchema(TrendSlopeSchema):
    """Forecast of a month, with its interval of 80 %."""

    month = MonthOut(dump_only=True)


class BacktestSchema(Schema):
    """Errors of the method over earlier months, each forecast from those before it."""

    origins = fields.Integer(dump_only=True)
    mase = fields.Decimal(dump_only=True, allow_none=True)
    bias = fields.Decimal(dump_only=True, allow_none=True)
    coverage = fields.Decimal(dump_only=True, allow_none=True)


class TrendForecastSchema(Schema):
    """The next months, by the method that did best in this series."""

    method = EnumByValue(Method, type_name="ForecastMethod", dump_only=True)
    months = fields.List(fields.Nested(ExpectedMonthSchema), dump_only=True)
    backtest = fields.Nested(BacktestSchema, dump_only=True)


class TrendSchema(Schema):
    """Trend of complete months."""

    currency = AnyCurrency(dump_only=True)
    series = fields.List(fields.Nested(CategoryMonthSchema), dump_only=True)
    direction = EnumByValue(Direction, type_name="TrendDirection", dump_only=True)
    slope = fields.Nested(TrendSlopeSchema, dump_only=True, allow_none=True)
    seasonal = fields.Nested(SeasonSchema, dump_only=True)
    forecast = fields.Nested(TrendForecastSchema, dump_only=True, allow_none=True)


class TrendQuery(BookQuery):
    """Query of a trend."""

    months = Whole(
        LEAST_MONTHS,
        MOST_MONTHS,
        load_default=USUAL_MONTHS,
        metadata={"description": "Complete months that are looked at"},
    )
    horizon = Whole(1, MOST_HORIZON, load_default=USUAL_HORIZON)
    type = EnumByValue(CategoryType)
    category_id = Id()
