from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.currencies import Currency
from app.kernel.errors import Invalid
from app.kernel.recurrence import Weekend
from app.suites.personal.recurring.rules import (
    AmountMode,
    AmountRule,
    Every,
    Frequency,
    Occurrence,
    Schedule,
    require_valid,
    require_valid_amounts,
    yearly_cost,
)

F = Frequency
MONTHLY = Every(F.MONTHLY)
D = Decimal


def schedule(start: str, every: Every = MONTHLY, **fields) -> Schedule:
    return Schedule(date.fromisoformat(start), every, **fields)


def days(text: str) -> list[date]:
    return [date.fromisoformat(one) for one in text.split()]


@pytest.mark.parametrize(
    ("every", "start", "expected"),
    [
        (Every(F.DAILY), "2026-02-27", "2026-02-27 2026-02-28 2026-03-01"),
        (Every(F.WEEKLY), "2026-01-01", "2026-01-01 2026-01-08 2026-01-15"),
        (Every(F.BIWEEKLY), "2026-01-01", "2026-01-01 2026-01-15 2026-01-29"),
        (Every(F.BIWEEKLY, 2), "2026-01-01", "2026-01-01 2026-01-29 2026-02-26"),
        (Every(F.SEMIMONTHLY), "2026-01-15", "2026-01-15 2026-01-30 2026-02-15"),
        (Every(F.MONTHLY), "2026-01-31", "2026-01-31 2026-02-28 2026-03-31 2026-04-30"),
        (Every(F.MONTHLY, 2), "2025-12-31", "2025-12-31 2026-02-28 2026-04-30"),
        (Every(F.QUARTERLY), "2025-11-30", "2025-11-30 2026-02-28 2026-05-30"),
        (Every(F.SEMIANNUAL), "2025-08-31", "2025-08-31 2026-02-28 2026-08-31"),
        (Every(F.YEARLY), "2024-02-29", "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29"),
    ],
)
def test_each_date_is_reckoned_from_the_start(every, start, expected):
    wanted = days(expected)
    assert schedule(start, every).next_dates(0, len(wanted)) == wanted


def test_twelve_dates_are_listed_fewer_before_an_end():
    assert len(schedule("2026-01-31").next_dates(0)) == 12
    assert schedule("2026-01-31", end=date(2026, 3, 30)).next_dates(0) == days("2026-01-31 2026-02-28")


def test_an_end_on_the_start_leaves_one_occurrence_even_if_the_weekend_moves_it():
    one = schedule("2026-01-31", end=date(2026, 1, 31), weekend=Weekend.AFTER)
    assert one.next_dates(0) == [date(2026, 2, 2)]


def test_a_start_in_the_past_begins_there_and_is_caught_up_with_its_own_dates():
    past = schedule("2026-01-31")
    assert past.next_occurrence(0) == date(2026, 1, 31)
    assert past.due(0, date(2026, 4, 29)) == [
        Occurrence(1, date(2026, 1, 31)),
        Occurrence(2, date(2026, 2, 28)),
        Occurrence(3, date(2026, 3, 31)),
    ]
    assert past.due(3, date(2026, 4, 29)) == []
    assert past.next_occurrence(3) == date(2026, 4, 30)


def test_a_skipped_number_stays_skipped_when_the_weekend_moves_its_day():
    # The 31st of January 2026 is a Saturday: the date of number 1 is the 30th, and skipping it is not undone by that.
    skipping = schedule("2026-01-31", weekend=Weekend.BEFORE, skipped=frozenset({1}))
    assert skipping.next_to_skip(0) == Occurrence(2, date(2026, 2, 27))
    assert skipping.next_dates(0, 2) == days("2026-02-27 2026-03-31")


def test_skipped_occurrences_count_for_the_most_there_may_be():
    three = schedule("2026-01-31", max_occurrences=3, skipped=frozenset({2}))
    assert three.next_dates(0) == days("2026-01-31 2026-03-31")
    assert three.next_occurrence(3) is None


def test_a_pause_is_not_made_up_for():
    paused = schedule("2026-01-10", resumed=date(2026, 4, 1))
    assert paused.due(1, date(2026, 5, 31)) == [Occurrence(4, date(2026, 4, 10)), Occurrence(5, date(2026, 5, 10))]
    assert paused.next_occurrence(1) == date(2026, 4, 10)


