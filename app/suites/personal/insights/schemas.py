"""Schemas of insights and subscriptions."""

from marshmallow import Schema, fields

from app.suites.personal.books.schemas import BookListQuery
from app.suites.personal.insights.rules.insight import Action, InsightCode, Severity
from app.suites.personal.insights.rules.subscriptions import SubscriptionKind, SubscriptionStatus
from app.suites.personal.recurring.rules import Frequency
from app.web.fields import AnyCurrency, Day, EnumByValue, Flag, Id, Instant
from app.web.query import SortBy
from app.web.schema import ResourceSchema


class InsightSchema(ResourceSchema):
    """Something about the money of a book, with its figures."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    code = EnumByValue(InsightCode, dump_only=True)
    severity = EnumByValue(Severity, dump_only=True)
    title = fields.String(dump_only=True)
    detail = fields.String(dump_only=True)
    amount = fields.Decimal(dump_only=True, allow_none=True)
    currency = AnyCurrency(dump_only=True)
    period = fields.String(dump_only=True)
    evidence = fields.Dict(dump_only=True)
    action = EnumByValue(Action, type_name="InsightAction", dump_only=True, allow_none=True)
    found_on = fields.Date(dump_only=True)
    is_dismissed = Flag(dump_only=True)
    useful = Flag(allow_none=True)
    dismiss = Flag(load_only=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class InsightListQuery(BookListQuery):
    """Query of the list of insights."""

    sort = SortBy("found_on", "amount", "code", "severity")
    since = Day()
    code = EnumByValue(InsightCode)
    severity = EnumByValue(Severity)
    include_dismissed = Flag()


class SubscriptionPriceSchema(Schema):
    """A level of a price."""

    amount = fields.Decimal(dump_only=True)
    since = fields.Date(dump_only=True)
    until = fields.Date(dump_only=True)
    charges = fields.Integer(dump_only=True)


class PriceChangeSchema(Schema):
    """The last change of a price."""

    old = fields.Decimal(dump_only=True)
    new = fields.Decimal(dump_only=True)
    percent = fields.Decimal(dump_only=True)
    since = fields.Date(dump_only=True)
    yearly_difference = fields.Decimal(dump_only=True)


class SubscriptionSchema(ResourceSchema):
    """Charges that recur."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    kind = EnumByValue(SubscriptionKind, dump_only=True)
    status = EnumByValue(SubscriptionStatus, dump_only=True)
    is_possible = Flag(dump_only=True)
    account_id = fields.Integer(dump_only=True)
    payee_id = fields.Integer(dump_only=True, allow_none=True)
    category_id = fields.Integer(dump_only=True, allow_none=True)
    frequency = EnumByValue(Frequency, type_name="RecurringFrequency", dump_only=True)
    interval = fields.Integer(dump_only=True)
    currency = AnyCurrency(dump_only=True)
    amount = fields.Decimal(dump_only=True)
    min_amount = fields.Decimal(dump_only=True)
    max_amount = fields.Decimal(dump_only=True)
    yearly_cost = fields.Decimal(dump_only=True)
    charges = fields.Integer(dump_only=True)
    first_date = fields.Date(dump_only=True)
    last_date = fields.Date(dump_only=True)
    next_date = fields.Date(dump_only=True, allow_none=True)
    last_transaction_id = fields.Integer(dump_only=True)
    price_history = fields.List(fields.Nested(SubscriptionPriceSchema), dump_only=True)
    price_change = fields.Nested(PriceChangeSchema, dump_only=True, allow_none=True)
    duplicates = fields.List(fields.Integer(), dump_only=True)
    recurring_id = fields.Integer(dump_only=True, allow_none=True)
    is_confirmed = Flag(dump_only=True)
    is_dismissed = Flag(dump_only=True)
    confirm = Flag(load_only=True)
    dismiss = Flag(load_only=True)
    to_recurring = Flag(load_only=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class SubscriptionListQuery(BookListQuery):
    """Query of the list of subscriptions."""

    sort = SortBy("name", "amount", "yearly_cost", "next_date", "last_date")
    kind = EnumByValue(SubscriptionKind)
    status = EnumByValue(SubscriptionStatus)
    account_id = Id()
    include_dismissed = Flag()
