from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice, pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.kernel.recurrence import (
    Frequency,
    Recurrence,
    Weekend,
    gives_twins,
    months_between,
    per_month,
    valid_days,
)

F = Frequency
ONE_DAY = timedelta(1)
BUSINESS_START, BUSINESS_END = date(1900, 1, 1), date(2200, 12, 31)
WALK_START, WALK_END = date(2023, 12, 1), date(2029, 1, 31)


@st.composite
def recurrences(draw, first=BUSINESS_START, last=BUSINESS_END):
    frequency, interval, weekend = draw(st.sampled_from(F)), draw(st.integers(1, 12)), draw(st.sampled_from(Weekend))
    chosen = valid_days(frequency)
    day = draw(st.none() | st.sampled_from(chosen)) if chosen else None
    assume(not gives_twins(frequency, interval, weekend))
    return Recurrence(draw(st.dates(first, last)), frequency, day, interval, weekend)


def is_charge_day(recurrence: Recurrence, today: date, first: date | None) -> bool:
    """The definition, asked of one day: `first` is the first charge found so far."""
    start, day = recurrence.start, recurrence.day
    match recurrence.frequency:
        case "Diaria":
            return True
        case "Semanal":
            return today.isoweekday() == (day or start.isoweekday())
        case "Quincenal":
            one = day or start.day
            other = one + 15 if one < 16 else one - 15
            return falls_on(today, one) or falls_on(today, other)
    every = {"Mensual": 1, "Bimensual": 2, "Trimestral": 3, "Semestral": 6, "Anual": 12}[recurrence.frequency]
    months = 0 if first is None else (today.year - first.year) * 12 + today.month - first.month
    return falls_on(today, day or start.day) and months % every == 0


def falls_on(today: date, day: int) -> bool:
    ends_the_month = (today + ONE_DAY).day == 1
    return today.day == day or (ends_the_month and today.day < day)


def walk(recurrence: Recurrence, last: date) -> Iterator[date]:
    """Every charge date up to `last`: each day is looked at, every n-th date kept, and moved off the weekend."""
    for day in islice(plain_walk(recurrence, last), 0, None, recurrence.interval):
        shift = {"same": (0, 0), "before": (-1, -2), "after": (2, 1)}[recurrence.weekend]
        yield day + timedelta(shift[day.isoweekday() - 6] if day.isoweekday() > 5 else 0)


def plain_walk(recurrence: Recurrence, last: date) -> Iterator[date]:
    first = None
    for i in range((last - recurrence.start).days + 1):
        today = recurrence.start + timedelta(i)
        if is_charge_day(recurrence, today, first):
            first = first or today
            yield today


def iso(dates: Iterator[date]) -> str:
    return " ".join(day.isoformat() for day in dates)


def first_dates(recurrence: Recurrence, n: int) -> str:
    return iso(recurrence.occurrence(k) for k in range(n))


