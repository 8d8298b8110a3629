"""Accruing yields every occurrence exactly once, in whatever steps it is done."""

from datetime import date, timedelta
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.periods import LAST_DAY
from app.kernel.recurrence import Frequency, Recurrence
from app.suites.fresco.expenses.rules import (
    MOST_IN_ONE_RUN,
    AccruedStatus,
    accrual,
    end_of_month,
    next_payment,
    settled_by_change,
    settled_by_pause,
    unpaid_status,
)

A_DAY = timedelta(days=1)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
frequencies = st.sampled_from(Frequency)
steps = st.lists(st.integers(0, 200), max_size=8)


def occurrences(start: date, frequency: Frequency, last: date) -> list[date]:
    """The plain calendar, up to a day."""
    calendar = Recurrence(start, frequency)
    return list(takewhile(lambda day: day <= last, map(calendar.occurrence, range(20_000))))


@given(days, frequencies, days, steps)
def test_a_walk_through_time_accrues_the_plain_calendar(
    start: date, frequency: Frequency, today: date, walk: list[int]
) -> None:
    settled, made, cut = None, [], True
    for step in [0, *walk]:
        today += timedelta(days=step)
        run = accrual(start, frequency, settled, end_of_month(today))
        made, settled, cut = [*made, *run.days], run.settled_through, run.cut
    while cut:
        run = accrual(start, frequency, settled, end_of_month(today))
        made, settled, cut = [*made, *run.days], run.settled_through, run.cut
    assert made == occurrences(start, frequency, end_of_month(today))


@given(days, frequencies, days)
def test_the_next_payment_is_the_first_that_is_not_accrued(start: date, frequency: Frequency, today: date) -> None:
    through = end_of_month(today)
    run = accrual(start, frequency, None, through)
    coming = next_payment(start, frequency, run.settled_through)
    beyond = Recurrence(start, frequency).between(run.settled_through + A_DAY, LAST_DAY)
    assert coming == next(day for _, day in beyond)
    assert run.cut or coming > through


@given(days, frequencies, st.lists(st.tuples(st.integers(0, 120), st.booleans()), max_size=8))
def test_paused_and_resumed_expenses_accrue_once_and_never_in_a_pause(
    today: date, frequency: Frequency, walk: list[tuple[int, bool]]
) -> None:
    start, settled, active, made = today, None, True, set()
    paused: set[date] = set()
    for step, switch in walk:
        if not active:
            paused |= {today + timedelta(days=n) for n in range(1, step)}
        today += timedelta(days=step)
        if switch and active:
            made = {day for day in made if day <= today}
        elif switch:
            settled = settled_by_pause(today)
        active = active is not switch
        if active:
            run = accrual(start, frequency, settled, end_of_month(today))
            assert made.isdisjoint(set(run.days) - {day for day in run.days if day >= today})
            made, settled = made | set(run.days), run.settled_through
    assert made <= set(occurrences(start, frequency, end_of_month(today)))
    assert made.isdisjoint(paused)


@pytest.mark.parametrize("frequency", list(Frequency))
def test_one_run_is_bounded_and_reports_it(frequency: Frequency) -> None:
    run = accrual(date(1900, 1, 1), frequency, None, LAST_DAY)
    plain = occurrences(date(1900, 1, 1), frequency, LAST_DAY)
    assert list(run.days) == plain[:MOST_IN_ONE_RUN]
    assert run.cut == (len(plain) > MOST_IN_ONE_RUN)


def test_at_the_end_of_all_days_the_next_payment_stays_storable() -> None:
    assert next_payment(date(2200, 12, 31), Frequency.ANNUAL, LAST_DAY) == LAST_DAY


@pytest.mark.parametrize(
    ("settled", "coming", "today", "expected"),
    [
        (None, date(2025, 6, 1), date(2025, 3, 10), None),  # nothing was ever accrued
        (date(2025, 3, 31), date(2025, 4, 5), date(2025, 3, 10), date(2025, 3, 31)),
        (date(2025, 1, 31), date(2026, 1, 5), date(2025, 6, 10), date(2025, 6, 30)),  # yearly, nothing due since
        (date(2025, 3, 9), date(2025, 3, 25), date(2025, 3, 10), date(2025, 3, 9)),  # resumed, not accrued yet
        (date(2025, 3, 31), date(2025, 4, 5), date(2025, 2, 10), date(2025, 3, 31)),
    ],
)
def test_a_change_settles_what_the_old_calendar_had_accrued(
    settled: date | None, coming: date, today: date, expected: date | None
) -> None:
    assert settled_by_change(settled, coming, today) == expected


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2025, 3, 9), AccruedStatus.OVERDUE),
        (date(2025, 3, 10), AccruedStatus.PENDING),
        (date(2025, 3, 11), AccruedStatus.PENDING),
    ],
)
def test_an_expense_due_today_is_not_overdue(day: date, status: AccruedStatus) -> None:
    assert unpaid_status(day, date(2025, 3, 10)) is status
