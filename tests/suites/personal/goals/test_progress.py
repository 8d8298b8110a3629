from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.currencies import Currency
from app.kernel.errors import Conflict
from app.kernel.periods import Month
from app.suites.personal.goals.rules.progress import (
    Claim,
    Contributions,
    Goal,
    is_on_track,
    paid_off,
    projected_date,
    require_not_below_zero,
    required_monthly,
    rounding_up,
    shares_of_account,
)

D = Decimal
USD = Currency.USD
TODAY = date(2026, 3, 10)
NONE_YET = Contributions({})
THIS_MONTH = Contributions({Month(2026, 3): D(1)})


def goal(current="0", due: str | None = "2026-12-31", target="1000", **fields) -> Goal:
    return Goal(D(target), D(current), date(2026, 1, 1), due and date.fromisoformat(due), **fields)


def monthly(*amounts: int, this_month=0) -> Contributions:
    """Contributions of the months before March 2026, the last one last."""
    months = [Month(2026, 3).plus(-back) for back in range(len(amounts), 0, -1)]
    return Contributions({**dict(zip(months, map(D, amounts), strict=True)), Month(2026, 3): D(this_month)})


@pytest.mark.parametrize(
    ("due", "contributions", "current", "required"),
    [
        ("2026-12-31", NONE_YET, "0", "100.00"),  # March to December
        ("2026-12-01", THIS_MONTH, "0", "111.11"),  # April to December
        ("2026-12-31", NONE_YET, "999.95", "0.01"),  # half a cent is rounded up
        ("2026-03-10", NONE_YET, "400", "600.00"),
        ("2026-03-31", THIS_MONTH, "400", "600.00"),
        ("2026-12-31", NONE_YET, "1200", "0.00"),
        ("2026-03-09", NONE_YET, "400", None),
        (None, NONE_YET, "400", None),
    ],
)
def test_the_current_month_counts_if_nothing_was_contributed_in_it(due, contributions, current, required):
    found = required_monthly(goal(current, due), contributions, TODAY, USD)
    assert (found if found is None else str(found)) == required


@pytest.mark.parametrize(
    ("due", "current", "overdue"),
    [("2026-03-09", "9", True), ("2026-03-10", "9", False), ("2026-03-09", "1000", False), (None, "9", False)],
)
def test_a_goal_is_overdue_from_the_day_after_its_target_unless_it_is_reached(due, current, overdue):
    assert goal(current, due).overdue(TODAY) is overdue


@pytest.mark.parametrize(
    ("contributions", "current", "projected"),
    [
        (monthly(50, 50, 50, 50, 50, 50), "900", "2026-04-30"),  # March and April
        (monthly(50, 50, 50, 50, 50, 50, this_month=1), "900", "2026-05-31"),
        (monthly(50, 50, 50, 50, 50, 50), "899.99", "2026-05-31"),
        (monthly(10, 50, 20, 40, 30, 60), "930", "2026-04-30"),  # the median is 35
        (monthly(99, 50, 50, 50, 50), "950", "2026-03-31"),  # the sixth month is zero
        (monthly(50, 50, 50), "975", "2026-03-31"),  # half of the months are zero
        (monthly(50, 50), "900", None),
        (monthly(-50, -50, -50, -50), "900", None),
        (monthly(50, 50, 50, 50, 50, 50), "1000", None),
        (Contributions({Month(2026, 2).plus(-back): D("0.01") for back in range(6)}), "0", None),  # after 2200
    ],
)
def test_the_projection_goes_by_the_median_of_the_last_six_complete_months(contributions, current, projected):
    found = projected_date(goal(current), contributions, TODAY)
    assert (found and found.isoformat()) == projected


@pytest.mark.parametrize(
    ("current", "due", "projected", "on_track"),
    [
        ("1000", "2026-01-31", None, True),
        ("999", "2026-01-31", None, False),
        ("999", None, "2026-04-30", None),
        ("0", "2026-04-01", "2026-04-30", True),  # the month of the target is enough
        ("0", "2026-04-01", "2026-05-31", False),
        ("166.66", "2026-12-31", None, False),
        ("166.67", "2026-12-31", None, True),  # two of twelve months have passed
    ],
)
def test_a_goal_is_on_track_if_its_pace_or_its_amount_is_enough(current, due, projected, on_track):
    found = is_on_track(goal(current, due), projected and date.fromisoformat(projected), TODAY)
    assert found is on_track


