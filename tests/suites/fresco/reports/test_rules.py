"""Windows, taxes and recurring revenue."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import Currency
from app.kernel.recurrence import Frequency
from app.suites.fresco.projects.rules import Pause, RecurringFee, Subscription
from app.suites.fresco.reports.rules import Timeframe, changes, monthly_fee, taxes, window

FEE = RecurringFee(Decimal(1200), Currency.COP, Frequency.MONTHLY, None, 0, 0, Decimal(0))
TERMS = Subscription(1, 1, date(2026, 1, 10), None, FEE, ())
BRINGS = st.dictionaries(st.integers(1, 8), st.decimals(0, 10**9, places=2))


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        (Frequency.WEEKLY, Decimal(1200) * 52 / 12),
        (Frequency.SEMIMONTHLY, Decimal(2400)),
        (Frequency.MONTHLY, Decimal(1200)),
        (Frequency.BIMONTHLY, Decimal(600)),
        (Frequency.QUARTERLY, Decimal(400)),
        (Frequency.SEMIANNUAL, Decimal(200)),
        (Frequency.ANNUAL, Decimal(100)),
    ],
)
def test_a_fee_by_the_month(frequency: Frequency, expected: Decimal) -> None:
    assert monthly_fee(TERMS._replace(recurring=replace(FEE, frequency=frequency)), date(2026, 5, 1)) == expected


@pytest.mark.parametrize(
    ("change", "day", "expected"),
    [
        ({}, "2026-01-09", 0),  # not begun
        ({}, "2026-01-10", 1200),
        ({"recurring": None}, "2026-05-01", 0),
        ({"end": date(2026, 5, 1)}, "2026-05-01", 1200),
        ({"end": date(2026, 5, 1)}, "2026-05-02", 0),
        ({"pauses": (Pause(date(2026, 3, 1), date(2026, 4, 1)),)}, "2026-02-28", 1200),
        ({"pauses": (Pause(date(2026, 3, 1), date(2026, 4, 1)),)}, "2026-03-31", 0),
        ({"pauses": (Pause(date(2026, 3, 1), date(2026, 4, 1)),)}, "2026-04-01", 1200),
        ({"pauses": (Pause(date(2026, 3, 1), None),)}, "2030-01-01", 0),  # finished, cancelled or still paused
        ({"recurring": replace(FEE, grace_periods=2)}, "2026-02-10", 0),
        ({"recurring": replace(FEE, grace_periods=2)}, "2026-03-10", 1200),
        ({"recurring": replace(FEE, discount_periods=2, discount_percentage=Decimal(25))}, "2026-02-10", 900),
        ({"recurring": replace(FEE, discount_periods=2, discount_percentage=Decimal(25))}, "2026-03-10", 1200),
    ],
)
def test_recurring_revenue_on_a_day(change: dict[str, Any], day: str, expected: int) -> None:
    assert monthly_fee(TERMS._replace(**change), date.fromisoformat(day)) == expected


@given(BRINGS, BRINGS)
def test_changes_of_recurring_revenue_add_up(before: dict[int, Decimal], after: dict[int, Decimal]) -> None:
    found = changes(before, after)
    assert found.start + found.new + found.expansion - found.contraction - found.churn == found.end
    assert (found.start, found.end) == (sum(before.values()), sum(after.values()))
    assert min(found.new, found.expansion, found.contraction, found.churn) >= 0


@pytest.mark.parametrize(("gross", "expected"), [("1000", "350.00"), ("0", "0"), ("-1000", "0")])
def test_a_loss_is_not_taxed(gross: str, expected: str) -> None:
    assert taxes(Decimal(gross), Decimal("0.35")) == Decimal(expected)


@pytest.mark.parametrize(
    ("timeframe", "today", "first"),
    [
        (Timeframe.MONTH, "2026-02-28", "2026-02-01"),
        (Timeframe.QUARTER, "2026-06-30", "2026-04-01"),
        (Timeframe.QUARTER, "2026-10-01", "2026-10-01"),
        (Timeframe.YEAR_TO_DATE, "2026-01-01", "2026-01-01"),
        (Timeframe.YEAR, "2026-06-15", "2025-07-01"),
    ],
)
def test_windows_end_today(timeframe: Timeframe, today: str, first: str) -> None:
    found = window(timeframe, date.fromisoformat(today))
    assert (str(found.start), str(found.end)) == (first, today)
