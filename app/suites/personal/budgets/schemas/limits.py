"""Schemas of budgets."""

import re
from typing import Any

from marshmallow import Schema, fields, validate

from app.suites.personal.books.schemas import BookListQuery, BookQuery
from app.suites.personal.budgets.rules.limits import Apply, BudgetPeriod, Rollover, Status
from app.web.decimals import AnyMoneyAmount, ExactDecimal
from app.web.fields import AnyCurrency, Day, EnumByValue, Flag, Id, Instant, Ratio, Tags, Text
from app.web.query import SortBy
from app.web.schema import MissingRateSchema, ResourceSchema

MOST_NAMED = 200


class Level(ExactDecimal):
    """A part of what is available: above 0, at most 10, with at most three decimals."""

    type_name = "LevelIn"
    pattern = r"^(?=.*[1-9])([0-9](\.[0-9]{1,3})?|10(\.0{1,3})?)$"
    written = re.compile(r"[0-9]{1,2}(\.[0-9]{1,3})?", re.ASCII)
    complaint = "Not a number above 0, at most 10, with at most three decimals."
    description = "A part of what is available, 1 for all of it: above 0, at most 10, with at most three decimals."
    most = 10

    def __init__(self, **options: Any) -> None:
        limits = validate.Range(min=0, min_inclusive=False, max=self.most)
        super().__init__(validate=limits, **options)


class Threshold(Level):
    """A part of what is available: above 0, at most all of it, for beyond the status is `exceeded`."""

    type_name = "ThresholdIn"
    pattern = r"^(?=.*[1-9])(0(\.[0-9]{1,3})?|1(\.0{1,3})?)$"
    complaint = "Not a number above 0, at most 1, with at most three decimals."
    description = "A part of what is available, 1 for all of it: above 0, at most 1, with at most three decimals."
    most = 1


class ShownBudgetPeriodSchema(Schema):
    """A period of a budget, in the budget's currency."""

    period_start = fields.Date(dump_only=True)
    period_end = fields.Date(dump_only=True)
    budgeted_amount = fields.Decimal(dump_only=True)
    carried = fields.Decimal(dump_only=True)
    available = fields.Decimal(dump_only=True)
    spent_amount = fields.Decimal(dump_only=True)
    remaining_amount = fields.Decimal(dump_only=True)
    variance = fields.Decimal(dump_only=True)
    status = EnumByValue(Status, type_name="BudgetStatus", dump_only=True)


class CurrentBudgetPeriodSchema(ShownBudgetPeriodSchema):
    """The period of the day, and how fast it is spent."""

    pace = fields.Decimal(dump_only=True, allow_none=True)


class BudgetSchema(ResourceSchema):
    """A limit of spending in periods, with the one of the day."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    name = Text(200, required=True)
    amount = AnyMoneyAmount(required=True)
    currency = AnyCurrency()
    period = EnumByValue(BudgetPeriod, required=True)
    start_date = Day()
    end_date = Day(allow_none=True)
    categories = fields.List(Id(), validate=validate.Length(max=MOST_NAMED))
    accounts = fields.List(Id(), validate=validate.Length(max=MOST_NAMED))
    tags = Tags()
    alert_threshold = Threshold()
    alerts = fields.List(Level(), validate=validate.Length(max=10))
    rollover = EnumByValue(Rollover)
    rollover_cap = AnyMoneyAmount(allow_none=True)
    is_active = Flag()
    no_categories = Flag(dump_only=True)
    group_id = Id(allow_none=True)
    per_month = fields.Decimal(dump_only=True, allow_none=True)
    current = fields.Nested(CurrentBudgetPeriodSchema, dump_only=True, allow_none=True)
    alerts_sent = fields.List(fields.Decimal(), dump_only=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class BudgetBreakdownSchema(Schema):
    """Spending of a category in the current period."""

    category_id = fields.Integer(dump_only=True, allow_none=True)
    name = fields.String(dump_only=True)
    path = fields.List(fields.String(), dump_only=True)
    amount = fields.Decimal(dump_only=True)
    share = Ratio()


class OneBudgetSchema(BudgetSchema):
    """A budget with its last periods."""

    periods = fields.List(fields.Nested(ShownBudgetPeriodSchema), dump_only=True)
    breakdown = fields.List(fields.Nested(BudgetBreakdownSchema), dump_only=True)
    variance = fields.Decimal(dump_only=True, allow_none=True)
    on_time_rate = Ratio()
    warnings = fields.List(fields.Nested(MissingRateSchema), dump_only=True)


class ChangedBudgetSchema(OneBudgetSchema):
    """Changes of a budget, and the first period that gets another amount."""

    apply = EnumByValue(Apply, type_name="BudgetApply", load_only=True)


class BudgetTotalsFiguresSchema(Schema):
    """Sums of the current periods, in the currency of the book."""

    budgeted = fields.Decimal(dump_only=True)
    available = fields.Decimal(dump_only=True)
    spent = fields.Decimal(dump_only=True)
    remaining = fields.Decimal(dump_only=True)
    currency = AnyCurrency(dump_only=True)
    overlapping = Flag(dump_only=True)


class BudgetTotalsSchema(Schema):
    """Totals of the budgets that match; null where a rate is missing."""

    totals = fields.Nested(BudgetTotalsFiguresSchema, dump_only=True, allow_none=True)
    warnings = fields.List(fields.Nested(MissingRateSchema), dump_only=True)


class BudgetListQuery(BookListQuery):
    """Query of the list of budgets."""

    sort = SortBy("name", "start_date", "created_at")
    date = Day()
    active = Flag()


class BudgetChangeQuery(BookQuery):
    """The first period that gets another amount, if the body does not say it."""

    apply = EnumByValue(Apply, type_name="BudgetApply")
