"""The schedule of payments: examples of the contract, then properties."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import Conflict
from app.kernel.money import Currency
from app.kernel.periods import LAST_DAY
from app.kernel.recurrence import Frequency
from app.suites.fresco.payments.rules import (
    KeptFee,
    LastCharge,
    PaymentStatus,
    PaymentType,
    PlannedPayment,
    basis_after_change,
    charges,
    fee_basis,
    installments,
    paid_problem,
    require_chargeable,
    status_problem,
    unpaid_status,
)
from app.suites.fresco.projects.rules import ImplementationFee, Pause, RecurringFee, Terms

START = date(2025, 1, 31)
A_DAY = timedelta(days=1)
MONTHLY = RecurringFee(Decimal("100.00"), Currency.USD, Frequency.MONTHLY, None, 0, 0, Decimal(0))


def terms(**changes: Any) -> Terms:
    plain = Terms(
        project_id=1,
        client_id=1,
        start=START,
        end=None,
        active=True,
        entered=START,
        fee=None,
        recurring=None,
        pauses=(),
    )
    return replace(plain, **changes)


def subscription(start: date = START, **changes: Any) -> Terms:
    """Terms of a recurring fee with these changes."""
    return terms(start=start, recurring=replace(MONTHLY, **changes))


def fee(total: str, count: int, **changes: Any) -> Terms:
    return terms(fee=ImplementationFee(Decimal(total), Currency.COP, count), **changes)


def in_2025(project: Terms) -> list[PlannedPayment]:
    return list(charges(project, date(2025, 1, 1), date(2025, 12, 31)))


def days(planned: list[PlannedPayment]) -> list[str]:
    return [f"{one.date:%m-%d}" for one in planned]


def test_a_day_that_a_month_lacks_is_its_last_and_the_next_goes_back() -> None:
    assert days(in_2025(subscription()))[:3] == ["01-31", "02-28", "03-31"]


@pytest.mark.parametrize(
    ("frequency", "day", "expected"),
    [
        (Frequency.WEEKLY, None, ["01-31", "02-07", "02-14"]),
        (Frequency.WEEKLY, 1, ["02-03", "02-10", "02-17"]),
        (Frequency.SEMIMONTHLY, None, ["01-31", "02-16", "02-28", "03-16", "03-31"]),
        (Frequency.SEMIMONTHLY, 5, ["02-05", "02-20", "03-05"]),
        (Frequency.MONTHLY, 5, ["02-05", "03-05"]),
        (Frequency.BIMONTHLY, None, ["01-31", "03-31", "05-31"]),
        (Frequency.QUARTERLY, None, ["01-31", "04-30", "07-31", "10-31"]),
        (Frequency.SEMIANNUAL, None, ["01-31", "07-31"]),
        (Frequency.ANNUAL, None, ["01-31"]),
    ],
)
def test_charges_fall_on_their_frequency_s_days(frequency: Frequency, day: int | None, expected: list[str]) -> None:
    planned = in_2025(subscription(frequency=frequency, day=day))
    assert days(planned)[: len(expected)] == expected
    assert [one.number for one in planned] == list(range(1, len(planned) + 1))


def test_first_grace_then_discount_then_the_full_amount() -> None:
    planned = in_2025(subscription(grace_periods=2, discount_periods=2, discount_percentage=Decimal(25)))
    assert [(one.number, one.amount) for one in planned][:4] == [(3, 75), (4, 75), (5, 100), (6, 100)]
    assert {(one.type, one.currency) for one in planned} == {(PaymentType.RECURRING, Currency.USD)}


def test_a_discount_of_all_makes_no_payment_and_its_periods_count() -> None:
    planned = in_2025(subscription(discount_periods=3, discount_percentage=Decimal(100)))
    assert (planned[0].number, planned[0].amount) == (4, 100)


@pytest.mark.parametrize(
    ("amount", "percentage", "left"),
    [
        ("0.05", "50", "0.03"),  # 0.025
        ("0.10", "45", "0.06"),  # 0.055
        ("10.01", "50", "5.01"),  # 5.005
        ("33.33", "33.33", "22.22"),  # 22.2211...
        ("9999999999.99", "0.01", "9998999999.99"),
        ("0.01", "49.99", "0.01"),
    ],
)
def test_a_discount_rounds_half_up_to_the_cent(amount: str, percentage: str, left: str) -> None:
    what = subscription(amount=Decimal(amount), discount_periods=1, discount_percentage=Decimal(percentage))
    assert in_2025(what)[0].amount == Decimal(left)


def test_a_discount_that_leaves_less_than_half_a_cent_makes_no_payment() -> None:
    what = subscription(amount=Decimal("0.01"), discount_periods=1, discount_percentage=Decimal("50.01"))
    assert in_2025(what)[0].number == 2


def test_nothing_comes_after_the_end_and_the_end_itself_counts() -> None:
    what = replace(subscription(), end=date(2025, 3, 31))
    assert days(in_2025(what)) == ["01-31", "02-28", "03-31"]
    assert days(in_2025(replace(what, end=date(2025, 3, 30)))) == ["01-31", "02-28"]
    assert days(installments(fee("9", 9, end=date(2025, 3, 31)))) == ["01-31", "02-28", "03-31"]


def test_a_period_in_a_pause_is_not_charged_and_keeps_its_number() -> None:
    what = replace(subscription(), pauses=(Pause(date(2025, 2, 28), date(2025, 4, 30)), Pause(date(2025, 6, 1), None)))
    assert [(f"{one.date:%m-%d}", one.number) for one in in_2025(what)] == [("01-31", 1), ("04-30", 4), ("05-31", 5)]


def test_a_pause_of_no_days_covers_none() -> None:
    assert not Pause(START, START).covers(START)


def test_the_fee_is_charged_monthly_from_the_start_on_its_day() -> None:
    planned = installments(fee("100.00", 3))
    assert [(f"{one.date:%m-%d}", one.number, one.amount) for one in planned] == [
        ("01-31", 1, Decimal("33.34")),
        ("02-28", 2, Decimal("33.33")),
        ("03-31", 3, Decimal("33.33")),
    ]
    assert {(one.type, one.currency) for one in planned} == {(PaymentType.IMPLEMENTATION, Currency.COP)}


def test_installments_after_a_day_leave_out_that_day() -> None:
    assert days(installments(fee("3", 3), after=date(2025, 2, 28))) == ["03-31"]


def test_no_payment_is_planned_after_the_last_day_the_business_knows() -> None:
    late = date(2200, 11, 15)
    assert len(installments(fee("12", 12, start=late))) == 2
    assert max(one.date for one in charges(subscription(late), late, LAST_DAY)) == date(2200, 12, 15)


@given(st.decimals("0.60", "9999999999.99", places=2), st.integers(1, 60))
def test_installments_add_up_to_the_total_and_differ_by_a_cent_at_most(total: Decimal, count: int) -> None:
    amounts = [one.amount for one in installments(fee(str(total), count))]
    assert sum(amounts) == total
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[0] - amounts[-1] <= Decimal("0.01")
    assert len(amounts) == count


CALENDAR_DAYS = st.dates(date(2019, 12, 1), date(2028, 3, 31))
DAYS_OF = {Frequency.WEEKLY: st.integers(1, 7), Frequency.SEMIMONTHLY: st.integers(1, 15)}


@st.composite
def subscriptions(draw: st.DrawFn) -> Terms:
    frequency = draw(st.sampled_from([one for one in Frequency if one is not Frequency.DAILY]))
    firsts = draw(st.lists(CALENDAR_DAYS, max_size=2))
    pauses = [Pause(first, first + timedelta(days=draw(st.integers(0, 400)))) for first in firsts]
    what = subscription(
        draw(CALENDAR_DAYS),
        frequency=frequency,
        day=draw(st.none() | DAYS_OF.get(frequency, st.integers(1, 31))),
        grace_periods=draw(st.integers(0, 3)),
        discount_periods=draw(st.integers(0, 3)),
        discount_percentage=draw(st.decimals(0, 100, places=2)),
    )
    end = draw(st.none() | st.integers(0, 900))
    return replace(what, end=None if end is None else what.start + timedelta(days=end), pauses=tuple(pauses))


@given(subscriptions(), st.lists(CALENDAR_DAYS, min_size=2, max_size=5, unique=True))
def test_consecutive_windows_charge_each_period_once(what: Terms, cuts: list[date]) -> None:
    cuts.sort()
    pieces = [one for first, last in pairwise(cuts) for one in charges(what, first, last - A_DAY)]
    assert pieces == list(charges(what, cuts[0], cuts[-1] - A_DAY))


@given(subscriptions(), CALENDAR_DAYS, st.integers(1, 50))
def test_numbers_and_dates_rise_together_from_any_first_number(what: Terms, first: date, from_number: int) -> None:
    shifted = list(charges(with_basis(what, from_number=from_number), first, first + timedelta(days=800)))
    assert all(one.number < after.number and one.date < after.date for one, after in pairwise(shifted))
    assert all(what.start <= one.date and one.number >= from_number and one.amount > 0 for one in shifted)


def with_basis(what: Terms, **values: Any) -> Terms:
    return replace(what, basis=replace(what.basis, **values))


def full(what: Terms) -> Terms:
    """The terms without free and discounted periods, pauses and an end."""
    assert what.recurring is not None
    free = replace(what.recurring, grace_periods=0, discount_periods=0, discount_percentage=Decimal(0))
    return replace(what, recurring=free, pauses=(), end=None)


def unit_of(day: date, frequency: Frequency, second: bool) -> tuple[int, ...]:
    """Month, half month or week of a charge."""
    if frequency is Frequency.WEEKLY:
        return tuple(day.isocalendar())[:2]
    return (day.year, day.month, int(second and frequency is Frequency.SEMIMONTHLY))


@given(subscriptions(), CALENDAR_DAYS, st.integers(1, 31))
def test_another_day_moves_each_coming_period_within_its_own_unit_and_none_before_today(
    what: Terms, today: date, chosen: int
) -> None:
    before = full(what)
    assert before.recurring is not None
    most = {Frequency.WEEKLY: 7, Frequency.SEMIMONTHLY: 15}.get(before.recurring.frequency, 31)
    after = replace(before, recurring=replace(before.recurring, day=(chosen - 1) % most + 1))
    basis = basis_after_change(before, after, last=None, removed=0, first_open=today + A_DAY, today=today)
    far = today + timedelta(days=1500)
    coming = {one.number: one.date for one in charges(before, today + A_DAY, far)}
    moved = {one.number: one.date for one in charges(replace(after, basis=basis), today, far + timedelta(days=400))}
    if basis == before.basis:
        return  # the day is as it was
    begun = 1 in coming and basis.anchor is None  # its first period would lie before the start
    assert begun or set(coming) <= set(moved)
    assert min(moved.values(), default=today) >= today
    frequency, firsts = before.recurring.frequency, list(moved)[:1]
    for number in [] if begun else coming.keys() - set(firsts):
        if frequency is not Frequency.SEMIMONTHLY:
            assert unit_of(coming[number], frequency, False) == unit_of(moved[number], frequency, False)
        else:
            assert abs((coming[number] - moved[number]).days) <= 16


@given(
    subscriptions(),
    CALENDAR_DAYS,
    st.sampled_from([one for one in Frequency if one is not Frequency.DAILY]),
    st.integers(0, 5),
    st.integers(1, 60),
    CALENDAR_DAYS,
)
def test_a_new_frequency_goes_on_after_the_last_kept_charge_and_makes_up_for_no_more_than_was_removed(
    what: Terms, today: date, frequency: Frequency, removed: int, number: int, kept: date
) -> None:
    before, last = full(what), LastCharge(number, kept, generated=False)
    assert before.recurring is not None
    if frequency is before.recurring.frequency:
        return
    after = replace(before, recurring=replace(before.recurring, frequency=frequency, day=None))
    basis = basis_after_change(before, after, last=last, removed=removed, first_open=today + A_DAY, today=today)
    new = list(charges(replace(after, basis=basis), date(2019, 1, 1), today + timedelta(days=900)))
    assert [one.number for one in new] == list(range(number + 1, number + 1 + len(new)))
    assert all(one.date >= today for one in new)
    plain = [one.date for one in charges(after, max(kept + A_DAY, after.start), today + timedelta(days=900))]
    past = [day for day in plain if day < today]
    assert [one.date for one in new] == [today] * min(len(past), removed) + plain[len(past) :]


AMOUNTS = st.decimals("0.01", "9999.99", places=2)


@given(AMOUNTS, st.integers(1, 30), st.dictionaries(st.integers(1, 40), AMOUNTS, max_size=6))
def test_kept_and_coming_installments_are_the_fee_to_the_cent(
    total: Decimal, count: int, kept: dict[int, Decimal]
) -> None:
    before, after = fee("1.00", 1), fee(str(total), count)
    paid = KeptFee(
        tuple(sorted(kept)), sum(kept.values(), Decimal(0)), frozenset({Currency.COP}), START if kept else None
    )
    if paid.amount > total:
        with pytest.raises(Conflict):
            require_chargeable(before, after, paid)
        return
    require_chargeable(before, after, paid)
    today = date(2025, 4, 1)
    coming = installments(replace(after, basis=fee_basis(before, after, before.basis, paid, today)))
    assert paid.amount + sum(one.amount for one in coming) == total
    assert not {one.number for one in coming} & kept.keys()
    assert all(one.date >= today for one in coming)
    assert len(coming) <= max(1, count - len(kept))
    assert not coming or max(one.amount for one in coming) - min(one.amount for one in coming) <= Decimal("0.01")


TODAY = date(2025, 3, 10)
YESTERDAY, TOMORROW = TODAY - A_DAY, TODAY + A_DAY
PAID, PENDING, OVERDUE = PaymentStatus.PAID, PaymentStatus.PENDING, PaymentStatus.OVERDUE


@pytest.mark.parametrize(("day", "status"), [(YESTERDAY, OVERDUE), (TODAY, PENDING), (TOMORROW, PENDING)])
def test_unpaid_is_overdue_from_the_day_after_it_is_due(day: date, status: PaymentStatus) -> None:
    assert unpaid_status(day, TODAY) is status


@pytest.mark.parametrize(
    ("status", "day", "paid_date", "wrong"),
    [
        (PAID, TOMORROW, TODAY, None),
        (PAID, YESTERDAY, YESTERDAY, None),
        (PAID, YESTERDAY, TOMORROW, "paid_date"),
        (PENDING, YESTERDAY, None, "status"),
        (PENDING, TODAY, None, None),
        (PENDING, TOMORROW, None, None),
        (PENDING, TOMORROW, TODAY, "paid_date"),
        (OVERDUE, YESTERDAY, None, None),
        (OVERDUE, TODAY, None, "status"),
        (OVERDUE, TOMORROW, None, "status"),
        (OVERDUE, YESTERDAY, YESTERDAY, "paid_date"),
    ],
)
def test_a_status_fits_its_dates(status: PaymentStatus, day: date, paid_date: date | None, wrong: str | None) -> None:
    problem = status_problem(status, day, paid_date, TODAY)
    assert (problem and problem[0]) == wrong


def test_an_invalid_status_gets_a_message() -> None:
    future = ("paid_date", "Must not be in the future.")
    assert status_problem(PAID, TODAY, TOMORROW, TODAY) == paid_problem(TOMORROW, TODAY) == future
    assert status_problem(PENDING, TODAY, TODAY, TODAY) == (
        "paid_date",
        "Only allowed with status «Pagado».",
    )
    assert status_problem(PENDING, YESTERDAY, None, TODAY) == (
        "status",
        "An unpaid payment due on 2025-03-09 must be «Vencido».",
    )