@pytest.mark.parametrize(
    ("frequency", "start", "day", "expected"),
    [
        (F.DAILY, "2024-02-28", None, "2024-02-28 2024-02-29 2024-03-01"),
        (F.DAILY, "2025-12-31", None, "2025-12-31 2026-01-01 2026-01-02"),
        (F.WEEKLY, "2024-02-26", None, "2024-02-26 2024-03-04 2024-03-11"),
        (F.WEEKLY, "2026-01-01", 4, "2026-01-01 2026-01-08 2026-01-15"),  # a Thursday on a Thursday
        (F.WEEKLY, "2026-01-01", 5, "2026-01-02 2026-01-09 2026-01-16"),
        (F.WEEKLY, "2026-01-01", 3, "2026-01-07 2026-01-14 2026-01-21"),
        (F.WEEKLY, "2025-12-29", 7, "2026-01-04 2026-01-11 2026-01-18"),
        (F.SEMIMONTHLY, "2026-01-01", None, "2026-01-01 2026-01-16 2026-02-01 2026-02-16"),
        (F.SEMIMONTHLY, "2026-01-15", None, "2026-01-15 2026-01-30 2026-02-15 2026-02-28 2026-03-15"),
        (F.SEMIMONTHLY, "2026-01-16", None, "2026-01-16 2026-02-01 2026-02-16"),
        (F.SEMIMONTHLY, "2026-01-30", None, "2026-01-30 2026-02-15 2026-02-28 2026-03-15 2026-03-30"),
        (
            F.SEMIMONTHLY,
            "2026-01-31",
            None,
            "2026-01-31 2026-02-16 2026-02-28 2026-03-16 2026-03-31 2026-04-16",
        ),
        (F.SEMIMONTHLY, "2024-01-31", None, "2024-01-31 2024-02-16 2024-02-29 2024-03-16"),
        (F.SEMIMONTHLY, "2026-02-28", None, "2026-02-28 2026-03-13 2026-03-28"),
        (F.SEMIMONTHLY, "2026-02-01", 14, "2026-02-14 2026-02-28 2026-03-14 2026-03-29"),
        (F.SEMIMONTHLY, "2026-02-01", 15, "2026-02-15 2026-02-28 2026-03-15 2026-03-30"),
        (F.SEMIMONTHLY, "2026-02-28", 15, "2026-02-28 2026-03-15 2026-03-30"),
        (F.SEMIMONTHLY, "2026-03-31", 15, "2026-04-15 2026-04-30"),
        (F.SEMIMONTHLY, "2025-12-20", 1, "2026-01-01 2026-01-16"),
        (F.MONTHLY, "2026-01-31", None, "2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31"),
        (F.MONTHLY, "2024-01-31", None, "2024-01-31 2024-02-29 2024-03-31 2024-04-30"),
        (F.MONTHLY, "2024-01-29", None, "2024-01-29 2024-02-29 2024-03-29"),
        (F.MONTHLY, "2025-01-29", None, "2025-01-29 2025-02-28 2025-03-29"),
        (F.MONTHLY, "2026-01-28", None, "2026-01-28 2026-02-28 2026-03-28"),
        (F.MONTHLY, "2026-02-28", None, "2026-02-28 2026-03-28"),
        (F.MONTHLY, "2026-02-28", 31, "2026-02-28 2026-03-31 2026-04-30"),
        (F.MONTHLY, "2024-02-28", 31, "2024-02-29 2024-03-31"),
        (F.MONTHLY, "2026-01-10", 15, "2026-01-15 2026-02-15"),
        (F.MONTHLY, "2026-01-15", 15, "2026-01-15 2026-02-15"),
        (F.MONTHLY, "2025-12-20", 15, "2026-01-15 2026-02-15"),
        (F.BIMONTHLY, "2025-12-31", None, "2025-12-31 2026-02-28 2026-04-30 2026-06-30 2026-08-31"),
        (F.BIMONTHLY, "2026-01-20", 15, "2026-02-15 2026-04-15"),
        (F.QUARTERLY, "2025-11-30", None, "2025-11-30 2026-02-28 2026-05-30"),
        (F.QUARTERLY, "2025-11-30", 5, "2025-12-05 2026-03-05"),
        (F.SEMIANNUAL, "2025-08-31", None, "2025-08-31 2026-02-28 2026-08-31"),
        (F.SEMIANNUAL, "2026-01-31", 30, "2026-02-28 2026-08-30"),
        (F.ANNUAL, "2024-02-29", None, "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29"),
        (F.ANNUAL, "2025-12-31", 1, "2026-01-01 2027-01-01"),
    ],
)
def test_the_charge_dates_of_every_frequency(frequency, start, day, expected):
    recurrence = Recurrence(date.fromisoformat(start), frequency, day)
    assert first_dates(recurrence, len(expected.split())) == expected


WALKS = [(frequency, day) for frequency in F for day in (28, 29, 30, 31)]


@pytest.mark.parametrize(("frequency", "day"), WALKS)
def test_a_walk_over_every_day_of_five_years_finds_the_same_dates(frequency, day):
    recurrence = Recurrence(WALK_START.replace(day=day), frequency)

    found = list(recurrence.between(WALK_START, WALK_END))

    assert [charge for _, charge in found] == list(walk(recurrence, WALK_END))
    assert [k for k, _ in found] == list(range(len(found)))
    assert all(earlier < later for (_, earlier), (_, later) in pairwise(found))


