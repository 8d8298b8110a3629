"""Schemas of exchange rates and conversions."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields

from app.core.currencies.rules import HIGHEST_RATE, LOWEST_RATE, RATE, RateKind
from app.kernel.money import Currency
from app.web.decimals import AnyMoneyAmount, ExactDecimal, require_decimals
from app.web.fields import AnyCurrency, Day, EnumByValue, Instant
from app.web.query import ListQuery, Query, SortBy
from app.web.schema import ResourceSchema


class Rate(ExactDecimal):
    """A rate above zero with at most twelve decimals, as a JSON number or a decimal string."""

    type_name = "RateIn"
    written = RATE
    complaint = "Not a rate with at most 16 digits and 12 decimals."
    pattern = r"^(?=.*[1-9])[0-9]{1,16}(\.[0-9]{1,12})?$"
    description = (
        "Price of one unit of the base currency in the quote currency: above zero, with at most 16 digits and 12 "
        "decimals; as a decimal string it is exact in any language."
    )

    def __init__(self, **options: Any) -> None:
        documented = {"minimum": float(LOWEST_RATE), "maximum": 1e16}
        super().__init__(validate=_within_limits, metadata=documented, **options)


def _within_limits(rate: Decimal) -> None:
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise ValidationError("Must be greater than zero.")


class ExchangeRateSchema(ResourceSchema):
    """The price of one unit of the base currency in the quote currency on a day."""

    id = fields.Integer(dump_only=True)
    date = Day(required=True)
    base = AnyCurrency(load_default=Currency.USD)
    quote = AnyCurrency(load_default=Currency.COP)
    kind = EnumByValue(RateKind, load_default=RateKind.MID)
    rate = Rate(required=True)
    source = fields.String(dump_only=True)
    created_at = Instant()
    updated_at = Instant()

    def after_load(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["base"] is data["quote"]:
            raise ValidationError("Must be another currency than the base.", "quote")
        return data


class RateListQuery(ListQuery):
    """Query of the list of exchange rates."""

    sort = SortBy("id", "date", "rate", "source", "created_at", "updated_at")
    date_from = Day()
    date_to = Day()
    base = AnyCurrency()
    quote = AnyCurrency()


_FROM = {"description": "Currency of the amount", "example": Currency.USD}
_TO = {"description": "Currency to convert to", "example": Currency.COP}


class ConversionQuery(Query):
    """Query of a conversion: the amount, both currencies and the day of the rate."""

    amount = AnyMoneyAmount(required=True)
    currency = AnyCurrency(data_key="from", required=True, metadata=_FROM)
    target = AnyCurrency(data_key="to", required=True, metadata=_TO)
    day = Day(data_key="date", metadata={"description": "Day of the exchange rate; by default today"})
    kind = EnumByValue(RateKind, load_default=RateKind.MID)

    def after_load(self, data: dict[str, Any]) -> dict[str, Any]:
        require_decimals(data["amount"], data["currency"], "amount")
        return data


class ConversionSchema(Schema):
    """An amount and its converted amount."""

    amount = fields.Decimal(dump_only=True)
    currency = AnyCurrency(data_key="from", dump_only=True, metadata=_FROM)
    target = AnyCurrency(data_key="to", dump_only=True, metadata=_TO)
    day = fields.Date(data_key="date", dump_only=True)
    rate = fields.Decimal(dump_only=True)
    rate_date = fields.Date(dump_only=True, allow_none=True)
    via = AnyCurrency(dump_only=True, allow_none=True)
    converted_amount = fields.Decimal(dump_only=True)
