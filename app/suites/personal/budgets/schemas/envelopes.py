"""Schemas of envelopes."""

from marshmallow import Schema, fields, validate

from app.suites.personal.budgets.rules.applying import Mode
from app.web.decimals import AnyMoneyAmount, SignedMoneyAmount
from app.web.fields import AnyCurrency, EnumByValue, Flag, Id, Text
from app.web.months import MonthIn, MonthOut
from app.web.schema import StrictSchema

MOST_ASSIGNED = 1_000


class CategoryEnvelopeSchema(Schema):
    """A category in a month; the last one is that of lines without a category."""

    category_id = fields.Integer(dump_only=True, allow_none=True)
    name = fields.String(dump_only=True)
    path = fields.List(fields.String(), dump_only=True)
    carry = fields.Decimal(dump_only=True)
    assigned = fields.Decimal(dump_only=True)
    activity = fields.Decimal(dump_only=True)
    available = fields.Decimal(dump_only=True)
    overspent = fields.Decimal(dump_only=True)
    credit_over = fields.Decimal(dump_only=True)


class CardEnvelopeSchema(Schema):
    """Money set aside to pay a card, in a month."""

    account_id = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    carry = fields.Decimal(dump_only=True)
    assigned = fields.Decimal(dump_only=True)
    funded = fields.Decimal(dump_only=True)
    paid = fields.Decimal(dump_only=True)
    income = fields.Decimal(dump_only=True)
    available = fields.Decimal(dump_only=True)


class EnvelopeMonthSchema(Schema):
    """The envelopes of a month, in the currency of the book."""

    month = MonthOut(dump_only=True)
    date_from = fields.Date(dump_only=True)
    date_to = fields.Date(dump_only=True)
    currency = AnyCurrency(dump_only=True)
    to_assign = fields.Decimal(dump_only=True)
    free = fields.Decimal(dump_only=True)
    held = fields.Decimal(dump_only=True)
    income = fields.Decimal(dump_only=True)
    assigned = fields.Decimal(dump_only=True)
    deducted = fields.Decimal(dump_only=True)
    fx_effect = fields.Decimal(dump_only=True)
    overassigned = Flag(dump_only=True)
    note = fields.String(dump_only=True, allow_none=True)
    categories = fields.List(fields.Nested(CategoryEnvelopeSchema), dump_only=True)
    cards = fields.List(fields.Nested(CardEnvelopeSchema), dump_only=True)
    version = fields.Integer(
        dump_only=True,
        metadata={"description": "Number of changes of the month's plan; its `ETag` is `YYYYMM-version`", "example": 1},
    )


class ChangedAssignmentSchema(Schema):
    """An assignment before and after a change."""

    category_id = fields.Integer(dump_only=True, allow_none=True)
    account_id = fields.Integer(dump_only=True, allow_none=True)
    before = fields.Decimal(dump_only=True)
    assigned = fields.Decimal(dump_only=True)


class FailedTargetSchema(Schema):
    """A target that can't be met."""

    target_id = fields.Integer(dump_only=True)
    code = fields.String(dump_only=True)


class CategoryGoalSchema(Schema):
    """Sum of the targets of a category in the month."""

    category_id = fields.Integer(dump_only=True)
    goal = fields.Decimal(dump_only=True)


class ChangedEnvelopesSchema(EnvelopeMonthSchema):
    """The envelopes of a month after a change, and the change."""

    months_changed = fields.List(MonthOut(), dump_only=True)
    changes = fields.List(fields.Nested(ChangedAssignmentSchema), dump_only=True)
    errors = fields.List(fields.Nested(FailedTargetSchema), dump_only=True)
    goals = fields.List(fields.Nested(CategoryGoalSchema), dump_only=True)
    dry_run = Flag(dump_only=True)


class NewAssignmentSchema(StrictSchema):
    """Money for a category, for lines without one (null), or for a card."""

    category_id = Id(allow_none=True)
    account_id = Id(allow_none=True)
    assigned = SignedMoneyAmount(required=True)


class MonthPlanSchema(StrictSchema):
    """Assignments of a month, the money that is held for the next one, and a note; what is not named stays."""

    assignments = fields.List(fields.Nested(NewAssignmentSchema), validate=validate.Length(max=MOST_ASSIGNED))
    held = SignedMoneyAmount()
    note = Text(10_000, blank=True, allow_none=True)


class MoveSchema(StrictSchema):
    """Money to move between two envelopes, each the id of a category or card; null is the money not assigned."""

    source = Id(data_key="from", allow_none=True, load_default=None)
    target = Id(data_key="to", allow_none=True, load_default=None)
    amount = AnyMoneyAmount(required=True)


class CoverSchema(StrictSchema):
    """An overspent envelope, and the one that pays; null is the money not assigned."""

    source = Id(data_key="from", allow_none=True, load_default=None)
    target = Id(data_key="to", required=True)
    amount = AnyMoneyAmount(load_default=None)


class CopySchema(StrictSchema):
    """The month to copy from."""

    source = MonthIn(
        data_key="from", required=True, metadata={"description": "The month to copy from", "example": "2026-02"}
    )
    mode = EnumByValue(Mode, type_name="AssignMode", load_default=Mode.FILL)
    dry_run = Flag(load_default=False)


class ApplyTargetsSchema(StrictSchema):
    """The way in which targets change what is assigned already."""

    mode = EnumByValue(Mode, type_name="AssignMode", load_default=Mode.FILL)
    dry_run = Flag(load_default=False)


class CloseSchema(StrictSchema):
    """End of a month."""

    dry_run = Flag(load_default=False)