@pytest.mark.parametrize(("frequency", "day"), WALKS)
def test_asking_day_by_day_neither_skips_nor_repeats_a_charge(frequency, day):
    recurrence = Recurrence(WALK_START.replace(day=day), frequency)
    span = (WALK_END - WALK_START).days + 1

    daily = [
        pair for today in (WALK_START + timedelta(i) for i in range(span)) for pair in recurrence.between(today, today)
    ]

    assert daily == list(recurrence.between(WALK_START, WALK_END))


@pytest.mark.parametrize("frequency", F)
def test_every_chosen_day_and_every_start_of_a_leap_february_agree_with_the_walk(frequency):
    starts = [date(2024, 1, 27) + timedelta(i) for i in range(36)]
    last = date(2025, 3, 31)
    for start in starts:
        for day in [None, *valid_days(frequency)]:
            recurrence = Recurrence(start, frequency, day)
            assert [found for _, found in recurrence.between(start, last)] == list(walk(recurrence, last))


@given(recurrences(), st.integers(0, 1500))
def test_a_charge_of_any_schedule_agrees_with_the_walk(recurrence, length):
    start, last = recurrence.start - timedelta(2), recurrence.start + timedelta(length)
    walked = [day for day in walk(recurrence, last + timedelta(2)) if day <= last]  # some were moved to before `last`
    assert [day for _, day in recurrence.between(start, last)] == walked


@given(recurrences(), st.integers(0, 3000))
def test_charges_come_on_or_after_the_start_and_strictly_later_each(recurrence, k):
    assume(recurrence.nominal(0).year + k * recurrence.interval < 9000)
    assert recurrence.start <= recurrence.nominal(k)
    assert recurrence.occurrence(k) < recurrence.occurrence(k + 1)


@given(recurrences(), st.integers(0, 3000))
def test_the_index_of_a_charge_date_is_its_number(recurrence, k):
    assume(recurrence.nominal(0).year + k * recurrence.interval < 9000)
    day = recurrence.occurrence(k)

    assert recurrence.index_on_or_after(day) == k
    assert recurrence.index_on_or_after(day + ONE_DAY) == k + 1


@given(recurrences(), st.dates(BUSINESS_START, BUSINESS_END))
def test_the_index_on_or_after_a_day_is_the_smallest_one(recurrence, day):
    k = recurrence.index_on_or_after(day)

    assert recurrence.occurrence(k) >= day
    assert k == 0 or recurrence.occurrence(k - 1) < day


@given(
    recurrences(first=date(2020, 1, 1), last=date(2030, 12, 31)),
    st.lists(st.dates(date(2019, 1, 1), date(2035, 12, 31)), min_size=2, max_size=8, unique=True).map(sorted),
)
def test_consecutive_windows_share_out_the_charges(recurrence, cuts):
    whole = list(recurrence.between(cuts[0], cuts[-1] - ONE_DAY))

    windows = [recurrence.between(first, after - ONE_DAY) for first, after in pairwise(cuts)]

    assert [pair for window in windows for pair in window] == whole


def test_both_ends_of_a_window_are_included():
    monthly = Recurrence(date(2026, 1, 31), F.MONTHLY)
    assert list(monthly.between(date(2026, 2, 28), date(2026, 3, 31))) == [
        (1, date(2026, 2, 28)),
        (2, date(2026, 3, 31)),
    ]


def test_a_window_before_the_start_or_turned_round_is_empty():
    monthly = Recurrence(date(2026, 1, 31), F.MONTHLY)
    assert list(monthly.between(date(2025, 1, 1), date(2026, 1, 30))) == []
    assert list(monthly.between(date(2026, 6, 30), date(2026, 1, 31))) == []


