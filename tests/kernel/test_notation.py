"""Days and numbers as people write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.notation import Ambiguous, common_decimal_sign, day_in, decimal_sign_of, plain_number


def written(amount: Decimal, sign: str) -> str:
    """The amount with groups of thousands."""
    text = f"{amount:,.2f}"
    return text if sign == "." else text.translate(str.maketrans(",.", ".,"))


@given(st.decimals(0, 9_999_999_999, places=2), st.sampled_from(".,"))
def test_an_amount_is_read_as_it_is_written_in_either_notation(amount: Decimal, sign: str) -> None:
    for text in (written(amount, sign), f"$ {written(amount, sign)}", f"{amount:f}".replace(".", sign)):
        assert Decimal(plain_number(text, sign)) == amount
        assert Decimal(plain_number(text, None)) == amount


@pytest.mark.parametrize(
    ("text", "sign"),
    [("1.500.000", ","), ("1,500,000", "."), ("12,5", ","), ("0.125", "."), ("1.500", None), ("7", None), ("x", None)],
)
def test_the_decimal_sign_that_a_notation_tells(text: str, sign: str | None) -> None:
    assert decimal_sign_of(text) == sign


def test_a_number_that_tells_nothing_is_read_as_the_others() -> None:
    assert common_decimal_sign(["1.500", "12,50"]) == ","
    assert plain_number("1.500", ",") == "1500"
    assert plain_number("1.500", ".") == "1.500"
    assert common_decimal_sign(["12.5", "12,5", "x"]) is None
    with pytest.raises(Ambiguous):
        plain_number("1.500", None)


@given(st.dates(date(1900, 1, 1)))
def test_a_day_is_read_in_both_notations(day: date) -> None:
    for text in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day:%Y}", f"{day:%d-%m-%Y} 00:00"):
        assert day_in(text) == day.isoformat()


@pytest.mark.parametrize("text", ["12/31", "31/12/25", "hoy", "2025/01/31", "-5", "1e5", "(100)"])
def test_anything_else_stays_for_the_shape_to_refuse(text: str) -> None:
    assert day_in(text) == text
    assert plain_number(text, ".") == text
