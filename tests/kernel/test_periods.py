from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import Invalid
from app.kernel.periods import (
    DateRange,
    Month,
    MonthCalendar,
    Period,
    add_months,
    current,
    last_complete_months,
    require_order,
    trailing,
)

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
ranges = st.builds(lambda start, length: DateRange(start, start + timedelta(length)), days, st.integers(0, 3000))


def span(start: str, end: str) -> DateRange:
    return DateRange(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("date_from", "date_to"),
    [(None, None), (date(2026, 1, 2), None), (None, date(2026, 1, 1)), (date(2026, 1, 1), date(2026, 1, 1))],
)
def test_days_in_order_and_missing_ones_are_taken(date_from, date_to):
    require_order(date_from, date_to)


def test_days_out_of_order_are_refused_by_the_name_of_the_last():
    with pytest.raises(Invalid) as refused:
        require_order(date(2026, 1, 2), date(2026, 1, 1))
    assert refused.value.errors == {"date_to": ["Must not be before date_from."]}


def test_a_range_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="comes after"):
        span("2026-01-02", "2026-01-01")


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [
        ("2026-01-01", "2026-01-01", 1),
        ("2026-01-01", "2026-12-31", 365),
        ("2024-02-01", "2024-03-01", 30),
    ],
)
def test_both_ends_count_as_days_of_the_range(start, end, length):
    assert span(start, end).days == length


@pytest.mark.parametrize(
    ("day", "inside"),
    [(9, False), (10, True), (15, True), (20, True), (21, False)],
)
def test_a_range_contains_both_its_ends(day, inside):
    assert span("2026-01-10", "2026-01-20").contains(date(2026, 1, day)) is inside


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        ("2026-03-01", "2026-03-31", ("2026-01-29", "2026-02-28")),
        ("2026-01-01", "2026-01-01", ("2025-12-31", "2025-12-31")),
        ("2025-01-01", "2025-12-31", ("2024-01-02", "2024-12-31")),
    ],
)
def test_the_window_before_ends_the_day_before_this_one_starts(start, end, before):
    assert span(start, end).before() == span(*before)


@given(ranges)
def test_the_window_before_is_equally_long_and_adjacent(window):
    before = window.before()

    assert before.days == window.days
    assert before.end + timedelta(1) == window.start


def test_a_range_lists_every_month_it_touches():
    months = span("2025-11-30", "2026-02-01").months()
    assert [str(month) for month in months] == ["2025-11", "2025-12", "2026-01", "2026-02"]


@given(ranges)
def test_the_months_of_a_range_are_those_of_its_days(window):
    walked = {Month.of(window.start + timedelta(i)) for i in range(window.days)}
    assert window.months() == sorted(walked)


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        (Month(2024, 2), "2024-02-01", "2024-02-29"),
        (Month(2026, 2), "2026-02-01", "2026-02-28"),
        (Month(1900, 2), "1900-02-01", "1900-02-28"),
        (Month(2026, 4), "2026-04-01", "2026-04-30"),
        (Month(9999, 12), "9999-12-01", "9999-12-31"),
    ],
)
def test_a_month_knows_its_first_and_last_day(month, first, last):
    assert (month.first_day.isoformat(), month.last_day.isoformat()) == (first, last)


def test_a_month_is_written_year_first():
    assert str(Month(2026, 1)) == "2026-01"
    assert str(Month(812, 11)) == "0812-11"


def test_months_sort_by_time_and_serve_as_keys():
    assert sorted([Month(2026, 2), Month(2025, 12), Month(2026, 1)]) == [
        Month(2025, 12),
        Month(2026, 1),
        Month(2026, 2),
    ]
    assert {Month(2026, 1): "x"}[Month.of(date(2026, 1, 31))] == "x"


def test_december_is_followed_by_january():
    assert Month(2025, 12).next == Month(2026, 1)
    assert Month(2026, 1).previous == Month(2025, 12)


@given(days, st.integers(-1200, 1200))
def test_months_added_are_the_months_between(day, n):
    month = Month.of(day)

    assert month.plus(n) - month == n
    assert month.plus(n).plus(-n) == month
    assert month.next.first_day == month.last_day + timedelta(1)


@pytest.mark.parametrize(("year", "month"), [(2026, 0), (2026, 13), (0, 1), (10000, 1)])
def test_a_month_outside_the_calendar_is_refused(year, month):
    with pytest.raises(ValueError, match="not a month"):
        Month(year, month)


@pytest.mark.parametrize(("month", "n"), [(Month(9999, 12), 1), (Month(1, 1), -1)])
def test_months_past_the_ends_of_the_calendar_overflow_as_dates_do(month, n):
    with pytest.raises(OverflowError, match=r"^month out of range$"):
        month.plus(n)


@pytest.mark.parametrize(("month", "n", "end"), [(Month(9999, 11), 1, Month(9999, 12)), (Month(1, 2), -1, Month(1, 1))])
def test_the_first_and_the_last_month_of_the_calendar_are_reached(month, n, end):
    assert month.plus(n) == end


@pytest.mark.parametrize(
    ("period", "today", "whole"),
    [
        (Period.MONTH, "2024-02-10", ("2024-02-01", "2024-02-29")),
        (Period.MONTH, "2026-12-31", ("2026-12-01", "2026-12-31")),
        (Period.QUARTER, "2026-01-01", ("2026-01-01", "2026-03-31")),
        (Period.QUARTER, "2026-03-31", ("2026-01-01", "2026-03-31")),
        (Period.QUARTER, "2026-04-01", ("2026-04-01", "2026-06-30")),
        (Period.QUARTER, "2026-11-15", ("2026-10-01", "2026-12-31")),
        (Period.SEMESTER, "2026-06-30", ("2026-01-01", "2026-06-30")),
        (Period.SEMESTER, "2026-07-01", ("2026-07-01", "2026-12-31")),
        (Period.YEAR, "2026-01-01", ("2026-01-01", "2026-12-31")),
        (Period.YEAR, "2026-12-31", ("2026-01-01", "2026-12-31")),
    ],
)
def test_the_current_period_is_the_whole_calendar_period_around_today(period, today, whole):
    assert current(period, date.fromisoformat(today)) == span(*whole)


