"""Schemas of goals and of plans that pay off debts."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.suites.personal.books.schemas import BookListQuery, BookQuery
from app.suites.personal.goals.rules.debts import Strategy
from app.suites.personal.goals.rules.progress import GoalType, Tracking
from app.suites.personal.recurring.rules import Frequency
from app.web.decimals import AmountBound, AnyMoneyAmount, Percentage, SignedMoneyAmount
from app.web.fields import AnyCurrency, Day, EnumByValue, Flag, Id, Instant, Ratio, Text, Whole
from app.web.query import SortBy
from app.web.schema import ResourceSchema, WholeObject

_FREQUENCY = "RecurringFrequency"


class AutomaticContributionSchema(ResourceSchema):
    """Money that is put aside by itself: an amount, a percentage of the income, or what rounds expenses up."""

    amount = AnyMoneyAmount(allow_none=True)
    percent = Percentage(allow_none=True, metadata={"description": "Percentage of the income since the last one"})
    round_up = AnyMoneyAmount(allow_none=True)
    frequency = EnumByValue(Frequency, type_name=_FREQUENCY)
    from_account_id = Id(allow_none=True)
    next_date = fields.Date(dump_only=True, allow_none=True)


class ReachedMilestoneSchema(Schema):
    """A milestone that was reached."""

    milestone = fields.Integer(dump_only=True)
    reached_at = Instant()


class GoalSchema(ResourceSchema):
    """A sum of money to be reached, with its progress."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    name = Text(200, required=True)
    description = Text(10_000, allow_none=True)
    target_amount = AnyMoneyAmount(required=True)
    currency = AnyCurrency()
    target_date = Day(allow_none=True)
    goal_type = EnumByValue(GoalType)
    priority = Whole(1, 99)
    tracking = EnumByValue(Tracking, type_name="GoalTracking")
    account_id = Id(allow_none=True)
    category_id = Id(allow_none=True)
    start_amount = SignedMoneyAmount()
    start_date = Day()
    milestones = fields.List(Whole(1, 1_000), validate=validate.Length(max=20))
    auto_contribution = WholeObject(AutomaticContributionSchema, allow_none=True)
    is_archived = Flag()
    is_achieved = Flag(dump_only=True)
    current_amount = fields.Decimal(dump_only=True, allow_none=True)
    remaining = fields.Decimal(dump_only=True, allow_none=True)
    progress = Ratio()
    ratio = Ratio()
    required_monthly = fields.Decimal(dump_only=True, allow_none=True)
    projected_date = fields.Date(dump_only=True, allow_none=True)
    on_track = Flag(dump_only=True, allow_none=True)
    overdue = Flag(dump_only=True, allow_none=True)
    dropped_below = Flag(dump_only=True, allow_none=True)
    fx = Flag(dump_only=True)
    reached = fields.List(fields.Nested(ReachedMilestoneSchema), dump_only=True)
    milestones_reached = fields.List(fields.Integer(), dump_only=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class GoalListQuery(BookListQuery):
    """Query of the list of goals."""

    sort = SortBy("priority", "name", "target_date", "created_at")
    goal_type = EnumByValue(GoalType)
    is_achieved = Flag()
    include_archived = Flag()


class GoalContributionSchema(ResourceSchema):
    """Money that is put aside for a goal, or taken back from it."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    goal_id = fields.Integer(dump_only=True)
    amount = SignedMoneyAmount(required=True)
    date = Day(load_only=True)
    contribution_date = fields.Date(dump_only=True)
    notes = Text(10_000, allow_none=True)
    from_account_id = Id(allow_none=True, load_only=True)
    transaction_id = fields.Integer(dump_only=True, allow_none=True)
    automatic_day = fields.Date(dump_only=True, allow_none=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()


class GoalContributionListQuery(BookListQuery):
    """Query of the contributions to a goal."""

    sort = SortBy("contribution_date", "amount", "created_at")


class DebtPlanQuery(BookQuery):
    """Parameters of a plan; `order` has the ids of the accounts, with commas between them."""

    extra = AmountBound()
    strategy = EnumByValue(Strategy, type_name="DebtStrategy")
    order = Text(
        2_000,
        checks=(validate.Regexp("^[0-9]{1,18}(,[0-9]{1,18})*$", error="Not ids with commas."),),
        metadata={"example": "3,1"},
    )

    def after_load(self, data: dict[str, Any]) -> Any:
        if "order" in data:
            data["order"] = [int(one) for one in data["order"].split(",")]
        return data


class DebtPlanInSchema(ResourceSchema):
    """Parameters of a plan."""

    extra = AmountBound()
    strategy = EnumByValue(Strategy, type_name="DebtStrategy")
    order = fields.List(Id(), validate=validate.Length(max=100))


class PlannedDebtSchema(Schema):
    """A debt of a plan, in the currency of the book."""

    account_id = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    owed = fields.Decimal(dump_only=True)
    apr = fields.Decimal(dump_only=True)
    minimum = fields.Decimal(dump_only=True)
    paid_off = fields.String(dump_only=True, allow_none=True)


class DebtInstallmentSchema(Schema):
    """A debt in a month of a plan."""

    account_id = fields.Integer(dump_only=True, attribute="debt_id")
    opening = fields.Decimal(dump_only=True)
    interest = fields.Decimal(dump_only=True)
    payment = fields.Decimal(dump_only=True)
    balance = fields.Decimal(dump_only=True)


class DebtPlanMonthSchema(Schema):
    """A month of a plan."""

    month = fields.String(dump_only=True)
    payment = fields.Decimal(dump_only=True)
    interest = fields.Decimal(dump_only=True)
    debts = fields.List(fields.Nested(DebtInstallmentSchema), dump_only=True)


class ComparedStrategySchema(Schema):
    """A strategy, and what it comes to; null if it never pays off all debts."""

    strategy = EnumByValue(Strategy, type_name="DebtStrategy", dump_only=True)
    months = fields.Integer(dump_only=True, allow_none=True)
    interest = fields.Decimal(dump_only=True, allow_none=True)
    paid = fields.Decimal(dump_only=True, allow_none=True)
    order = fields.List(fields.Integer(), dump_only=True)


class DebtPlanSchema(ComparedStrategySchema):
    """A plan that pays off all debts, beside what the strategies come to."""

    extra = fields.Decimal(dump_only=True)
    currency = AnyCurrency(dump_only=True)
    never_paid_off = Flag(dump_only=True)
    debts = fields.List(fields.Nested(PlannedDebtSchema), dump_only=True)
    schedule = fields.List(fields.Nested(DebtPlanMonthSchema), dump_only=True)
    compared = fields.List(fields.Nested(ComparedStrategySchema), dump_only=True)
