"""Schemas of cash accounts and of transfers between them."""

from marshmallow import fields

from app.core.cash_accounts.rules import CashAccountKind
from app.core.company.schemas import Balance
from app.web.decimals import AnyMoneyAmount
from app.web.fields import AnyCurrency, Day, EnumByValue, Flag, Id, Instant, Text
from app.web.query import ListQuery, Search, SortBy
from app.web.schema import ResourceSchema


class CashAccountSchema(ResourceSchema):
    """An account at a bank, or a till."""

    id = fields.Integer(dump_only=True)
    name = Text(200, required=True, metadata={"example": "Bancolombia corriente"})
    kind = EnumByValue(CashAccountKind, required=True)
    currency = AnyCurrency(required=True)
    opening_balance = Balance(
        metadata={"description": "Money in it at the start of `opening_date`; by default 0", "example": 4800000}
    )
    opening_date = Day(allow_none=True)
    active = Flag()
    notes = Text(10_000, allow_none=True)
    balance = fields.Decimal(dump_only=True)
    created_at = Instant()
    updated_at = Instant()


class CashAccountListQuery(ListQuery):
    """Query of the list of cash accounts."""

    sort = SortBy("id", "name", "kind", "currency", "created_at", "updated_at")
    kind = EnumByValue(CashAccountKind)
    active = Flag()
    day = Day(data_key="date", metadata={"description": "Day at whose end the balances are; by default today"})
    q = Search("name and notes")


class CashTransferSchema(ResourceSchema):
    """Money carried from one cash account to another: no income and no expense."""

    id = fields.Integer(dump_only=True)
    from_account_id = Id(required=True)
    from_account = fields.String(dump_only=True)
    to_account_id = Id(required=True)
    to_account = fields.String(dump_only=True)
    date = Day(metadata={"description": "Day on which it was carried; by default today"})
    amount = AnyMoneyAmount(required=True, metadata={"description": "What left the one account, in its currency"})
    currency = AnyCurrency(dump_only=True)
    received_amount = AnyMoneyAmount()
    received_currency = AnyCurrency(dump_only=True)
    notes = Text(10_000, allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class CashTransferListQuery(ListQuery):
    """Query of the list of transfers."""

    sort = SortBy("id", "date", "amount", "received_amount", "created_at", newest="date")
    cash_account_id = Id()
    date_from = Day()
    date_to = Day()
