"""Marshmallow fields of exact decimals: amounts of money, quantities, unit values, percentages."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validate

from app.kernel.money import CENT, MAX_AMOUNT, Currency, round_money

_AMOUNT = re.compile(r"(-(?=.*[1-9]))?[0-9]{1,40}(\.[0-9]{1,2})?", re.ASCII)  # negative: refused as too small
_ANY_AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,4})?", re.ASCII)
_QUANTITY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?", re.ASCII)
_UNIT_VALUE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,10})?", re.ASCII)


class ExactDecimal(fields.Decimal):
    """A decimal: JSON number or decimal string of the pattern as input, a number as output."""

    type_name: ClassVar[str]
    """Component name of the input type."""
    pattern: ClassVar[str]
    description: ClassVar[str]
    written: ClassVar[re.Pattern[str]]
    """Plain notation of what is accepted."""
    complaint: ClassVar[str]
    """Message about anything else."""
    steps: ClassVar[tuple[float, ...]] = ()
    """Documented `multipleOf` values; a number is a multiple of one of them."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:
        return decimal_in(value, self.written, self.complaint)


CENTS = (0.01, 1 / 4100)
"""Steps by which every validator accepts at most two decimals in a number.

Validators that divide binary numbers do not accept 0.07 as a multiple of 0.01. With 1/4100 they accept all cents:
4100 is nearly a power of two, so the quotient is rounded like the number. It accepts no more decimals than 0.01, as a
cent is 41 of it, and 41 has no factor in common with 10. Validators with exact decimals use 0.01.
"""


class MoneyAmount(ExactDecimal):
    """An amount above zero with at most two decimals."""

    type_name = "AmountIn"
    pattern = r"^(?=.*[1-9])[0-9]{1,10}(\.[0-9]{1,2})?$"
    written = _AMOUNT
    complaint = "Not an amount with at most two decimals."
    description = (
        "An amount above zero with at most two decimals; as a decimal string it is exact in any language. The second "
        "`multipleOf` says the same as the first, for validators that divide binary numbers."
    )
    steps = CENTS
    lowest: ClassVar[Decimal] = CENT

    def __init__(self, **options: Any) -> None:
        limits = validate.Range(min=self.lowest, max=MAX_AMOUNT)
        super().__init__(places=2, validate=limits, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:
        amount = super()._deserialize(value, attr, data, **kwargs)
        if amount > MAX_AMOUNT:
            raise ValidationError(f"Must not be more than {MAX_AMOUNT:,}.")
        return amount.quantize(CENT)


class AmountBound(MoneyAmount):
    """The lowest or highest amount of a filter; zero is allowed."""

    type_name = "AmountBoundIn"
    pattern = r"^[0-9]{1,10}(\.[0-9]{1,2})?$"
    description = (
        "An amount, or zero, with at most two decimals. The second `multipleOf` says the same as the first, for "
        "validators that divide binary numbers."
    )
    lowest = Decimal(0)


class AnyMoneyAmount(ExactDecimal):
    """An amount above zero in any currency; the schema compares its decimals with those of the currency."""

    type_name = "AnyAmountIn"
    pattern = r"^(?=.*[1-9])[0-9]{1,10}(\.[0-9]{1,4})?$"
    written = _ANY_AMOUNT
    complaint = "Not an amount with at most as many decimals as its currency has."
    description = (
        "An amount above zero with as many decimals as its currency has: none for JPY, three for KWD, mostly two."
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Range(min=0, min_inclusive=False, max=MAX_AMOUNT), **options)


class SignedMoneyAmount(ExactDecimal):
    """An amount of either sign, or zero, in any currency; the service compares its decimals with the currency's."""

    type_name = "SignedAmountIn"
    pattern = r"^-?[0-9]{1,10}(\.[0-9]{1,4})?$"
    written = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,4})?", re.ASCII)
    complaint = "Not an amount with at most as many decimals as its currency has."
    description = "An amount of either sign, or zero, with as many decimals as its currency has."

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Range(min=-MAX_AMOUNT, max=MAX_AMOUNT), **options)


