from decimal import ROUND_DOWN, Decimal, InvalidOperation, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.money import (
    CENT,
    MAX_AMOUNT,
    MOST_DIGITS,
    Currency,
    after_discount,
    amount_of,
    equal_parts,
    round_cents,
    round_money,
    round_worth,
)
from tests.soak import SOAK

COP, JPY, KWD, CLF = Currency.COP, Currency.JPY, Currency.KWD, Currency.CLF

amounts = st.decimals(min_value=0, max_value=MAX_AMOUNT, places=2)
totals = amounts | st.integers(0, 200).map(lambda cents: cents * CENT)  # few cents are the hard case
percentages = st.decimals(min_value=0, max_value=100, places=2)
not_numbers = pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")])


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("1.005", "1.01"),
        ("1.015", "1.02"),
        ("1.0049999999999999999999999999999999", "1.00"),
        ("2.675", "2.68"),
        ("0.004", "0.00"),
        ("-1.005", "-1.01"),
        ("-1.004", "-1.00"),
        ("7", "7.00"),
        ("9999999999.985", "9999999999.99"),
        ("12345678901234567890123456789012345678.005", "12345678901234567890123456789012345678.01"),
    ],
)
def test_half_a_cent_rounds_away_from_zero(value, rounded):
    assert str(round_cents(Decimal(value))) == rounded


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.00499999999999999998", "0.01"), ("0.00499999999", "0.00"), ("-0.00499999999999999998", "-0.01")],
)
def test_sums_of_conversions_round_without_the_last_digits_of_quotients(value, rounded):
    assert str(round_worth(Decimal(value), COP)) == rounded  # the first is six times 2.50 / 3000


@pytest.mark.parametrize("value", ["-0.004", "-0", "-0.0000001"])
def test_zero_has_no_sign(value):
    assert str(round_cents(Decimal(value))) == "0.00"


@not_numbers
def test_a_nan_can_not_be_rounded(value):
    with pytest.raises(ValueError, match="not an amount"):
        round_cents(value)


def test_an_absurdly_large_value_is_not_rounded_silently():
    with pytest.raises(InvalidOperation):
        round_cents(Decimal("1e400"))


@given(st.decimals(min_value=-MAX_AMOUNT, max_value=MAX_AMOUNT, allow_nan=False, places=9))
def test_rounding_moves_a_value_by_half_a_cent_at_most(value):
    assert abs(round_cents(value) - value) <= CENT / 2


@pytest.mark.parametrize(
    ("total", "n", "parts"),
    [
        ("1000000.00", 3, ["333333.34", "333333.33", "333333.33"]),
        ("100", 3, ["33.34", "33.33", "33.33"]),
        ("100.01", 3, ["33.34", "33.34", "33.33"]),
        ("100.02", 3, ["33.34", "33.34", "33.34"]),
        ("0.01", 3, ["0.01", "0.00", "0.00"]),
        ("5.5", 1, ["5.50"]),
        ("9999999999.99", 2, ["5000000000.00", "4999999999.99"]),
    ],
)
def test_the_odd_cents_go_to_the_first_parts(total, n, parts):
    assert [str(part) for part in equal_parts(Decimal(total), n, COP)] == parts


@settings(max_examples=500 if SOAK else 100)
@given(totals)
def test_1_to_120_parts_add_up_to_the_total_differ_by_a_cent_at_most_and_come_largest_first(total):
    for n in range(1, 121):
        parts = equal_parts(total, n, COP)

        assert len(parts) == n
        assert sum(parts) == total
        assert parts[0] - parts[-1] in (0, CENT)
        assert parts == sorted(parts, reverse=True)


@pytest.mark.parametrize("total", ["1.005", "0.001", "9999999999.999"])
def test_a_total_with_more_than_two_decimals_can_not_be_divided(total):
    with pytest.raises(ValueError, match="more decimals than COP"):
        equal_parts(Decimal(total), 2, COP)


def test_trailing_zeros_are_not_decimals():
    assert equal_parts(Decimal("1.000"), 2, COP) == [Decimal("0.50")] * 2


@pytest.mark.parametrize("n", [0, -1])
def test_there_is_at_least_one_part(n):
    with pytest.raises(ValueError, match=r"^there must be at least one part$"):
        equal_parts(Decimal(1), n, COP)


@not_numbers
def test_a_nan_can_not_be_divided(value):
    with pytest.raises(ValueError, match="not an amount"):
        equal_parts(value, 2, COP)


