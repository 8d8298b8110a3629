"""Schemas of recurring transactions."""

from marshmallow import Schema, fields, validate

from app.kernel.recurrence import Weekend
from app.suites.personal.books.schemas import BookListQuery
from app.suites.personal.recurring.rules import MOST_INTERVAL, MOST_OCCURRENCES, AmountMode, Frequency
from app.suites.personal.transactions.rules import MOST_SPLITS, TransactionType
from app.suites.personal.transactions.schemas import TransactionSplitSchema
from app.web.decimals import AnyMoneyAmount
from app.web.fields import AnyCurrency, Day, EnumByValue, Flag, Id, Instant, Tags, Text, Whole
from app.web.query import SortBy
from app.web.schema import ResourceSchema, WholeItems

_FREQUENCY = "RecurringFrequency"


class TransactionTemplateSchema(ResourceSchema):
    """The transactions that a recurring one makes; `date` is a start date where none is given beside it."""

    type = EnumByValue(TransactionType, required=True)
    amount = AnyMoneyAmount(required=True)
    date = Day(load_only=True)
    account_id = Id()
    to_account_id = Id(allow_none=True)
    to_amount = AnyMoneyAmount(allow_none=True)
    category_id = Id(allow_none=True)
    splits = WholeItems(fields.Nested(TransactionSplitSchema), validate=validate.Length(max=MOST_SPLITS))
    budget_category_id = Id(allow_none=True)
    payee_id = Id(allow_none=True)
    description = Text(500, allow_none=True)
    payment_method = Text(100, allow_none=True)
    location = Text(200, allow_none=True)
    notes = Text(10_000, allow_none=True)
    tags = Tags()
    exclude_from_reports = Flag()


class RecurringTransactionSchema(ResourceSchema):
    """A recurring transaction: what is entered, and when."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    template_name = Text(200)
    is_active = Flag()
    transaction_data = fields.Nested(TransactionTemplateSchema, required=True)
    currency = AnyCurrency(dump_only=True)
    frequency = EnumByValue(Frequency, type_name=_FREQUENCY, required=True)
    interval = Whole(1, MOST_INTERVAL)
    day = Whole(1, 31, allow_none=True)
    weekend = EnumByValue(Weekend)
    start_date = Day()
    end_date = Day(allow_none=True)
    max_occurrences = Whole(1, MOST_OCCURRENCES, allow_none=True)
    amount_mode = EnumByValue(AmountMode, type_name="RecurringAmountMode")
    min = AnyMoneyAmount(attribute="min_amount", allow_none=True)
    max = AnyMoneyAmount(attribute="max_amount", allow_none=True)
    auto_post = Flag()
    days_before = Whole(0, 60)
    skipped = fields.List(Whole(1), validate=validate.Length(max=1_000))
    next_occurrence = fields.Date(dump_only=True, allow_none=True)
    next_dates = fields.List(fields.Date(), dump_only=True)
    expected_amount = fields.Decimal(dump_only=True)
    yearly_cost = fields.Decimal(dump_only=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class RecurringTransactionListQuery(BookListQuery):
    """Query of the list of recurring transactions."""

    sort = SortBy("next_occurrence", "template_name", "amount", "created_at")
    is_active = Flag()
    type = EnumByValue(TransactionType)
    frequency = EnumByValue(Frequency, type_name=_FREQUENCY)
    account_id = Id()
    category_id = Id()


class UpcomingTransactionSchema(Schema):
    """An occurrence that is still to come."""

    recurring_id = fields.Integer(dump_only=True)
    template_name = fields.String(dump_only=True)
    occurrence = fields.Integer(dump_only=True)
    date = fields.Date(dump_only=True)
    type = EnumByValue(TransactionType, dump_only=True)
    amount = fields.Decimal(dump_only=True)
    currency = AnyCurrency(dump_only=True)
    account_id = fields.Integer(dump_only=True)
    to_account_id = fields.Integer(dump_only=True, allow_none=True)
    category_id = fields.Integer(dump_only=True, allow_none=True)
    payee_id = fields.Integer(dump_only=True, allow_none=True)
    description = fields.String(dump_only=True, allow_none=True)


class UpcomingTransactionListQuery(BookListQuery):
    """Query of the occurrences that are still to come."""

    date_from = Day()
    date_to = Day()
    account_id = Id()


class OccurrencePostingSchema(ResourceSchema):
    """The day and amount of an occurrence that is entered by hand, where they differ from those planned."""

    date = Day()
    amount = AnyMoneyAmount()


class OccurrenceSkipSchema(ResourceSchema):
    """The day of the occurrence that is left out, by default the next."""

    date = Day()