def test_a_goal_that_has_just_begun_is_on_track():
    begun = Goal(D(1000), D(0), TODAY, date(2026, 12, 31))
    assert is_on_track(begun, None, TODAY) is True


@pytest.mark.parametrize(
    ("current", "progress", "ratio"),
    [
        ("0", "0.0000", "0.0000"),
        ("333.33", "0.3333", "0.3333"),
        ("999.99", "0.9999", "0.9999"),  # never 1 before it is reached
        ("1000", "1.0000", "1.0000"),
        ("1500", "1.0000", "1.5000"),
        ("-100", "0.0000", "-0.1000"),
    ],
)
def test_progress_is_capped_and_the_ratio_is_not(current, progress, ratio):
    assert (f"{goal(current).progress:.4f}", str(goal(current).ratio)) == (progress, ratio)


def test_a_goal_that_was_reached_may_drop_below_and_stays_achieved():
    assert goal("999", achieved=True).dropped_below
    assert not goal("1000", achieved=True).dropped_below
    assert not goal("999").dropped_below


@pytest.mark.parametrize(
    ("current", "reached", "new"),
    [
        ("249.99", [], []),
        ("250", [], [25]),
        ("800", [], [25, 50, 75]),
        ("800", [25, 50, 75], []),
        ("1500", [25], [50, 75, 100]),
        ("-5", [], []),
    ],
)
def test_each_milestone_is_reached_once(current, reached, new):
    assert goal(current).new_milestones(reached) == new


CLAIMS = [Claim(1, 2, D(100)), Claim(2, 1, D(50)), Claim(3, 2, D(70))]


@pytest.mark.parametrize(
    ("balance", "expected"),
    [
        (400, {1: 100, 2: 50, 3: 70}),
        (180, {1: 100, 2: 50, 3: 30}),
        (60, {1: 10, 2: 50, 3: 0}),
        (-60, {1: 0, 2: 0, 3: 0}),
    ],
)
def test_goals_on_one_account_take_their_shares_by_priority_until_it_is_used_up(balance, expected):
    assert shares_of_account(D(balance), CLAIMS) == expected


@pytest.mark.parametrize(("balance", "current"), [(400, 390), (4, -6)])
def test_a_goal_alone_has_all_that_came_to_its_account(balance, current):
    assert shares_of_account(D(balance), [Claim(1, 1, D(100), D(10))]) == {1: current}


CLAIM = st.builds(Claim, st.integers(), st.integers(1, 3), st.integers(1, 99).map(D), st.integers(0, 50).map(D))


@given(st.integers(-200, 500), st.lists(CLAIM, min_size=2, max_size=5, unique_by=lambda one: one.goal_id))
def test_shares_come_to_no_more_than_the_account_has(balance, claims):
    found = shares_of_account(D(balance), claims)
    assert 0 <= sum(found.values()) <= max(0, balance)
    assert [one for one in claims if found[one.goal_id] > one.target] == []


def test_the_paid_part_of_a_debt_is_the_rise_of_its_balance():
    assert paid_off(D(-1000), D(-700)) == 300


@pytest.mark.parametrize(("current", "amount"), [("50", "-50"), ("0", "1"), ("-5", "2")])
def test_as_much_can_be_withdrawn_as_was_contributed(current, amount):
    require_not_below_zero(D(current), D(amount))


def test_more_can_not_be_withdrawn():
    with pytest.raises(Conflict) as refused:
        require_not_below_zero(D("49.99"), D(-50))
    assert (refused.value.code, refused.value.message) == ("below_zero", "Only 49.99 can be withdrawn.")


def test_rounding_up_saves_the_rest_to_the_next_unit():
    amounts = [D("3.40"), D("5.00"), D("0.01")]
    assert rounding_up(amounts) == D("1.59")
    assert rounding_up(amounts, D(5)) == D("6.59")