@given(
    st.sampled_from(F),
    st.integers(1, 5),
    st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    st.sampled_from(Weekend),
    st.sets(st.integers(1, 30), max_size=6),
    st.lists(st.dates(date(2020, 1, 1), date(2030, 12, 31)), min_size=1, max_size=5).map(sorted),
)
def test_a_job_that_runs_on_any_days_posts_each_occurrence_once(frequency, interval, start, weekend, skipped, runs):
    weekend = Weekend.SAME if frequency is F.DAILY else weekend
    one = Schedule(start, Every(frequency, interval), weekend=weekend, skipped=frozenset(skipped), max_occurrences=60)
    posted = []
    for today in runs:
        posted += one.due(posted[-1].number if posted else 0, today)
    assert posted == list(one.between(date.min, runs[-1]))
    assert not {occurrence.number for occurrence in posted} & skipped


def test_occurrences_end_with_the_days_that_the_program_accepts():
    assert schedule("2200-11-30").next_dates(0) == days("2200-11-30 2200-12-30")
    assert schedule("2200-11-30").next_occurrence(10**6) is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"end": date(2026, 1, 30)}, "end_date"),
        ({"day": 32}, "day"),
        ({"every": Every(F.WEEKLY), "day": 8}, "day"),
        ({"every": Every(F.DAILY), "day": 1}, "day"),
        ({"every": Every(F.DAILY), "weekend": Weekend.BEFORE}, "weekend"),
        ({"every": Every(F.DAILY, 2), "weekend": Weekend.AFTER}, "weekend"),
    ],
)
def test_a_schedule_without_days_of_its_own_is_refused(fields, field):
    with pytest.raises(Invalid) as refused:
        require_valid(schedule("2026-01-31", **fields))
    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("fields", [{"end": date(2026, 1, 31)}, {"day": 31}, {"every": Every(F.WEEKLY), "day": 7}])
def test_the_limits_of_a_schedule_are_part_of_it(fields):
    require_valid(schedule("2026-01-31", **fields))


@pytest.mark.parametrize(
    ("mode", "posted", "expected"),
    [
        (AmountMode.FIXED, "1 2", "50"),
        (AmountMode.ESTIMATE, "1 2", "50"),
        (AmountMode.LAST, "41 42.50", "42.50"),
        (AmountMode.LAST, "", "50"),
        (AmountMode.AVERAGE_3, "999 10 10 10.01", "10.00"),
        (AmountMode.AVERAGE_3, "10 10.01", "10.01"),  # half a cent is rounded up
        (AmountMode.AVERAGE_3, "", "50"),
    ],
)
def test_the_amount_is_the_templates_or_follows_those_before(mode, posted, expected):
    amounts = [D(one) for one in posted.split()]
    assert AmountRule(mode, D(50)).expected(amounts, Currency.USD) == D(expected)


@pytest.mark.parametrize(("least", "most", "field"), [("51", None, "min"), (None, "49", "max")])
def test_an_amount_outside_its_own_limits_is_refused(least, most, field):
    rule = AmountRule(AmountMode.FIXED, D(50), least and D(least), most and D(most))
    with pytest.raises(Invalid) as refused:
        require_valid_amounts(rule)
    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize(
    ("every", "cost"),
    [
        (Every(F.DAILY), "3650.00"),
        (Every(F.DAILY, 7), "521.43"),
        (Every(F.WEEKLY), "520.00"),
        (Every(F.BIWEEKLY), "260.00"),
        (Every(F.SEMIMONTHLY), "240.00"),
        (Every(F.MONTHLY), "120.00"),
        (Every(F.MONTHLY, 7), "17.14"),
        (Every(F.QUARTERLY), "40.00"),
        (Every(F.SEMIANNUAL), "20.00"),
        (Every(F.YEARLY), "10.00"),
        (Every(F.YEARLY, 2), "5.00"),
    ],
)
def test_the_yearly_cost_goes_by_the_frequency(every, cost):
    assert str(yearly_cost(D(10), every, Currency.USD)) == cost


def test_the_first_occurrence_from_a_day_may_be_on_it():
    yearly = schedule("2026-05-31", Every(F.YEARLY))
    assert yearly.first_from(date(2026, 5, 31)) == date(2026, 5, 31)
    assert yearly.first_from(date(2026, 6, 1)) == date(2027, 5, 31)
    assert schedule("2026-05-31", end=date(2026, 5, 31)).first_from(date(2026, 6, 1)) is None
    assert yearly.occurs_in(date(2026, 5, 1), date(2027, 5, 31)) == 2