@pytest.mark.parametrize(
    ("amount", "percentage", "left"),
    [
        ("100.00", "0", "100.00"),
        ("100.00", "100", "0.00"),
        ("99.99", "10", "89.99"),
        ("0.01", "50", "0.01"),
        ("0.03", "50", "0.02"),
        ("1.01", "50", "0.51"),
        ("9999999999.99", "33.33", "6666999999.99"),
        ("1500000", "12.5", "1312500.00"),
    ],
)
def test_a_discounted_amount_is_rounded_half_up_to_the_cent(amount, percentage, left):
    assert str(after_discount(Decimal(amount), Decimal(percentage), COP)) == left


@given(amounts, percentages)
def test_a_discount_is_exact_to_half_a_cent(amount, percentage):
    hundredths_of_cents = int(amount * 100) * int(10000 - percentage * 100)
    assert after_discount(amount, percentage, COP) == (hundredths_of_cents + 5000) // 10000 * CENT


@pytest.mark.parametrize("percentage", ["-0.01", "100.01", "NaN", "Infinity"])
def test_a_discount_is_between_0_and_100_percent(percentage):
    with pytest.raises(ValueError, match="not a percentage"):
        after_discount(Decimal(100), Decimal(percentage), COP)


def test_the_callers_decimal_context_changes_nothing():
    with localcontext(prec=3, rounding=ROUND_DOWN):
        rounded = round_cents(Decimal("1234567.895"))
        worth = round_worth(Decimal("1234567.89499999999999998"), COP)
        parts = equal_parts(Decimal("1234567.89"), 2, COP)
        discounted = after_discount(Decimal("9876543.21"), Decimal("12.5"), COP)

    assert str(rounded) == "1234567.90"
    assert str(worth) == "1234567.90"
    assert [str(part) for part in parts] == ["617283.95", "617283.94"]
    assert str(discounted) == "8641975.31"


def test_currencies_are_those_of_iso_in_force_without_metals_and_codes_for_none():
    assert len(Currency) == 172
    assert {"COP", "USD", "EUR", "MXN", "PEN", "XOF", "ZWG", "XCG"} <= set(Currency)
    assert not {"XAU", "XAG", "XPT", "XPD", "XXX", "XTS", "BGN", "HRK", "ANG", "VEF", "ZWL"} & set(Currency)
    assert all(len(code) == 3 and code.isupper() and code == code.name for code in Currency)


def test_each_currency_has_its_own_decimals():
    whole = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF"}
    whole |= {"XOF", "XPF"}
    by_digits = {digits: {str(one) for one in Currency if one.digits == digits} for digits in range(MOST_DIGITS + 1)}
    assert by_digits[0] == whole
    assert by_digits[1] == set()
    assert by_digits[3] == {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
    assert by_digits[4] == {"CLF", "UYW"}
    assert sum(map(len, by_digits.values())) == len(Currency)


@pytest.mark.parametrize(
    ("value", "currency", "rounded"),
    [
        ("2.5", JPY, "3"),
        ("-2.5", JPY, "-3"),
        ("-0.4", JPY, "0"),
        ("1.2345", KWD, "1.235"),
        ("1.2344999999999999", KWD, "1.234"),
        ("1.00005", CLF, "1.0001"),
        ("1.005", COP, "1.01"),
    ],
)
def test_an_amount_is_rounded_to_the_decimals_of_its_currency(value, currency, rounded):
    assert str(round_money(Decimal(value), currency)) == rounded


def test_parts_and_discounts_are_in_the_units_of_the_currency():
    assert equal_parts(Decimal(100), 3, JPY) == [34, 33, 33]
    assert [str(part) for part in equal_parts(Decimal("0.010"), 3, KWD)] == ["0.004", "0.003", "0.003"]
    assert str(after_discount(Decimal(101), Decimal(50), JPY)) == "51"
    with pytest.raises(ValueError, match="more decimals than JPY"):
        equal_parts(Decimal("1.5"), 2, JPY)


def test_a_quantity_at_a_unit_value_is_rounded_once():
    assert str(amount_of(Decimal("3.3333"), Decimal("0.0015000000"), COP)) == "0.00"
    assert str(amount_of(Decimal("1000.5000"), Decimal("1.2345678901"), COP)) == "1235.19"
    assert str(amount_of(Decimal(3), Decimal("0.5"), JPY)) == "2"
    with localcontext(prec=3):
        assert str(amount_of(Decimal("999999999999.9999"), Decimal("0.0000000001"), COP)) == "100.00"
