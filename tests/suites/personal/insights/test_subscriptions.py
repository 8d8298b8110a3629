"""Subscriptions: charges on a calendar, levels of price, bills, and what is none."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from app.kernel.money import Currency
from app.kernel.periods import Month
from app.suites.personal.insights.rules.charges import Charge
from app.suites.personal.insights.rules.subscriptions import (
    ActiveService,
    Price,
    Series,
    SubscriptionKind,
    SubscriptionStatus,
    change_of,
    find_series,
    services_twice,
)
from app.suites.personal.recurring.rules import Every, Frequency
from tests.soak import SOAK
from tests.suites.personal.insights.charges import charge, groceries, monthly

D = Decimal
LONG = SOAK
SUBSCRIPTION, BILL = SubscriptionKind.SUBSCRIPTION, SubscriptionKind.BILL
STEPS = [("weeks", 1), ("weeks", 2), ("months", 1), ("months", 2), ("months", 3), ("months", 6), ("months", 12)]
EVERY = {
    ("weeks", 1): Every(Frequency.WEEKLY),
    ("weeks", 2): Every(Frequency.BIWEEKLY),
    ("months", 1): Every(Frequency.MONTHLY),
    ("months", 2): Every(Frequency.MONTHLY, 2),
    ("months", 3): Every(Frequency.QUARTERLY),
    ("months", 6): Every(Frequency.SEMIANNUAL),
    ("months", 12): Every(Frequency.YEARLY),
}


def found(charges: list[Charge]) -> Series:
    """The only series."""
    [one] = find_series(charges)
    return one


def test_three_equal_charges_on_a_day_of_the_month_are_a_subscription() -> None:
    one = found(monthly([10] * 3))
    assert (one.kind, one.every, one.amount, one.is_possible) == (SUBSCRIPTION, Every(Frequency.MONTHLY), 10, False)
    assert (one.next_date, one.yearly_cost) == (date(2025, 4, 5), 120)


def test_two_charges_are_none_unless_they_are_a_year_apart_and_then_only_possible() -> None:
    assert find_series(monthly([10] * 2)) == []
    one = found(monthly([60] * 2, step=12))
    assert (one.every, one.is_possible) == (Every(Frequency.YEARLY), True)


def test_one_period_may_be_missing() -> None:
    charges = monthly([10] * 12)
    assert len(found([*charges[:5], *charges[6:]]).charges) == 11


def test_days_that_a_weekend_moves_are_compared_with_the_calendar() -> None:
    # Gaps of 24 and 37 days would fit no band, but each day is near its own.
    days = ["2025-01-08", "2025-02-01", "2025-03-08", "2025-04-04", "2025-05-05", "2025-06-08", "2025-07-02"]
    assert len(found([charge(day) for day in days]).charges) == 7


def test_a_price_that_changes_gives_levels() -> None:
    one = found(monthly([10, 10, 10, 12, 12, 13]))
    assert [(price.amount, price.charges) for price in one.prices] == [(10, 3), (12, 2), (13, 1)]
    change = one.change
    assert change is not None
    assert (change.old, change.new, change.percent, change.since) == (12, 13, D("8.3"), date(2025, 6, 5))
    assert change.yearly_difference == 12


def test_a_change_that_trebles_the_price_is_one_subscription_still() -> None:
    assert len(found(monthly([10] * 6 + [30] * 6)).prices) == 2


def test_a_single_other_amount_is_an_exception() -> None:
    assert [price.amount for price in found(monthly([10, 10, 10, 99, 10, 10])).prices] == [10]
    assert [price.amount for price in found(monthly([1, 10, 10, 10, 10])).prices] == [10]


def test_a_price_that_only_the_rate_of_exchange_moves_is_one_level() -> None:
    one = found(monthly(["10.1", "9.9", "10.4", "9.7", "10.2", "9.8"]))
    assert (one.kind, [price.amount for price in one.prices]) == (SUBSCRIPTION, [10])


def test_amounts_that_vary_on_a_fixed_day_are_a_bill_with_its_median() -> None:
    one = found(monthly([40, 55, 62, 48, 51, 44, 70, 39]))
    assert (one.kind, one.prices, one.amount) == (BILL, (), D("49.50"))


def test_few_varying_amounts_are_no_bill() -> None:
    assert find_series(monthly([40, 55, 62])) == []


def test_everyday_categories_are_none() -> None:
    assert find_series(monthly([10] * 12, category=7), everyday={7}) == []


def test_more_charges_than_periods_are_none() -> None:
    assert find_series([*monthly([3] * 12, day=5), *monthly([3] * 12, day=20)]) == []


def test_a_car_and_two_motorcycles_of_one_insurer_are_parted_by_amount() -> None:
    car, first, second = (monthly([amount] * 3, day=day, step=12) for amount, day in ((600, 10), (150, 12), (160, 20)))
    shifted = [one._replace(day=one.day + timedelta(days=182)) for one in second]
    series = find_series([*car, *first, *shifted])
    assert [(one.every.frequency, one.amount) for one in series] == [
        (Frequency.YEARLY, 150),
        (Frequency.YEARLY, 160),
        (Frequency.YEARLY, 600),
    ]


def test_three_yearly_policies_are_not_quarterly() -> None:
    policies = [
        charge(date(2023 + year, month, 10), amount, "insurer")
        for year in range(2)
        for month, amount in ((1, 600), (4, 150), (7, 420))
    ]
    assert find_series(policies) == []


@pytest.mark.parametrize(
    ("today", "status"),
    [
        ("2025-07-09", SubscriptionStatus.ACTIVE),
        ("2025-07-10", SubscriptionStatus.MISSED),
        ("2025-08-09", SubscriptionStatus.MISSED),
        ("2025-08-10", SubscriptionStatus.CANCELLED),
    ],
)
def test_a_charge_is_missed_after_its_tolerance_and_two_are_the_end(today: str, status: SubscriptionStatus) -> None:
    assert found(monthly([10] * 6)).status(date.fromisoformat(today)) is status


def test_services_are_twice_by_flagged_category_or_by_payee_over_accounts() -> None:
    services = [
        ActiveService(1, "netflix", 1, 7),
        ActiveService(2, "hbo", 1, 7),
        ActiveService(3, "gym", 1, 8),
        ActiveService(4, "gym", 2, 9),
        ActiveService(5, "rent", 1, 8),
    ]
    assert services_twice(services, {7}) == {1: [2], 2: [1], 3: [4], 4: [3], 5: []}


def test_a_single_level_has_no_change() -> None:
    level = Price(D(10), date(2025, 1, 5), date(2025, 3, 5), 3)
    assert change_of([level], Every(Frequency.MONTHLY), Currency.EUR) is None


@pytest.mark.parametrize("seeds", [range(1_000 if LONG else 60)])
def test_shopping_now_and_then_is_no_subscription(seeds: range) -> None:
    assert [seed for seed in seeds if find_series(groceries(seed))] == []


def planted(random: Random) -> tuple[list[Charge], Every]:
    """A subscription of three years with moved days, a gap and another price."""
    unit, interval = random.choice(STEPS)
    start, day = date(2023, 1, 1) + timedelta(random.randrange(60)), random.randint(1, 28)
    moved = {("weeks", 1): 1, ("weeks", 2): 2}.get((unit, interval), 3)
    days, n = [], 0
    while True:
        is_weeks = unit == "weeks"
        when = start + timedelta(weeks=interval * n) if is_weeks else Month.of(start).plus(interval * n).on(day)
        if when >= date(2026, 1, 1):
            break
        days.append(when + timedelta(random.randint(-moved, moved)))
        n += 1
    if len(days) > 5:
        days.pop(random.randrange(1, len(days) - 1))
    price, changed = round(random.uniform(3, 60), 2), random.randrange(2, len(days)) if len(days) > 4 else 99
    charges = [charge(when, price if n < changed else round(price * 1.15, 2)) for n, when in enumerate(days)]
    return charges, EVERY[unit, interval]


@pytest.mark.parametrize("seeds", [range(2_000 if LONG else 100)])
def test_planted_subscriptions_are_found_with_their_step(seeds: range) -> None:
    right = 0
    for seed in seeds:
        charges, every = planted(Random(seed))
        series = find_series(charges)
        right += [(one.kind, one.every) for one in series] == [(SUBSCRIPTION, every)]
    assert right >= 0.95 * len(seeds)