@pytest.mark.parametrize("frequency", F)
def test_the_charges_end_with_the_calendar(frequency):
    recurrence = Recurrence(date(9997, 12, 31), frequency)
    found = [day for _, day in recurrence.between(date(9999, 1, 1), date.max)]

    assert found
    assert recurrence.index_on_or_after(date.max) >= len(found)
    with pytest.raises(OverflowError):
        recurrence.occurrence(10**7)


@pytest.mark.parametrize(("frequency", "day"), [(F.WEEKLY, 4), (F.SEMIMONTHLY, 1), (F.MONTHLY, 1), (F.ANNUAL, 30)])
def test_a_first_charge_after_the_calendar_is_none(frequency, day):
    recurrence = Recurrence(date.max, frequency, day)
    assert list(recurrence.between(date.min, date.max)) == []


@pytest.mark.parametrize("frequency", F)
def test_a_day_long_before_the_start_leads_to_the_first_charge(frequency):
    recurrence = Recurrence(date(2026, 5, 31), frequency)
    assert recurrence.index_on_or_after(date.min) == 0
    assert list(islice(recurrence.between(date.min, date.max), 1)) == [(0, date(2026, 5, 31))]


@pytest.mark.parametrize("weekend", [Weekend.BEFORE, Weekend.AFTER])
def test_the_weekend_changes_nothing_at_either_end_of_the_calendar(weekend):
    recurrence = Recurrence(date(9999, 12, 1), F.MONTHLY, weekend=weekend)
    assert list(recurrence.between(date.min, date.max)) == [(0, date(9999, 12, 1))]
    assert recurrence.index_on_or_after(date.max) == 1


@pytest.mark.parametrize(
    ("frequency", "interval", "start", "expected"),
    [
        (F.WEEKLY, 2, "2026-01-01", "2026-01-01 2026-01-15 2026-01-29 2026-02-12"),
        (F.WEEKLY, 7, "2023-12-04", "2023-12-04 2024-01-22 2024-03-11"),
        (F.DAILY, 10, "2024-01-01", "2024-01-01 2024-01-11 2024-01-21 2024-01-31 2024-02-10"),
        (F.SEMIMONTHLY, 3, "2026-01-01", "2026-01-01 2026-02-16 2026-04-01"),
        (F.MONTHLY, 1, "2026-01-31", "2026-01-31 2026-02-28 2026-03-31 2026-04-30"),
        (F.MONTHLY, 5, "2025-09-30", "2025-09-30 2026-02-28 2026-07-30"),
        (F.QUARTERLY, 3, "2025-05-31", "2025-05-31 2026-02-28 2026-11-30"),
        (F.SEMIANNUAL, 1, "2025-08-31", "2025-08-31 2026-02-28 2026-08-31"),
        (F.ANNUAL, 1, "2024-02-29", "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29"),
        (F.ANNUAL, 2, "2024-02-29", "2024-02-29 2026-02-28 2028-02-29"),
    ],
)
def test_an_interval_takes_every_nth_date_from_the_first(frequency, interval, start, expected):
    recurrence = Recurrence(date.fromisoformat(start), frequency, interval=interval)
    assert first_dates(recurrence, len(expected.split())) == expected


@pytest.mark.parametrize(
    ("frequency", "interval", "weekend", "start", "expected"),
    [
        (F.MONTHLY, 1, "same", "2026-01-31", "2026-01-31 2026-02-28 2026-03-31"),
        (F.MONTHLY, 1, "before", "2026-01-31", "2026-01-30 2026-02-27 2026-03-31 2026-04-30 2026-05-29"),
        (F.MONTHLY, 1, "after", "2026-01-31", "2026-02-02 2026-03-02 2026-03-31 2026-04-30 2026-06-01"),
        (F.DAILY, 3, "before", "2026-01-01", "2026-01-01 2026-01-02 2026-01-07 2026-01-09 2026-01-13"),
        (F.DAILY, 3, "after", "2026-01-03", "2026-01-05 2026-01-06 2026-01-09 2026-01-12 2026-01-15"),
    ],
)
def test_the_weekend_moves_a_date_but_not_those_after_it(frequency, interval, weekend, start, expected):
    recurrence = Recurrence(date.fromisoformat(start), frequency, None, interval, Weekend(weekend))
    assert first_dates(recurrence, len(expected.split())) == expected


