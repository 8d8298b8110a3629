"""Rows of a page give their total; the parts of a tax give the tax."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import CENT, Currency, round_worth, rounded_parts, smallest
from app.kernel.tax import tax_of_part, tax_within

amounts = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=6)
currencies = st.sampled_from([Currency.COP, Currency.JPY, Currency.KWD])


@given(st.lists(amounts, max_size=30), currencies)
def test_parts_give_their_rounded_sum_and_none_is_a_unit_away(parts: list[Decimal], currency: Currency) -> None:
    rounded = rounded_parts(parts, currency)
    assert sum(rounded, Decimal(0)) == round_worth(sum(parts, Decimal(0)), currency)
    assert all(abs(one - part) < smallest(currency) for one, part in zip(rounded, parts, strict=True))


@given(st.lists(st.integers(-(10**9), 10**9).map(lambda cents: cents * CENT), max_size=20))
def test_whole_units_stay(parts: list[Decimal]) -> None:
    assert rounded_parts(parts, Currency.COP) == parts


@given(st.lists(amounts.map(abs), max_size=20))
def test_negative_parts_are_rounded_like_positive_ones(parts: list[Decimal]) -> None:
    negative = rounded_parts([-part for part in parts], Currency.COP)
    assert negative == [-part for part in rounded_parts(parts, Currency.COP)]


@pytest.mark.parametrize(
    ("parts", "rounded"),
    [
        (["0.333", "0.333", "0.334"], ["0.33", "0.33", "0.34"]),
        (["0.005", "0.005"], ["0.01", "0.00"]),
        (["1.005", "1.004", "1.005"], ["1.01", "1.00", "1.00"]),
        (["-0.005", "-0.005"], ["-0.01", "0.00"]),
        (["2.509", "-1.004"], ["2.51", "-1.00"]),
        (
            ["0.0033333333333333333333", "0.0033333333333333333333", "0.0033333333333333333334"],
            ["0.01", "0.00", "0.00"],
        ),
    ],
)
def test_the_units_that_are_missing_go_to_the_largest_remainders_and_the_first_of_equal_ones(
    parts: list[str], rounded: list[str]
) -> None:
    found = rounded_parts([Decimal(part) for part in parts], Currency.COP)
    assert [str(one) for one in found] == rounded


def test_a_total_that_was_rounded_elsewhere_is_given_too() -> None:
    parts = [Decimal("0.504"), Decimal("0.004")]
    assert rounded_parts(parts, Currency.COP, Decimal("0.52")) == [Decimal("0.51"), Decimal("0.01")]


cents = st.integers(1, 10**9).map(lambda one: one * CENT)


@given(st.lists(cents, min_size=1, max_size=8), st.decimals(min_value=0, max_value=1, places=6))
def test_the_taxes_of_parts_come_to_the_tax(parts: list[Decimal], rate: Decimal) -> None:
    amount = sum(parts, Decimal(0))
    tax, before, shares = round_worth(amount * rate, Currency.COP), Decimal(0), []
    for part in parts:
        shares.append(tax_of_part(tax, amount, before, part, Currency.COP))
        before += part
    assert sum(shares, Decimal(0)) == tax
    assert all(0 <= share <= part + CENT for share, part in zip(shares, parts, strict=True))


@pytest.mark.parametrize(
    ("amount", "tax"), [("119", "19"), ("100", "15.97"), ("0.01", "0.00"), ("4400000", "702521.01")]
)
def test_the_tax_within_an_amount_that_includes_it(amount: str, tax: str) -> None:
    assert tax_within(Decimal(amount), Decimal("0.19"), Currency.COP) == Decimal(tax)