@pytest.mark.parametrize(
    ("period", "today", "window"),
    [
        (Period.MONTH, "2026-03-15", ("2026-03-01", "2026-03-15")),
        (Period.MONTH, "2026-03-01", ("2026-03-01", "2026-03-01")),
        (Period.QUARTER, "2026-03-31", ("2026-01-01", "2026-03-31")),
        (Period.QUARTER, "2026-01-31", ("2025-11-01", "2026-01-31")),
        (Period.SEMESTER, "2026-03-15", ("2025-10-01", "2026-03-15")),
        (Period.YEAR, "2024-02-29", ("2023-03-01", "2024-02-29")),
        (Period.YEAR, "2026-12-31", ("2026-01-01", "2026-12-31")),
    ],
)
def test_a_trailing_period_is_so_many_calendar_months_ending_today(period, today, window):
    assert trailing(period, date.fromisoformat(today)) == span(*window)


@given(days, st.sampled_from([(Period.MONTH, 1), (Period.QUARTER, 3), (Period.SEMESTER, 6), (Period.YEAR, 12)]))
def test_every_period_touches_its_number_of_months(today, period_and_months):
    period, months = period_and_months

    assert len(current(period, today).months()) == months
    assert len(trailing(period, today).months()) == months
    assert current(period, today).contains(today)


@pytest.mark.parametrize(
    ("n", "today", "months"),
    [
        (3, "2026-02-28", ["2025-11", "2025-12", "2026-01"]),
        (1, "2026-03-01", ["2026-02"]),
        (0, "2026-03-01", []),
    ],
)
def test_a_month_is_complete_once_the_next_has_begun(n, today, months):
    assert [str(month) for month in last_complete_months(n, date.fromisoformat(today))] == months


@pytest.mark.parametrize(
    ("day", "n", "on", "result"),
    [
        ("2024-01-31", 1, None, "2024-02-29"),
        ("2026-01-31", 1, None, "2026-02-28"),
        ("2024-01-31", 2, None, "2024-03-31"),
        ("2024-01-31", 3, None, "2024-04-30"),
        ("2024-02-29", 12, None, "2025-02-28"),
        ("2024-02-29", 48, None, "2028-02-29"),
        ("2025-12-31", 1, None, "2026-01-31"),
        ("2026-03-31", -1, None, "2026-02-28"),
        ("2026-02-28", 1, 31, "2026-03-31"),
        ("2026-02-28", 0, 31, "2026-02-28"),
        ("2026-03-31", 1, 5, "2026-04-05"),
    ],
)
def test_a_day_that_a_month_lacks_is_its_last_day(day, n, on, result):
    assert add_months(date.fromisoformat(day), n, on).isoformat() == result


@given(days, st.integers(-600, 600), st.none() | st.integers(1, 31))
def test_adding_months_keeps_the_day_where_the_month_has_it(day, n, on):
    later = add_months(day, n, on)

    assert Month.of(later) == Month.of(day).plus(n)
    assert later.day == min(on or day.day, monthrange(later.year, later.month)[1])


@pytest.mark.parametrize("day", [0, 32, -1])
def test_a_day_no_month_has_is_refused(day):
    with pytest.raises(ValueError, match="not a day of the month"):
        add_months(date(2026, 1, 1), 1, day)


@pytest.mark.parametrize(
    ("start_day", "month", "first", "last"),
    [
        (1, Month(2026, 2), "2026-02-01", "2026-02-28"),
        (25, Month(2026, 2), "2026-01-25", "2026-02-24"),
        (25, Month(2026, 1), "2025-12-25", "2026-01-24"),
        (28, Month(2024, 3), "2024-02-28", "2024-03-27"),
        (2, Month(2026, 2), "2026-01-02", "2026-02-01"),
    ],
)
def test_a_month_that_starts_later_is_named_by_its_last_day(start_day, month, first, last):
    assert MonthCalendar(start_day).days(month) == span(first, last)


@given(st.integers(1, 28), days)
def test_each_day_is_in_the_month_that_has_it_and_no_other(start_day, day):
    calendar = MonthCalendar(start_day)
    month = calendar.month_of(day)

    assert calendar.days(month).contains(day)
    assert calendar.days(month).end + timedelta(1) == calendar.days(month.next).start


@pytest.mark.parametrize(
    ("start_day", "days", "before"),
    [
        (1, ("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-31")),
        (1, ("2026-09-01", "2026-11-30"), ("2026-06-01", "2026-08-31")),
        (25, ("2026-01-25", "2026-02-24"), ("2025-12-25", "2026-01-24")),
        (1, ("2026-11-02", "2026-11-30"), ("2026-10-04", "2026-11-01")),
        (25, ("2026-02-01", "2026-02-28"), ("2026-01-04", "2026-01-31")),
    ],
)
def test_whole_months_compare_with_as_many_months_and_other_days_with_as_many_days(start_day, days, before):
    assert MonthCalendar(start_day).before(span(*days)) == span(*before)


@pytest.mark.parametrize("start_day", [0, 29])
def test_a_day_that_some_month_lacks_starts_no_month(start_day):
    with pytest.raises(ValueError, match="every month"):
        MonthCalendar(start_day)
