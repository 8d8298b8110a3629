"""Targets, with the figures of the public documentation and tests that they follow."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.currencies import Currency
from app.kernel.periods import Month, MonthCalendar
from app.suites.personal.budgets.rules.applying import (
    FailedTarget,
    Mode,
    Target,
    apply_targets,
    close,
    shares,
)
from app.suites.personal.budgets.rules.targets import (
    Average,
    By,
    Cap,
    CapPeriod,
    Category,
    Copy,
    Money,
    Monthly,
    Past,
    Percent,
    PercentOf,
    Periodic,
    Recurring,
    Refill,
    Remainder,
    Spend,
)
from app.suites.personal.recurring.rules import Every, Frequency, Schedule

D = Decimal
USD = Currency.USD
RICH = D(10**6)


def month(text: str) -> Month:
    year, number = text.split("-")
    return Month(int(year), int(number))


def given_money(*rules, of="2025-01", category=None, available=RICH, priority=1, mode=Mode.FILL, **money):
    """Amounts that one category gets by these rules."""
    targets = [Target(place, 1, rule, priority) for place, rule in enumerate(rules, 1)]
    asked = Money(month(of), USD, D(available), **money)
    return apply_targets(targets, {1: category or Category()}, asked, mode)


def amount(*rules, **fields) -> str:
    return str(given_money(*rules, mode=Mode.OVERWRITE, **fields).assigned[1])


def weekly(each: int, interval: int, starting: str) -> Periodic:
    return Periodic(D(each), Every(Frequency.WEEKLY, interval), date.fromisoformat(starting))


@pytest.mark.parametrize(
    ("rule", "balance", "expected"),
    [
        (Monthly(D(50)), "80", "50.00"),
        (Monthly(D(50), Cap(D(100))), "80", "20.00"),
        (Monthly(D(50), Cap(D(100))), "20", "50.00"),
        (Monthly(D(50), Cap(D(100))), "130", "-30.00"),
        (Monthly(D(50), Cap(D(100), hold=True)), "130", "0.00"),
        (Refill(Cap(D(150))), "10", "140.00"),
        (Refill(Cap(D(150))), "-20", "170.00"),
        (Refill(Cap(D(150))), "200", "-50.00"),
        (Refill(Cap(D(150), hold=True)), "200", "0.00"),
        (Refill(Cap(D(10), CapPeriod.DAY)), "0", "310.00"),
        (Refill(Cap(D(100), CapPeriod.WEEK, date(2024, 1, 1))), "0", "400.00"),
        (By(D(10000), Month(2025, 12)), "0", "833.33"),
        (By(D(10000), Month(2025, 12)), "1500", "708.33"),
        (By(D(10000), Month(2025, 1)), "9999", "1.00"),
        (By(D(10000), Month(2025, 1)), "20000", "0.00"),
        (By(D(1200), Month(2024, 12), repeat=12), "0", "100.00"),
        (By(D(1200), Month(2023, 1), repeat=12), "200", "1000.00"),
    ],
)
def test_the_amount_depends_on_the_balance(rule, balance, expected):
    assert amount(rule, category=Category(D(balance))) == expected


def test_a_cap_of_weeks_counts_the_weeks_that_start_in_the_month():
    assert amount(Refill(Cap(D(100), CapPeriod.WEEK, date(2024, 1, 1))), of="2024-01") == "500.00"


@pytest.mark.parametrize(
    ("balance", "expected"), [("0", "666.67"), ("5", "665.00"), ("1500", "250.00"), ("-100", "700.00")]
)
def test_of_several_amounts_the_nearest_gets_the_saved_money(balance, expected):
    rules = By(D(2000), Month(2025, 6)), By(D(1000), Month(2025, 3))
    assert amount(*rules, category=Category(D(balance))) == expected


def test_a_day_that_is_past_for_good_is_an_error_and_the_others_are_applied():
    rules = By(D(1), Month(2024, 12)), Spend(D(1), Month(2024, 12), Month(2024, 11)), Monthly(D(7))
    found = given_money(*rules)
    assert found.assigned == {1: 7}
    assert found.errors == [FailedTarget(1, "target_past"), FailedTarget(2, "target_past")]


@pytest.mark.parametrize(
    ("rule", "of", "expected"),
    [
        (Spend(D(1000), Month(2024, 1), Month(2023, 11)), "2024-01", "600.00"),
        (Spend(D(1000), Month(2023, 1), Month(2022, 11), repeat=12), "2024-01", "600.00"),
        (Spend(D(1000), Month(2024, 1), Month(2024, 1)), "2024-01", "700.00"),
        (Spend(D(1000), Month(2024, 4), Month(2023, 11)), "2024-01", "150.00"),
    ],
)
def test_money_spent_in_the_window_counts_as_saved(rule, of, expected):
    # In November 100 were spent and 200 left, in December 100 were assigned: 300 are carried to January.
    past = {Month(2023, 10): Past(D(0), D(-77)), Month(2023, 11): Past(D(300), D(-100)), Month(2023, 12): Past(D(100))}
    assert amount(rule, of=of, category=Category(D(300), past=past)) == expected


@pytest.mark.parametrize(
    ("rule", "of", "expected"),
    [
        (weekly(10, 1, "2025-01-06"), "2025-03", "50.00"),
        (weekly(100, 2, "2024-01-01"), "2024-01", "300.00"),
        (weekly(100, 7, "2023-12-04"), "2024-01", "100.00"),
        (Periodic(D(100), Every(Frequency.DAILY, 10), date(2024, 1, 1)), "2024-01", "400.00"),
        (Periodic(D(100), Every(Frequency.MONTHLY, 2), date(2025, 1, 1)), "2025-02", "0.00"),
        (Periodic(D(100), Every(Frequency.MONTHLY, 2), date(2025, 1, 1)), "2025-03", "100.00"),
        (Periodic(D(100), Every(Frequency.MONTHLY)), "2025-03", "100.00"),
        (weekly(100, 1, "2026-01-05"), "2025-12", "0.00"),
        (Periodic(D(100), Every(Frequency.WEEKLY), date(2025, 1, 6), Cap(D(250))), "2025-01", "250.00"),
    ],
)
def test_a_periodic_amount_counts_each_of_its_days_in_the_month(rule, of, expected):
    assert amount(rule, of=of) == expected


def test_days_are_those_of_the_books_own_months():
    rule = weekly(10, 1, "2025-01-06")
    assert amount(rule, of="2025-02", calendar=MonthCalendar(27)) == "50.00"  # from 27 January to 26 February
    assert amount(Refill(Cap(D(1), CapPeriod.DAY)), of="2025-02", calendar=MonthCalendar(27)) == "31.00"


@pytest.mark.parametrize(
    ("percent", "of", "expected"),
    [
        (10, PercentOf.INCOME, "200.00"),
        (10, 7, "190.00"),
        (10, 8, "0.00"),
        (10, PercentOf.AVAILABLE, "150.00"),
        (10, PercentOf.LAST_MONTH, "120.00"),
        ("33.333", PercentOf.INCOME, "666.66"),
    ],
)
def test_a_percentage_is_of_income_of_a_category_of_what_is_available_or_of_last_month(percent, of, expected):
    sums = {"income": D(2000), "income_last_month": D(1200), "income_by_category": {7: D(1900)}, "available": 1500}
    assert amount(Percent(D(percent), of), **sums) == expected


TAXES = Schedule(date(2025, 5, 15), Every(Frequency.YEARLY))
ENDED = Schedule(date(2025, 5, 15), Every(Frequency.YEARLY), end=date(2025, 5, 15))


@pytest.mark.parametrize(
    ("rule", "of", "expected"),
    [
        (Recurring(D(2400), TAXES), "2025-01", "200.00"),
        (Recurring(D(2400), TAXES), "2025-05", "200.00"),
        (Recurring(D(2400), TAXES), "2025-06", "200.00"),
        (Recurring(D(2400), TAXES), "2024-05", "0.00"),  # a whole year before there are eleven months to go
        (Recurring(D(2400), TAXES), "2024-06", "200.00"),
        (Recurring(D(2400), ENDED), "2025-06", "0.00"),
        (Recurring(D(15), TAXES, full=True), "2025-05", "15.00"),
        (Recurring(D(15), TAXES, full=True, adjust_amount=D(2)), "2025-04", "0.00"),
        (
            Recurring(D(1000), Schedule(date(2025, 1, 1), Every(Frequency.MONTHLY)), adjust_percent=D(20)),
            "2025-01",
            "1200.00",
        ),
        (Recurring(D(10), Schedule(date(2025, 1, 6), Every(Frequency.WEEKLY))), "2025-03", "50.00"),
        (
            Recurring(D(300), Schedule(date(2025, 1, 6), Every(Frequency.QUARTERLY)), adjust_amount=D(-1)),
            "2025-03",
            "99.00",
        ),
    ],
)
def test_a_recurring_transaction_is_saved_for_by_its_share_of_a_month_or_paid_in_full(rule, of, expected):
    assert amount(rule, of=of) == expected


PAST = {
    Month(2024, 12): Past(D(11), D("-3.00")),
    Month(2024, 11): Past(D(12), D("2.00")),
    Month(2024, 10): Past(D(13), D("-1.00")),
    Month(2024, 1): Past(D(99)),
}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Average(3), "0.67"),
        (Average(1), "3.00"),
        (Average(1, adjust_percent=D(10)), "3.30"),
        (Average(1, adjust_percent=D(-10)), "2.70"),
        (Average(1, adjust_amount=D(10)), "13.00"),
        (Average(1, adjust_amount=D(-10)), "0.00"),
        (Average(12), "0.17"),
        (Copy(12), "99.00"),
        (Copy(1), "11.00"),
        (Copy(24), "0.00"),
    ],
)
def test_an_average_is_of_spending_and_a_copy_of_the_assignment(rule, expected):
    assert amount(rule, category=Category(past=PAST)) == expected


def assigned(targets, available, categories=None, mode=Mode.FILL):
    found = apply_targets(
        targets, categories or {1: Category(), 2: Category()}, Money(Month(2025, 1), USD, D(available)), mode
    )
    return [f"{one:.2f}" for one in found.assigned.values()], f"{found.left:.2f}"


@pytest.mark.parametrize(
    ("priorities", "available", "expected"),
    [
        ((1, 2), 150, (["100.00", "50.00"], "0.00")),
        ((2, 1), 150, (["0.00", "150.00"], "0.00")),
        ((1, 1), 150, (["100.00", "50.00"], "0.00")),
        ((0, 1), 50, (["100.00", "0.00"], "-50.00")),
        ((0, 0), 0, (["100.00", "200.00"], "-300.00")),
        ((1, 1), -5, (["0.00", "0.00"], "-5.00")),
    ],
)
def test_only_priority_0_assigns_more_than_there_is(priorities, available, expected):
    targets = [Target(1, 1, Monthly(D(100)), priorities[0]), Target(2, 2, Monthly(D(200)), priorities[1])]
    assert assigned(targets, available) == expected


def test_the_goal_stays_the_whole_amount_that_the_targets_want():
    targets = [Target(1, 1, Monthly(D(100))), Target(2, 1, Monthly(D(200)), 2)]
    found = apply_targets(targets, {1: Category()}, Money(Month(2025, 1), USD, D(150)))
    assert (found.assigned, found.goals) == ({1: D(150)}, {1: D(300)})


def test_within_a_priority_the_order_is_that_of_the_tree_then_the_id():
    targets = [Target(1, 1, Monthly(D(100))), Target(2, 2, Monthly(D(100)))]
    found = apply_targets(targets, {2: Category(), 1: Category()}, Money(Month(2025, 1), USD, D(150)))
    assert found.assigned == {2: 100, 1: 50}


@pytest.mark.parametrize(
    ("mode", "before", "expected"),
    [
        (Mode.FILL, "30", ("50.00", "80.00")),
        (Mode.FILL, "70", ("70.00", "100.00")),
        (Mode.FILL, "-30", ("50.00", "20.00")),
        (Mode.OVERWRITE, "70", ("50.00", "120.00")),
        (Mode.OVERWRITE, "30", ("50.00", "80.00")),
    ],
)
def test_filling_never_lowers_and_overwriting_replaces(mode, before, expected):
    (got,), left = assigned([Target(1, 1, Monthly(D(50)))], 100, {1: Category(assigned=D(before))}, mode)
    assert (got, left) == expected


def test_the_excess_above_a_cap_is_taken_back_only_if_overwritten():
    category = {1: Category(D(200), assigned=D(10))}
    assert assigned([Target(1, 1, Refill(Cap(D(150))))], 100, category) == (["10.00"], "100.00")
    assert assigned([Target(1, 1, Refill(Cap(D(150))))], 100, category, Mode.OVERWRITE) == (["-50.00"], "160.00")


def test_a_cap_counts_all_that_the_category_gets():
    targets = [Target(1, 1, Monthly(D(50))), Target(2, 1, Monthly(D(40), Cap(D(70))))]
    assert assigned(targets, 100, {1: Category(D(5))}) == (["65.00"], "35.00")


def test_the_remainder_is_shared_by_weight_after_all_priorities():
    targets = [
        Target(1, 1, Remainder(D(2)), 0),
        Target(2, 2, Remainder()),
        Target(3, 2, Monthly(D(10)), 9),
    ]
    assert assigned(targets, 100) == (["60.00", "40.00"], "0.00")


def test_a_capped_remainder_leaves_its_share_to_the_others():
    targets = [Target(1, 1, Remainder(D(9), Cap(D(25)))), Target(2, 2, Remainder())]
    assert assigned(targets, 100, {1: Category(D(5)), 2: Category()}) == (["20.00", "80.00"], "0.00")


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        ("100", "1 1 1", "33.33 33.33 33.34"),  # the last cent goes to the last one
        ("0.02", "1 1 1 1 1", "0.00 0.00 0.00 0.01 0.01"),
        ("100", "1 1 2 2 4", "10.00 10.00 20.00 20.00 40.00"),
        ("10", "1 2 4", "1.43 2.86 5.71"),
    ],
)
def test_shares_add_up_and_odd_cents_go_to_those_that_lost_most(total, weights, expected):
    by_weight = {place: D(one) for place, one in enumerate(weights.split())}
    found = shares(D(total), by_weight, {}, USD)
    assert " ".join(str(found[place]) for place in by_weight) == expected


AMOUNTS = st.integers(0, 10**6).map(lambda cents: D(cents) / 100)


@given(AMOUNTS, st.lists(st.tuples(st.integers(1, 9), st.none() | AMOUNTS), max_size=6))
def test_shares_are_exact_whatever_the_room(total, parts):
    weights = {place: D(weight) for place, (weight, _) in enumerate(parts)}
    rooms = {place: room for place, (_, room) in enumerate(parts)}
    found = shares(total, weights, rooms, USD)
    most = sum((room for room in rooms.values() if room is not None), D(0)) if None not in rooms.values() else total
    assert sum(found.values(), D(0)) == (min(total, most) if parts else 0)
    assert [
        place for place, part in found.items() if part < 0 or (rooms[place] is not None and part > rooms[place])
    ] == []


RULES = st.one_of(
    st.builds(Monthly, AMOUNTS, st.none() | st.builds(Cap, AMOUNTS, hold=st.booleans())),
    st.builds(Refill, st.builds(Cap, AMOUNTS, hold=st.booleans())),
    st.builds(By, AMOUNTS, st.builds(Month, st.just(2025), st.integers(1, 12)), st.none() | st.just(12)),
    st.builds(Percent, AMOUNTS.map(lambda one: one % 100), st.sampled_from(PercentOf)),
    st.builds(Remainder, st.integers(1, 3).map(D), st.none() | st.builds(Cap, AMOUNTS)),
)
SIGNED = st.integers(-(10**5), 10**5).map(lambda cents: D(cents) / 100)


@given(
    st.lists(st.tuples(st.integers(1, 4), RULES, st.integers(1, 3)), max_size=8),
    st.lists(st.tuples(SIGNED, SIGNED), min_size=4, max_size=4),
    SIGNED,
    st.sampled_from(Mode),
)
def test_targets_give_only_what_is_there_and_lose_nothing(rules, states, available, mode):
    categories = {place: Category(balance, before) for place, (balance, before) in enumerate(states, 1)}
    targets = [Target(id_, category, rule, priority) for id_, (category, rule, priority) in enumerate(rules)]
    found = apply_targets(targets, categories, Money(Month(2025, 3), USD, available, D(500)), mode)
    before = {id_: categories[id_].assigned for id_ in found.assigned}
    assert found.left == available + sum(before.values()) - sum(found.assigned.values())
    # What was above a cap is given back, so only below zero may stay as it is.
    assert found.left >= min(0, available + (sum(before.values()) if mode is Mode.OVERWRITE else 0))
    if mode is Mode.FILL:
        assert [id_ for id_, one in found.assigned.items() if one < before[id_]] == []


def test_at_the_end_of_a_month_sources_give_overspent_ones_are_filled_and_sinks_share_the_rest():
    available = {1: D(60), 2: D(-40), 3: D(-5), 4: D(0), 5: D(7), 6: D(0)}
    found = close(available, D(10), sources={1, 3}, sinks={4: D(1), 6: D(2)}, currency=USD)
    assert found.changes == {1: D(-60), 2: D(40), 3: D(5), 4: D("8.33"), 6: D("16.67")}
    assert found.left == 0


def test_too_little_at_the_end_of_a_month_fills_in_the_order_of_the_tree():
    found = close({2: D(-40), 1: D(-40)}, D(50), sources=set(), sinks={3: D(1)}, currency=USD)
    assert (found.changes, found.left) == ({2: 40, 1: 10}, 0)
    assert close({1: D(-40)}, D(-50), sources=set(), sinks={3: D(1)}, currency=USD).changes == {}
