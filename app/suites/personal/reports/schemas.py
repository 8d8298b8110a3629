"""Schemas of reports."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from app.kernel.periods import Month
from app.suites.personal.books.schemas import BookListQuery, BookQuery
from app.suites.personal.categories.rules import CategoryType
from app.web.fields import AnyCurrency, Day, Derived, EnumByValue, Id, Ratio, Whole

_FIRST, _LAST = "1900-03", "2200-10"
_MONTH = re.compile(r"(19|20|21|22)[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)


class MonthIn(fields.String):
    """A month as YYYY-MM."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"pattern": f"^{_MONTH.pattern}$", "maxLength": 7}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = str(value)
        if not _MONTH.fullmatch(text) or not _FIRST <= text <= _LAST:
            raise ValidationError(f"Not a month as YYYY-MM, from {_FIRST} to {_LAST}.")
        return Month(int(text[:4]), int(text[5:]))


class MonthOut(Derived, fields.String):
    """A month as YYYY-MM."""

    def derive(self, value: Month) -> str:
        return str(value)


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
    points = fields.List(fields.Nested(WorthPointSchema), dump_only=True)


class MonthlyQuery(BookListQuery):
    """Query of the report by months."""

    first = MonthIn(data_key="from")
    last = MonthIn(data_key="to")


class RangeQuery(BookQuery):
    """Range of days of a report."""

    date_from = Day()
    date_to = Day()


class CategoryQuery(RangeQuery):
    """Query of the report on categories."""

    depth = Whole(1, 4, load_default=1)
    category_id = Id()
