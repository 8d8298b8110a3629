"""Accepted and refused values of each field."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from marshmallow import Schema, ValidationError

from app.kernel.errors import NotFound
from app.kernel.money import Currency
from app.web.decimals import AnyMoneyAmount, MoneyAmount, QuantityIn, UnitValueIn
from app.web.fields import AnyCurrency, Day, EmailAddress, EnumByValue, Flag, Id, Instant, Text, WebAddress, Whole
from app.web.json import decode


class Colour(StrEnum):
    """Something to choose from."""

    RED = "Rojo"
    GREEN = "Verde, sí"


class Everything(Schema):
    """One field of each kind."""

    amount = MoneyAmount()
    whole = Whole(1, 100)
    id = Id()
    day = Day()
    any_amount = AnyMoneyAmount()
    quantity = QuantityIn()
    unit_value = UnitValueIn()
    colour = EnumByValue(Colour)
    green = EnumByValue(Colour, among=[Colour.GREEN])
    currency = AnyCurrency()
    flag = Flag()
    line = Text(5)
    title = Text(5, required=True)
    email = EmailAddress()
    web = WebAddress()
    at = Instant()


def load(name: str, written: str) -> Any:
    """The field's value for this JSON, read as a body is read."""
    return Everything(partial=True).load({name: decode(written.encode())})[name]


TAKEN = [
    ("amount", "12.5", Decimal("12.50")),
    ("amount", '"12.50"', Decimal("12.50")),
    ("amount", '"12"', Decimal("12.00")),
    ("amount", "12", Decimal("12.00")),
    ("amount", "12.500", Decimal("12.50")),
    ("amount", "1e3", Decimal("1000.00")),
    ("amount", "125e-2", Decimal("1.25")),
    ("amount", "0.01", Decimal("0.01")),
    ("amount", "9999999999.99", Decimal("9999999999.99")),
    ("amount", '"9999999999.99"', Decimal("9999999999.99")),
    ("whole", "1", 1),
    ("whole", "100", 100),
    ("whole", '"12"', 12),
    ("whole", "12.0", 12),
    ("whole", "1e2", 100),
    ("id", "9223372036854775807", 2**63 - 1),
    ("id", '"7"', 7),
    ("day", '"1900-01-01"', date(1900, 1, 1)),
    ("day", '"2200-12-31"', date(2200, 12, 31)),
    ("day", '"2024-02-29"', date(2024, 2, 29)),
    ("any_amount", "1.0005", Decimal("1.0005")),
    ("any_amount", "9999999999.99", Decimal("9999999999.99")),
    ("quantity", "0", Decimal(0)),
    ("quantity", "999999999999.9999", Decimal("999999999999.9999")),
    ("unit_value", "0.0000000001", Decimal("0.0000000001")),
    ("unit_value", '"999999999999.9999999999"', Decimal("999999999999.9999999999")),
    ("colour", '"Verde, sí"', Colour.GREEN),
    ("green", '"Verde, sí"', Colour.GREEN),
    ("currency", '"KWD"', Currency.KWD),
    ("flag", "true", True),
    ("flag", "false", False),
    ("flag", '"true"', True),
    ("flag", '"false"', False),
    ("line", '""', ""),
    ("line", '"áéíóú"', "áéíóú"),
    ("line", r'"\ud83d\ude00"', "😀"),
    ("line", r'"\u202e"', "\u202e"),
    ("email", '"ana@example.com"', "ana@example.com"),
    ("web", '"https://example.com/f?a=1#b"', "https://example.com/f?a=1#b"),
    ("web", '"http://[::1]:8080/"', "http://[::1]:8080/"),
]

