"""Schemas of accounts."""

from marshmallow import Schema, fields, validate

from app.suites.personal.accounts.rules import AccountType
from app.suites.personal.books.schemas import BookListQuery
from app.web.decimals import AnyMoneyAmount, Percentage, SignedMoneyAmount
from app.web.fields import AnyCurrency, Day, EnumByValue, Flag, Instant, Text, Whole
from app.web.query import SortBy
from app.web.schema import MissingRateSchema, ResourceSchema


class PersonalAccountSchema(ResourceSchema):
    """An account of a book, with its balance; what is owed is negative."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    name = Text(200, required=True)
    type = EnumByValue(AccountType, type_name="PersonalAccountType", required=True)
    currency = AnyCurrency()
    on_budget = Flag()
    opening_balance = SignedMoneyAmount()
    opening_date = Day(allow_none=True)
    credit_limit = AnyMoneyAmount(allow_none=True)
    statement_day = Whole(1, 31, allow_none=True)
    due_day = Whole(1, 31, allow_none=True)
    apr = Percentage(allow_none=True)
    minimum_amount = AnyMoneyAmount(allow_none=True)
    minimum_percent = Percentage(allow_none=True)
    institution = Text(100, allow_none=True)
    account_number = Text(50, allow_none=True, blank=False)
    low_balance = SignedMoneyAmount(allow_none=True)
    original_amount = AnyMoneyAmount(allow_none=True)
    term_months = Whole(1, 1200, allow_none=True)
    color = Text(7, allow_none=True, checks=(validate.Regexp("^#[0-9a-fA-F]{6}$", error="Not a colour as #RRGGBB."),))
    position = Whole()
    is_closed = Flag()
    reconciled_through = fields.Date(dump_only=True, allow_none=True)
    balance = fields.Decimal(dump_only=True)
    converted_balance = fields.Decimal(dump_only=True, allow_none=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class AccountValuationSchema(ResourceSchema):
    """The value of an account at the end of a day."""

    id = fields.Integer(dump_only=True)
    book_id = fields.Integer(dump_only=True)
    account_id = fields.Integer(dump_only=True)
    date = Day(required=True)
    value = SignedMoneyAmount(required=True)
    difference = fields.Decimal(dump_only=True)
    created_by = fields.Integer(dump_only=True, allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    version = fields.Integer(dump_only=True)


class AccountValuationListQuery(BookListQuery):
    """Query of the valuations of an account."""

    sort = SortBy("date", "value", newest="date")


class AccountWorthSchema(Schema):
    """Assets and liabilities in the currency of the book, each as a positive number."""

    assets = fields.Decimal(dump_only=True)
    liabilities = fields.Decimal(dump_only=True)
    net_worth = fields.Decimal(dump_only=True)
    currency = AnyCurrency(dump_only=True)
    stale = Flag(dump_only=True)


class AccountTotalsSchema(Schema):
    """Totals of the accounts that match; null where a rate is missing."""

    totals = fields.Nested(AccountWorthSchema, dump_only=True, allow_none=True)
    warnings = fields.List(fields.Nested(MissingRateSchema), dump_only=True)


class PersonalAccountListQuery(BookListQuery):
    """Query of the list of accounts."""

    sort = SortBy("position", "name", "type", "currency", "created_at")
    type = EnumByValue(AccountType, type_name="PersonalAccountType")
    date = Day()
    include_closed = Flag()
