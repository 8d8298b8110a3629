from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.currencies import Currency
from app.kernel.errors import Invalid
from app.kernel.periods import DateRange
from app.suites.personal.budgets.rules.limits import (
    ALERTS,
    Amount,
    Apply,
    BudgetPeriod,
    Calendar,
    Limit,
    Rollover,
    Tracking,
    amount_of_period,
    carried,
    changed_amounts,
    on_time_rate,
    overlapping,
    per_month,
    track,
)
from app.suites.personal.budgets.rules.words import alert_body

P = BudgetPeriod
D = Decimal
MARCH = DateRange(date(2026, 3, 1), date(2026, 3, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


def calendar(period: BudgetPeriod, start: str, end: str | None = None) -> Calendar:
    return Calendar(period, day(start), end and day(end))


def spans(periods) -> str:
    return " ".join(f"{one.start:%y%m%d}-{one.end:%y%m%d}" for one in periods)


@pytest.mark.parametrize(
    ("budget", "on", "expected"),
    [
        (calendar(P.MONTHLY, "2026-01-31"), "2026-02-27", "260131-260227"),
        (calendar(P.MONTHLY, "2026-01-31"), "2026-02-28", "260228-260330"),
        (calendar(P.MONTHLY, "2026-01-31"), "2026-03-31", "260331-260429"),
        (calendar(P.MONTHLY, "2026-01-15"), "2026-02-01", "260115-260214"),
        (calendar(P.YEARLY, "2024-02-29"), "2025-02-27", "240229-250227"),
        (calendar(P.YEARLY, "2024-02-29"), "2028-02-29", "280229-290227"),
        (calendar(P.WEEKLY, "2026-01-07"), "2026-01-20", "260114-260120"),  # Wednesdays, whatever the week starts on
        (calendar(P.DAILY, "2026-01-07"), "2026-01-20", "260120-260120"),
        (calendar(P.QUARTERLY, "2025-11-30"), "2026-02-28", "260228-260529"),
        (calendar(P.ONCE, "2026-01-05", "2026-01-25"), "2026-01-20", "260105-260125"),
        (calendar(P.MONTHLY, "2026-01-01", "2026-02-10"), "2026-02-01", "260201-260210"),
    ],
)
def test_a_period_is_reckoned_from_the_budgets_own_start(budget, on, expected):
    assert spans([budget.on(day(on))]) == expected


@pytest.mark.parametrize("on", ["2025-12-31", "2026-02-11"])
def test_there_is_no_period_before_the_start_or_after_the_end(on):
    assert calendar(P.MONTHLY, "2026-01-01", "2026-02-10").on(day(on)) is None
    assert calendar(P.ONCE, "2026-01-01", "2026-02-10").on(day(on)) is None


@given(
    st.sampled_from(P),
    st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    st.none() | st.integers(0, 900),
    st.dates(date(2019, 1, 1), date(2028, 12, 31)),
    st.integers(0, 400),
)
def test_periods_follow_each_other_without_a_gap(period, start, length, first, window):
    budget = Calendar(period, start, None if length is None else start + timedelta(length))
    last = first + timedelta(window)
    found = list(budget.between(first, last))
    for one, other in pairwise(found):
        assert one.end + timedelta(1) == other.start
    assert [one for one in found if budget.on(one.start) != one or budget.on(one.end) != one] == []
    ends = min(last, budget.end or last)
    assert bool(found) == (max(first, start) <= ends)
    if found:
        assert found[0].contains(max(first, start))
        assert found[-1].contains(ends)


def test_the_last_periods_end_with_that_of_the_day_or_the_budget():
    monthly = calendar(P.MONTHLY, "2026-01-31", "2026-04-10")
    assert spans(monthly.last_until(day("2026-03-30"), 2)) == "260131-260227 260228-260330"
    assert spans(monthly.last_until(day("2027-01-01"), 2)) == "260228-260330 260331-260410"
    assert monthly.last_until(day("2026-01-30"), 2) == []
    assert len(calendar(P.WEEKLY, "2020-01-01").last_until(day("2026-03-30"), 12)) == 12
    assert spans(calendar(P.ONCE, "2026-01-31", "2026-02-03").last_until(day("2026-09-01"), 12)) == "260131-260203"


HISTORY = [Amount(day("2026-03-01"), D(300)), Amount(day("2026-01-01"), D(100)), Amount(day("2026-02-01"), D(200))]


@pytest.mark.parametrize(
    ("period", "amount"),
    [("2025-12-01", 100), ("2026-01-01", 100), ("2026-02-01", 200), ("2026-02-28", 200), ("2026-08-01", 300)],
)
def test_the_amount_of_a_period_is_the_latest_set_for_it(period, amount):
    assert amount_of_period(HISTORY, day(period)) == amount


@pytest.mark.parametrize(
    ("apply", "today", "expected"),
    [
        (Apply.CURRENT, "2026-02-14", "100 100 50 50"),
        (Apply.NEXT, "2026-02-14", "100 100 200 50"),
        (Apply.ALL, "2026-02-14", "50 50 50 50"),
        (Apply.CURRENT, "2025-06-01", "50 50 50 50"),
        (Apply.NEXT, "2025-06-01", "100 100 50 50"),
        (Apply.CURRENT, "2027-06-01", "100 100 200 50"),  # after the end: the last period
    ],
)
def test_a_changed_amount_counts_from_the_period_that_is_chosen(apply, today, expected):
    budget = calendar(P.MONTHLY, "2026-01-01", "2026-03-31")
    changed = changed_amounts(HISTORY, D(50), apply, budget, day(today))
    amounts = [amount_of_period(changed, day(one)) for one in ("2025-12-01", "2026-01-01", "2026-02-01", "2026-03-01")]
    assert " ".join(map(str, amounts)) == expected


@pytest.mark.parametrize(
    "budget", [calendar(P.MONTHLY, "2026-01-01", "2026-02-28"), calendar(P.ONCE, "2026-01-01", "2026-09-28")]
)
def test_a_budget_in_its_last_period_has_no_next_one_to_change(budget):
    with pytest.raises(Invalid) as refused:
        changed_amounts(HISTORY, D(50), Apply.NEXT, budget, day("2026-02-14"))
    assert list(refused.value.errors) == ["apply"]


@pytest.mark.parametrize(
    ("rest", "rollover", "cap", "expected"),
    [
        (30, Rollover.NONE, None, 0),
        (-30, Rollover.NONE, None, 0),
        (30, Rollover.SURPLUS, None, 30),
        (-30, Rollover.SURPLUS, None, 0),
        (30, Rollover.DEFICIT, None, 0),
        (-30, Rollover.DEFICIT, None, -30),
        (30, Rollover.BOTH, 20, 20),
        (-30, Rollover.BOTH, 20, -30),
        (30, Rollover.DEFICIT, 20, 0),
    ],
)
def test_the_rest_rolls_over_by_its_sign_and_the_cap_limits_what_is_left(rest, rollover, cap, expected):
    assert carried(D(rest), rollover, cap and D(cap)) == expected


def test_each_period_keeps_its_amount_and_carries_the_rest_of_the_one_before():
    budget = calendar(P.MONTHLY, "2026-01-01")
    spent = {day("2026-01-01"): D(60), day("2026-02-01"): D(160), day("2026-03-01"): D(-5)}
    periods = budget.between(day("2026-01-01"), day("2026-04-01"))
    found = track(Limit([Amount(budget.start, D(100))], Rollover.BOTH), periods, spent)
    assert [(one.budgeted, one.carried, one.available, one.remaining) for one in found] == [
        (100, 0, 100, 40),
        (100, 40, 140, -20),
        (100, -20, 80, 85),
        (100, 85, 185, 185),
    ]


@pytest.mark.parametrize(
    ("budgeted", "carry", "spent", "status"),
    [
        (100, 0, "79.99", "on_track"),
        (100, 0, "80", "warning"),
        (100, 0, "100", "warning"),
        (100, 0, "100.01", "exceeded"),
        (100, -100, "0", "on_track"),
        (100, -100, "0.01", "exceeded"),
        (100, -150, "-50", "on_track"),
        (100, -150, "0", "exceeded"),
        (100, 100, "150", "on_track"),
        (100, 0, "-20", "on_track"),
    ],
)
def test_the_status_compares_spending_with_all_that_is_available(budgeted, carry, spent, status):
    assert Tracking(MARCH, D(budgeted), D(carry), D(spent)).status == status


@pytest.mark.parametrize(
    ("spent", "today", "pace"),
    [
        ("50", "2026-03-01", "0.4677"),
        ("50", "2026-03-31", "-0.5000"),
        ("50", "2026-05-31", "-0.5000"),
        ("50", "2026-02-01", "0.5000"),
        ("100", "2026-03-31", "0.0000"),
    ],
)
def test_the_pace_compares_the_share_spent_with_the_share_of_the_days(spent, today, pace):
    assert str(Tracking(MARCH, D(100), D(0), D(spent)).pace(day(today))) == pace


def test_there_is_no_pace_without_money():
    assert Tracking(MARCH, D(100), D(-100), D(1)).pace(MARCH.end) is None


@pytest.mark.parametrize(
    ("spent", "sent", "today", "levels"),
    [
        ("49.99", [], "2026-03-05", []),
        ("50", [], "2026-03-05", ["0.5"]),
        ("100", [], "2026-03-05", ["0.5", "0.8", "1.0"]),
        ("100", ["0.5", "0.8"], "2026-03-05", ["1.0"]),
        ("60", ["0.5"], "2026-03-05", []),
        ("100", [], "2026-03-31", ["0.5", "0.8", "1.0"]),
        ("100", [], "2026-04-01", []),
        ("100", [], "2026-02-01", ["0.5", "0.8", "1.0"]),
    ],
)
def test_each_level_is_told_once_and_never_for_a_past_period(spent, sent, today, levels):
    one = Tracking(MARCH, D(100), D(0), D(spent))
    assert one.crossed(ALERTS, [D(level) for level in sent], day(today)) == [D(level) for level in levels]


def test_without_money_any_spending_crosses_all_levels():
    assert Tracking(MARCH, D(100), D(-100), D(0)).crossed(ALERTS, [], MARCH.start) == []
    assert Tracking(MARCH, D(100), D(-100), D(1)).crossed(ALERTS, [], MARCH.start) == list(ALERTS)


def test_the_rate_of_periods_in_time_leaves_out_the_current_one():
    february = DateRange(day("2026-02-01"), day("2026-02-28"))
    january = DateRange(day("2026-01-01"), day("2026-01-31"))
    found = [Tracking(one, D(10), D(0), D(spent)) for one, spent in ((january, 10), (february, 11), (MARCH, 0))]
    assert str(on_time_rate(found, MARCH.end)) == "0.5000"
    assert on_time_rate(found[2:], MARCH.end) is None


@pytest.mark.parametrize(
    ("period", "share"),
    [(P.DAILY, "3041.67"), (P.WEEKLY, "433.33"), (P.MONTHLY, "100.00"), (P.QUARTERLY, "33.33"), (P.YEARLY, "8.33")],
)
def test_a_month_has_its_share_of_a_period(period, share):
    assert str(per_month(D(100), period, Currency.USD)) == share
    assert per_month(D(100), P.ONCE, Currency.USD) is None


@pytest.mark.parametrize(("budgets", "found"), [([{1, 2}, {3}], False), ([{1, 2}, {3}, {2, 4}], True), ([], False)])
def test_budgets_with_a_common_category_overlap(budgets, found):
    assert overlapping(budgets) is found


@pytest.mark.parametrize(
    ("spent", "currency", "shown"),
    [
        ("95.7", Currency.EUR, "Van 95,70 EUR de 1.200 EUR"),
        ("1450000", Currency.COP, "Van 1.450.000 COP de 1.200 COP"),
        ("0.5", Currency.KWD, "Van 0,500 KWD de 1.200 KWD"),
    ],
)
def test_an_alert_says_amounts_with_all_decimals_of_the_currency_or_none(spent, currency, shown):
    body = alert_body(Tracking(MARCH, D(1200), D(0), D(spent)), currency)
    assert body == f"{shown} entre el 01/03/2026 y el 31/03/2026."