def require_decimals(amount: Decimal, currency: Currency, name: str) -> None:
    """Refuse an amount with more decimals than its currency has; `name` is that of its field."""
    if round_money(amount, currency) != amount:
        raise ValidationError(f"Not an amount with at most {currency.digits} decimals, as {currency} has.", name)


class QuantityIn(ExactDecimal):
    """A quantity, zero or more, with at most four decimals."""

    type_name = "QuantityIn"
    written = _QUANTITY
    complaint = "Not a quantity with at most four decimals."
    pattern = r"^[0-9]{1,12}(\.[0-9]{1,4})?$"
    description = "A quantity, zero or more, with at most four decimals."

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"minimum": 0} | options.pop("metadata", {}), **options)


class UnitValueIn(ExactDecimal):
    """The value of one unit, zero or more, with at most ten decimals."""

    type_name = "UnitValueIn"
    written = _UNIT_VALUE
    complaint = "Not a value of a unit with at most ten decimals."
    pattern = r"^[0-9]{1,12}(\.[0-9]{1,10})?$"
    description = "The value of one unit, zero or more, with at most ten decimals."

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"minimum": 0} | options.pop("metadata", {}), **options)


def decimal_in(value: Any, written: re.Pattern[str], complaint: str) -> Decimal:
    """The number, if its plain notation matches the pattern."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise ValidationError(complaint)
    if isinstance(value, Decimal) and (not value.is_finite() or abs(value.adjusted()) > 40):
        raise ValidationError(complaint)
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, Decimal) and "." in text:
        text = text.rstrip("0").rstrip(".") or "0"
    if not written.fullmatch(text):
        raise ValidationError(complaint)
    return Decimal(text)


_PERCENTAGE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?", re.ASCII)


class Percentage(ExactDecimal):
    """A percentage from 0 to 100 with at most two decimals."""

    type_name = "PercentageIn"
    written = _PERCENTAGE
    complaint = "Not a percentage with at most two decimals."
    pattern = r"^(100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?)$"
    description = (
        "From 0 to 100 with at most two decimals. The second `multipleOf` says the same as the first, for validators "
        "that divide binary numbers."
    )
    steps = CENTS

    def __init__(self, **options: Any) -> None:
        super().__init__(places=2, validate=validate.Range(min=0, max=100), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:
        return super()._deserialize(value, attr, data, **kwargs).quantize(CENT)


class Measure(ExactDecimal):
    """A place or distance between two limits; further decimals than are kept are rounded."""

    least: ClassVar[int]
    most: ClassVar[int]
    kept: ClassVar[Decimal]
    """Step of what is kept: a decimetre."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Range(min=self.least, max=self.most), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:
        return super()._deserialize(value, attr, data, **kwargs).quantize(self.kept)


class Latitude(Measure):
    """A latitude in degrees; kept to six decimals, which is a decimetre."""

    type_name = "LatitudeIn"
    written = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?", re.ASCII)
    complaint = "Not a number of degrees."
    pattern = r"^-?(90(\.0{1,20})?|[0-8]?[0-9](\.[0-9]{1,20})?)$"
    description = "A latitude in degrees, from -90 to 90; kept to six decimals."
    least, most, kept = -90, 90, Decimal("0.000001")


class Longitude(Latitude):
    """A longitude in degrees; kept to six decimals, which is a decimetre."""

    type_name = "LongitudeIn"
    pattern = r"^-?(180(\.0{1,20})?|(1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,20})?)$"
    description = "A longitude in degrees, from -180 to 180; kept to six decimals."
    least, most = -180, 180


class Metres(Measure):
    """A distance in metres; kept to one decimal."""

    type_name = "MetresIn"
    written = re.compile(r"[0-9]{1,7}(\.[0-9]{1,20})?", re.ASCII)
    complaint = "Not a number of metres."
    pattern = r"^[0-9]{1,7}(\.[0-9]{1,20})?$"
    description = "A distance in metres, from 0 to 9,999,999; kept to one decimal."
    least, most, kept = 0, 9_999_999, Decimal("0.1")