@pytest.mark.parametrize("weekend", [Weekend.BEFORE, Weekend.AFTER])
@pytest.mark.parametrize("interval", [1, 2])
def test_days_that_the_weekend_would_make_one_are_refused(interval, weekend):
    assert Recurrence(date(2026, 1, 1), F.DAILY, interval=interval).interval == interval
    with pytest.raises(ValueError, match="moved to one day"):
        Recurrence(date(2026, 1, 1), F.DAILY, interval=interval, weekend=weekend)


def test_an_interval_is_at_least_1():
    with pytest.raises(ValueError, match=r"^0 is not an interval$"):
        Recurrence(date(2026, 1, 1), F.DAILY, interval=0)


def test_charges_are_numbered_from_0():
    with pytest.raises(ValueError, match=r"^charges are numbered from 0$"):
        Recurrence(date(2026, 1, 31), F.MONTHLY).occurrence(-1)


@pytest.mark.parametrize(
    ("frequency", "start", "day", "k", "other", "moved"),
    [
        (F.MONTHLY, "2025-09-01", 31, 2, 15, "2025-11-15"),
        (F.MONTHLY, "2025-01-31", None, 1, 30, "2025-02-28"),
        (F.QUARTERLY, "2025-09-20", 5, 0, 20, "2025-10-20"),
        (F.WEEKLY, "2025-09-01", 1, 1, 7, "2025-09-14"),
        (F.WEEKLY, "2025-09-01", 7, 0, 1, "2025-09-01"),
        (F.SEMIMONTHLY, "2025-01-31", None, 0, 5, "2025-01-20"),
        (F.SEMIMONTHLY, "2025-01-31", None, 1, 5, "2025-02-05"),
        (F.SEMIMONTHLY, "2025-01-10", 10, 3, 31, "2025-02-28"),
    ],
)
def test_another_day_lies_in_the_same_month_half_month_or_week(frequency, start, day, k, other, moved):
    assert str(Recurrence(date.fromisoformat(start), frequency, day).on_day(k, other)) == moved


@pytest.mark.parametrize(
    ("frequency", "days"),
    [
        (F.DAILY, []),
        (F.WEEKLY, list(range(1, 8))),
        (F.SEMIMONTHLY, list(range(1, 16))),
        *[(f, list(range(1, 32))) for f in (F.MONTHLY, F.BIMONTHLY, F.QUARTERLY, F.SEMIANNUAL, F.ANNUAL)],
    ],
)
def test_only_the_charge_days_of_the_frequency_are_accepted(frequency, days):
    assert list(valid_days(frequency)) == days
    # A calendar also takes the days of the second half, which only a start's own day has.
    taken = range(1, 32) if frequency is F.SEMIMONTHLY else days
    for day in range(-1, 33):
        if day in taken:
            assert Recurrence(date(2026, 1, 1), frequency, day).day == day
        else:
            with pytest.raises(ValueError, match="not a charge day"):
                Recurrence(date(2026, 1, 1), frequency, day)


@pytest.mark.parametrize(
    ("frequency", "charges"),
    [
        (F.DAILY, Fraction(365, 12)),
        (F.WEEKLY, Fraction(52, 12)),
        (F.SEMIMONTHLY, 2),
        (F.MONTHLY, 1),
        (F.BIMONTHLY, Fraction(1, 2)),
        (F.QUARTERLY, Fraction(1, 3)),
        (F.SEMIANNUAL, Fraction(1, 6)),
        (F.ANNUAL, Fraction(1, 12)),
    ],
)
def test_charges_per_month_for_recurring_revenue(frequency, charges):
    assert per_month(frequency) == charges
    assert per_month(frequency, 3) == Fraction(charges) / 3
    assert months_between(frequency, 3) == 3 / Fraction(charges)


def test_the_frequencies_are_named_as_in_the_contract():
    assert " ".join(F) == "Diaria Semanal Quincenal Mensual Bimensual Trimestral Semestral Anual"
