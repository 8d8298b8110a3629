"""Projection of the balance, and shares of a sum."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.cashflow.rules import BreakEven, Flow, outlook, ratio, shares

TODAY = date(2026, 6, 15)
AMOUNTS = st.lists(st.decimals(0, 10**10, places=2), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("balance", "income", "expenses", "runway", "day", "kind"),
    [
        ("0", "0", "0", None, None, None),  # no data at all
        ("100", "100", "0", None, None, None),  # only income
        ("-100", "0", "100", "0", None, None),  # only expenses: in debt and sinking, it never comes back
        ("0", "0", "100", "0", TODAY, BreakEven.DEPLETION),  # nothing left as of today
        ("1200", "100", "200", "12", date(2027, 6, 15), BreakEven.DEPLETION),  # burning: a year, of 365 days
        ("10", "0", "1000", "0.01", TODAY, BreakEven.DEPLETION),  # a third of a day is today
        ("50", "0", "1000", "0.05", date(2026, 6, 17), BreakEven.DEPLETION),  # one day and a half, half up
        ("-1200", "200", "100", None, date(2027, 6, 15), BreakEven.RECOVERY),  # in debt and recovering
        ("-1200", "100", "100", None, None, None),  # in debt and standing still
        ("500", "200", "100", None, None, None),  # earning
        ("1000000", "0", "0.01", "100000000", None, None),  # so far away that it never is
        ("2099", "0", "1", "2099", None, None),  # beyond the year 2200
        ("2094", "0", "1", "2094", date(2200, 11, 3), BreakEven.DEPLETION),  # before its end
    ],
)
def test_projection_of_the_balance(
    balance: str, income: str, expenses: str, runway: str | None, day: date | None, kind: BreakEven | None
) -> None:
    ahead = outlook(Decimal(balance), Flow(Decimal(income), Decimal(expenses)), TODAY)
    assert ahead.runway == (None if runway is None else Decimal(runway))
    assert (ahead.break_even_date, ahead.break_even_kind) == (day, kind)
    assert ahead.burn_rate == Decimal(expenses) - Decimal(income)
    assert ahead.gross_burn_rate == Decimal(expenses)


@given(AMOUNTS)
def test_shares_add_up_to_exactly_one_and_are_within_a_step_of_exact(amounts: list[Decimal]) -> None:
    total, found = sum(amounts), shares(amounts)
    if total == 0:
        assert found == [None] * len(amounts)
        return
    assert sum(share for share in found if share is not None) == 1
    for amount, share in zip(amounts, found, strict=True):
        assert share is not None
        assert share >= 0
        assert abs(share - amount / total) < Decimal("0.0001")


def test_three_thirds_are_one() -> None:
    assert shares([Decimal(1)] * 3) == [Decimal("0.3334"), Decimal("0.3333"), Decimal("0.3333")]
    assert shares([]) == []


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [("1", "3", "0.3333"), ("2", "3", "0.6667"), ("-1", "8", "-0.1250"), ("5", "0", None), ("0", "5", "0")],
)
def test_a_ratio_of_nothing_has_no_meaning(part: str, whole: str, expected: str | None) -> None:
    assert ratio(Decimal(part), Decimal(whole)) == (None if expected is None else Decimal(expected))
