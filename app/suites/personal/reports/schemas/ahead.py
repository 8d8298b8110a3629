"""Schemas of the forecast of balances."""

from marshmallow import Schema, fields

from app.suites.personal.books.schemas import BookQuery
from app.suites.personal.reports.rules.ahead import MOST_DAYS, USUAL_DAYS
from app.suites.personal.reports.schemas.queries import IdList
from app.web.fields import AnyCurrency, Flag, Whole


class BalancePointSchema(Schema):
    """Balance at the end of a day, with its interval of 80 %."""

    date = fields.Date(dump_only=True)
    low = fields.Decimal(dump_only=True)
    mid = fields.Decimal(dump_only=True)
    high = fields.Decimal(dump_only=True)


class BalanceEventSchema(Schema):
    """A movement to come."""

    date = fields.Date(dump_only=True, attribute="day")
    name = fields.String(dump_only=True)
    amount = fields.Decimal(dump_only=True)
    recurring_id = fields.Integer(dump_only=True, allow_none=True)


class ShortfallSchema(Schema):
    """First day on which a balance is below the least."""

    date = fields.Date(dump_only=True)
    amount = fields.Decimal(dump_only=True)
    is_certain = Flag(dump_only=True)


class AccountForecastSchema(Schema):
    """Balances of an account ahead, in its own currency."""

    account_id = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    currency = AnyCurrency(dump_only=True)
    balance = fields.Decimal(dump_only=True)
    low_balance = fields.Decimal(dump_only=True)
    points = fields.List(
        fields.Nested(BalancePointSchema), dump_only=True, metadata={"description": "Balances of the days ahead"}
    )
    events = fields.List(
        fields.Nested(BalanceEventSchema), dump_only=True, metadata={"description": "Movements that are known to come"}
    )
    shortfalls = fields.List(fields.Nested(ShortfallSchema), dump_only=True)


class BalanceForecastSchema(Schema):
    """Balances of accounts over the days ahead."""

    date_from = fields.Date(dump_only=True)
    date_to = fields.Date(dump_only=True)
    accounts = fields.List(
        fields.Nested(AccountForecastSchema), dump_only=True, metadata={"description": "Forecasts of each account"}
    )


class BalanceForecastQuery(BookQuery):
    """Query of the forecast of balances."""

    days = Whole(1, MOST_DAYS, load_default=USUAL_DAYS, metadata={"description": "Days ahead", "example": 30})
    accounts = IdList("Accounts; by default those whose money can be spent at once")
