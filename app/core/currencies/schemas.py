"""Schemas of exchange rates and conversions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from app.core.currencies.rules import HIGHEST_RATE, LOWEST_RATE, RATE
from app.kernel.money import Currency
from app.web.fields import Day, EnumByValue, ExactDecimal, Instant, MoneyAmount, decimal_in
from app.web.query import ListQuery, Query, SortBy
from app.web.schema import ResourceSchema

_MILLIONTHS = (0.000001, 1 / 137e6, 1 / 269e6)
"""Steps by which every validator takes six decimals, and no more in a number below two million.

As for `CENTS`: 137 and 269 have no factor in common with 10, and a million times each lies little above a power of two.
By so much the quotient may miss a whole number; but these two steps, as binary numbers, are wrong by more than that,
one upwards and one downwards, so one of the two quotients is whole. In larger numbers a quotient cannot have
a fraction: there validators that divide binary numbers also take more decimals.
"""


class Rate(ExactDecimal):
    """A rate above zero with at most six decimals, as a JSON number or a decimal string."""

    type_name = "RateIn"
    pattern = r"^(?=.*[1-9])[0-9]{1,12}(\.[0-9]{1,6})?$"
    description = (
        "Pesos per dollar: above zero, with at most 12 digits and 6 decimals. The second and third `multipleOf` say "
        "the same as the first, for validators that divide binary numbers."
    )
    steps = _MILLIONTHS

    def __init__(self, **options: Any) -> None:
        documented = {"minimum": float(LOWEST_RATE), "maximum": 1e12}
        super().__init__(validate=_within_limits, metadata=documented, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:
        return decimal_in(value, RATE, "Not a rate with at most 12 digits and 6 decimals.")


def _within_limits(rate: Decimal) -> None:
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise ValidationError("Must be greater than zero.")


def _only(currency: Currency) -> EnumByValue:
    """A field whose only value is this currency: inverse rates are not stored, because inverting loses precision."""
    equal = validate.Equal(currency, error=f"Must be {currency}: rates are in pesos per dollar.")
    return EnumByValue(Currency, load_default=currency, validate=equal)


class ExchangeRateSchema(ResourceSchema):
    """The price of a dollar in pesos on a day."""

    id = fields.Integer(dump_only=True)
    date = Day(required=True)
    base = _only(Currency.USD)
    quote = _only(Currency.COP)
    rate = Rate(required=True)
    source = fields.String(dump_only=True)
    created_at = Instant()
    updated_at = Instant()


class RateListQuery(ListQuery):
    """Query of the list of exchange rates."""

    sort = SortBy("id", "date", "rate", "source", "created_at", "updated_at")
    date_from = Day()
    date_to = Day()


_FROM = {"description": "Currency of the amount", "example": Currency.USD}
_TO = {"description": "Currency to convert to", "example": Currency.COP}


class ConversionQuery(Query):
    """Query of a conversion: the amount, both currencies and the day of the rate."""

    amount = MoneyAmount(required=True)
    currency = EnumByValue(Currency, data_key="from", required=True, metadata=_FROM)
    target = EnumByValue(Currency, data_key="to", required=True, metadata=_TO)
    day = Day(data_key="date", metadata={"description": "Day of the exchange rate; by default today"})


class ConversionSchema(Schema):
    """An amount and its converted amount."""

    amount = fields.Decimal(dump_only=True)
    currency = EnumByValue(Currency, data_key="from", dump_only=True, metadata=_FROM)
    target = EnumByValue(Currency, data_key="to", dump_only=True, metadata=_TO)
    day = fields.Date(data_key="date", dump_only=True)
    rate = fields.Decimal(dump_only=True)
    rate_date = fields.Date(dump_only=True, allow_none=True)
    converted_amount = fields.Decimal(dump_only=True)