NO_NUMBER = ("true", "false", "[]", "{}", '""', '"abc"', '"1_000"', '"٣"', '" 1"', '"1\\n"', '"1,5"', '"NaN"', "[1]")
REFUSED_NUMBERS = {
    "amount": (
        *NO_NUMBER,
        *("0", "-0", "-0.0", "-5", "0.001", "1.005", "1.001e0", '"1.005"', '"1.500"', '"+1"', '"1e3"', '"-1"'),
        *("10000000000", "9999999999.991", "1e10", "1e400", "1e-400", "-1e400", '"1e400"', '"Infinity"', '"-Infinity"'),
        *("0e99999", "1e99999", "1e-99999", "9" * 100, '"' + "9" * 5000 + '"'),
    ),
    "any_amount": (*NO_NUMBER, "0", "-1", "1.00005", '"1.00005"', "9999999999.991", "1e400", '"1e3"'),
    "quantity": (*NO_NUMBER, "-1", "-0.0", "1.00005", '"1.00005"', "1000000000000", "1e400", "1e-400", '"+1"'),
    "unit_value": (*NO_NUMBER, "-1", "1.00000000005", "1000000000000", "1e400", "1e-400", '"1e1"'),
    "whole": (*NO_NUMBER, "0", "-1", "101", "1.5", "1e400", "1e-400", "0e99999", "9" * 100, '"1.0"', '"+1"', '"1e1"'),
    "id": (*NO_NUMBER, "0", "-1", "1.5", "1e400", '"1e3"'),
}
REFUSED_OTHERS = {
    "day": (
        *('"2025-02-29"', '"0000-00-00"', '"2025-13-01"', '"2025-1-1"', '"20250101"', '"2025-01-01T00:00:00"'),
        *('"infinity"', '"1899-12-31"', '"2201-01-01"', '"10000-01-01"', '"24:00"', '"٢٠٢٥-01-01"', '""', '"today"'),
        *("5", "true", "[]", "{}", '"2025-W01-1"', '"2025-01-01 "'),
    ),
    "colour": ('"rojo"', '"RED"', '"Colour.RED"', '"Rojo "', '""', "1", "true", "[]", '["Rojo"]', "{}", r'"\ud800"'),
    "green": ('"Rojo"', '"RED"', "1"),
    "currency": ('"usd"', '"XAU"', '"XXX"', '"BGN"', '""', '" USD"', "1", "true", "[]", '["USD"]', "{}"),
    "flag": ('"True"', '"1"', '"yes"', '""', "1", "0", "1.0", "[]", "{}"),
    "line": ('"123456"', '"a\\u0000"', r'"\ud800"', r'"\udc00x"', "5", "1.5", "true", "[]", "{}"),
    "title": ('""', '" "', r'"\t\n"', r'"\u00a0"'),
    "email": ('""', '" "', '"ana"', '"@"', '"a@b"', '"a b@example.com"', '"a@example.com\\n"', "5", r'"a\u0000@b.co"'),
    "web": (
        *('""', '"example.com"', '"ftp://example.com"', '"javascript:alert(1)"', '"file:///etc/passwd"', '"//a.co"'),
        *('"http://"', '"http:///path"', '"https://exa mple.com"', '"http://a.co\\n"', '"http://[::1"', "5", "[]"),
        *('"http://:80/"', '"http://@/"', '"http://a.co:99999/"', '"http://a.co:port/"'),
    ),
}
REFUSED = [(name, text) for table in (REFUSED_NUMBERS, REFUSED_OTHERS) for name in table for text in table[name]]


@pytest.mark.parametrize("written", ["-5", '"-5.25"', "0"])
def test_the_message_about_an_amount_below_a_cent_is_about_its_size(written: str) -> None:
    with pytest.raises(ValidationError) as refused:
        load("amount", written)
    assert refused.value.normalized_messages() == {
        "amount": ["Must be greater than or equal to 0.01 and less than or equal to 9999999999.99."]
    }


@pytest.mark.parametrize(("name", "written", "value"), TAKEN)
def test_a_field_takes_its_own_kind_exactly(name: str, written: str, value: object) -> None:
    found = load(name, written)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("given", ["10000000000", '"99999999999.99"', "1e20"])
def test_an_amount_that_is_too_large_says_so(given: str) -> None:
    with pytest.raises(ValidationError) as refused:
        load("amount", given)
    assert refused.value.messages == {"amount": ["Must not be more than 9,999,999,999.99."]}


def test_an_amount_always_has_two_decimals() -> None:
    assert str(load("amount", "7")) == "7.00"


@pytest.mark.parametrize(("name", "written"), REFUSED)
def test_a_field_refuses_everything_else(name: str, written: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        load(name, written)
    assert list(refusal.value.normalized_messages()) == [name]


@pytest.mark.parametrize("name", [name for name in Everything().load_fields if name != "at"])
def test_null_is_refused_where_it_is_not_allowed(name: str) -> None:
    with pytest.raises(ValidationError):
        load(name, "null")


@pytest.mark.parametrize("written", ["9223372036854775808", '"9223372036854775808"', "1e30", "9" * 100])
def test_an_id_beyond_64_bits_is_not_found(written: str) -> None:
    with pytest.raises(NotFound):
        load("id", written)


def test_an_instant_is_given_out_only() -> None:
    with pytest.raises(ValidationError):
        Everything(partial=True).load({"at": datetime(2025, 1, 1, tzinfo=UTC).isoformat()})


@pytest.mark.parametrize("value", [1.5, float("nan"), float("inf")])
def test_a_binary_float_is_no_amount(value: float) -> None:
    with pytest.raises(ValidationError):
        Everything(partial=True).load({"amount": value})
