"""Unusual charges and months, and charges that were made twice."""

from datetime import date
from decimal import Decimal

import pytest

from app.suites.personal.insights.rules.charges import Charge
from app.suites.personal.insights.rules.unusual import charged_twice, unusual_charges, unusual_month
from tests.suites.personal.insights.charges import charge, monthly

D = Decimal
YEAR = ["31", "28", "35", "30", "33", "29", "32", "34", "27", "30", "31"]
SINCE, UNTIL = date(2025, 12, 1), date(2025, 12, 31)


def unusual(amount: object, before: list[object] = YEAR, **values: object) -> list[Charge]:  # type: ignore[assignment]
    """The unusual charges of December after those of the months before."""
    charges = [*monthly(before, day=20, category=7), charge("2025-12-20", amount, category=7, **values)]  # type: ignore[arg-type]
    return [one.charge for one in unusual_charges(charges, SINCE, UNTIL)]


@pytest.mark.parametrize(("amount", "is_told"), [(120, True), (47, True), (45, False), (40, False), (5, False)])
def test_a_charge_is_unusual_far_above_the_median_and_half_as_much_again(amount: int, is_told: bool) -> None:
    assert bool(unusual(amount)) is is_told


def test_fewer_than_eight_active_months_say_nothing() -> None:
    assert not unusual(120, YEAR[-7:])
    charges = [*monthly(YEAR[:7], day=20), charge("2025-12-20", 120)]
    assert unusual_charges(charges, SINCE, UNTIL) == []


def test_amounts_that_do_not_vary_say_nothing_here() -> None:
    assert not unusual(120, ["30"] * 11)


def test_a_new_payee_is_compared_with_its_category() -> None:
    [one] = unusual(120, payee="another")
    assert one.payee == "another"


def test_a_charge_below_one_percent_of_a_month_is_not_told() -> None:
    rent = monthly(["20000"] * 12, day=1, payee="rent", category=8)
    charges = [*rent, *monthly(YEAR, day=20, category=7), charge("2025-12-20", 120, category=7)]
    assert unusual_charges(charges, SINCE, UNTIL) == []


@pytest.mark.parametrize(("day", "is_told"), [("2025-12-10", True), ("2025-12-13", True), ("2025-12-14", False)])
def test_equal_charges_within_three_days_may_be_one(day: str, is_told: bool) -> None:
    assert bool(charged_twice([charge("2025-12-10", 55), charge(day, 55)], SINCE, UNTIL)) is is_told


@pytest.mark.parametrize("values", [{"amount": 56}, {"payee": "hbo"}, {"account": 2}])
def test_charges_that_differ_are_two(values: dict[str, object]) -> None:
    other = charge("2025-12-11", **{"amount": 55, **values})  # type: ignore[arg-type]
    assert charged_twice([charge("2025-12-10", 55), other], SINCE, UNTIL) == []


def test_charges_without_a_payee_are_not_compared() -> None:
    assert charged_twice([charge("2025-12-10", 55, ""), charge("2025-12-10", 55, "")], SINCE, UNTIL) == []


def test_pairs_that_come_again_are_a_habit() -> None:
    coffee = [charge(f"2025-12-{day}", 2) for day in (10, 12, 20, 21)]
    assert charged_twice(coffee, SINCE, UNTIL) == []


def test_two_contracts_are_known() -> None:
    pair = [charge("2025-12-10", 55), charge("2025-12-10", 55)]
    assert charged_twice(pair, SINCE, UNTIL, {one.id for one in pair}) == []
    assert charged_twice(pair, SINCE, UNTIL, {pair[0].id})


MONTHS = [D(one) for one in (100, 110, 95, 105, 98, 102)]


@pytest.mark.parametrize(
    ("spent", "day", "is_told"),
    [(200, None, True), (115, None, False), (100, 11, True), (100, 10, False), (30, 11, False)],
)
def test_a_month_is_unusual_by_its_total_scaled_after_the_tenth_day(spent: int, day: int | None, is_told: bool) -> None:
    assert (unusual_month(MONTHS, D(spent), day=day, days=30) is not None) is is_told


def test_five_months_or_three_active_ones_say_nothing() -> None:
    assert unusual_month(MONTHS[:5], D(900)) is None
    assert unusual_month([*MONTHS[:3], D(0), D(0), D(0)], D(900)) is None
