"""Due dates of installments: examples of the contract, then properties."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.suites.credito.equipo.rules import lunes
from app.suites.credito.productos.rules.condiciones import Frecuencia
from app.suites.credito.productos.rules.fechas import DiasSinCobro, fechas_desde, fechas_originales

TUESDAY = date(2026, 3, 3)
A_DAY, A_WEEK = timedelta(days=1), timedelta(weeks=1)
DAYS = st.dates(date(1970, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("frecuencia", "dia_reunion", "expected"),
    [
        (Frecuencia.SEMANAL, 1, [date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23)]),
        (Frecuencia.SEMANAL, 2, [date(2026, 3, 10), date(2026, 3, 17), date(2026, 3, 24)]),
        (Frecuencia.SEMANAL, 7, [date(2026, 3, 15), date(2026, 3, 22), date(2026, 3, 29)]),
        (Frecuencia.SEMANAL, None, [date(2026, 3, 10), date(2026, 3, 17), date(2026, 3, 24)]),
        (Frecuencia.CATORCENAL, 1, [date(2026, 3, 16), date(2026, 3, 30), date(2026, 4, 13)]),
        (Frecuencia.CATORCENAL, None, [date(2026, 3, 17), date(2026, 3, 31), date(2026, 4, 14)]),
        (Frecuencia.QUINCENAL, 1, [date(2026, 3, 18), date(2026, 4, 3), date(2026, 4, 18)]),
        (Frecuencia.MENSUAL, 1, [date(2026, 4, 3), date(2026, 5, 3), date(2026, 6, 3)]),
        (Frecuencia.DIARIO, 1, [date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 6)]),
    ],
)
def test_the_first_date_follows_the_frequency_and_a_weekly_one_the_day_of_meeting(frecuencia, dia_reunion, expected):
    assert fechas_originales(TUESDAY, frecuencia, 3, dia_reunion) == expected


@pytest.mark.parametrize("weekday", range(7))
def test_a_group_pays_first_in_the_week_after_the_disbursement_whatever_its_day(weekday):
    disbursed = date(2026, 3, 2) + weekday * A_DAY
    assert fechas_originales(disbursed, Frecuencia.SEMANAL, 1, 1) == [date(2026, 3, 9)]


def test_daily_installments_fall_on_sundays_too():
    assert fechas_originales(date(2026, 3, 6), Frecuencia.DIARIO, 3) == [date(2026, 3, day) for day in (7, 8, 9)]


def test_a_month_after_the_31st_is_the_last_of_a_shorter_month_and_the_31st_comes_back():
    found = fechas_originales(date(2027, 8, 31), Frecuencia.MENSUAL, 7)
    assert found == [
        date(2027, 9, 30), date(2027, 10, 31), date(2027, 11, 30), date(2027, 12, 31),
        date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31),
    ]  # fmt: skip


def test_a_month_after_29_february_keeps_that_day_until_february_is_short():
    found = fechas_originales(date(2028, 2, 29), Frecuencia.MENSUAL, 24)
    assert {day.day for day in found if day.month != 2} == {29}
    assert [day for day in found if day.month == 2] == [date(2029, 2, 28), date(2030, 2, 28)]


@pytest.mark.parametrize(
    ("disbursed", "expected"),
    [
        (date(2026, 1, 15), [date(2026, 1, 30), date(2026, 2, 15), date(2026, 2, 28), date(2026, 3, 15)]),
        (date(2026, 1, 31), [date(2026, 2, 16), date(2026, 2, 28), date(2026, 3, 16), date(2026, 3, 31)]),
        (date(2026, 2, 14), [date(2026, 2, 28), date(2026, 3, 14), date(2026, 3, 29), date(2026, 4, 14)]),
    ],
)
def test_half_months_are_counted_from_the_day_of_the_disbursement(disbursed, expected):
    assert fechas_originales(disbursed, Frecuencia.QUINCENAL, 4) == expected


@given(disbursed=DAYS)
def test_no_first_half_month_is_shorter_than_eight_days(disbursed):
    assert fechas_originales(disbursed, Frecuencia.QUINCENAL, 1)[0] - disbursed >= 8 * A_DAY


@given(disbursed=DAYS, frecuencia=st.sampled_from(Frecuencia), n=st.integers(1, 520), day=st.none() | st.integers(1, 7))
def test_dates_rise_and_shorter_terms_have_the_first_of_longer_ones(disbursed, frecuencia, n, day):
    found = fechas_originales(disbursed, frecuencia, n, day)
    assert len(found) == n
    assert disbursed < found[0]
    assert all(earlier < later for earlier, later in pairwise(found))
    assert fechas_originales(disbursed, frecuencia, 1, day) == found[:1]


@pytest.mark.parametrize(
    ("frecuencia", "expected"),
    [
        (Frecuencia.SEMANAL, [date(2026, 1, 31), date(2026, 2, 7), date(2026, 2, 14)]),
        (Frecuencia.CATORCENAL, [date(2026, 1, 31), date(2026, 2, 14), date(2026, 2, 28)]),
        (Frecuencia.MENSUAL, [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]),
        (Frecuencia.DIARIO, [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 2)]),
    ],
)
def test_a_first_date_may_be_given(frecuencia, expected):
    assert fechas_desde(date(2026, 1, 31), frecuencia, 3) == expected


def test_a_holiday_moves_one_date_to_the_next_working_day_and_sunday_is_one():
    holidays = DiasSinCobro(inhabiles={date(2026, 3, 14), date(2026, 3, 16)})
    moved = [holidays.vencimiento(day) for day in fechas_originales(TUESDAY, Frecuencia.SEMANAL, 3, 1)]
    assert moved == [date(2026, 3, 9), date(2026, 3, 17), date(2026, 3, 23)]
    assert holidays.vencimiento(date(2026, 3, 14)) == date(2026, 3, 15)


def test_a_holiday_may_bring_two_installments_to_one_day():
    holidays = DiasSinCobro(inhabiles={date(2026, 3, 4)})
    moved = [holidays.vencimiento(day) for day in fechas_originales(TUESDAY, Frecuencia.DIARIO, 3)]
    assert moved == [date(2026, 3, 5), date(2026, 3, 5), date(2026, 3, 6)]


def test_a_week_without_collection_moves_its_dates_and_all_later_ones_by_seven_days():
    flood = DiasSinCobro(semanas={date(2026, 3, 16)})
    moved = [flood.vencimiento(day) for day in fechas_originales(TUESDAY, Frecuencia.SEMANAL, 4, 1)]
    assert moved == [date(2026, 3, 9), date(2026, 3, 23), date(2026, 3, 30), date(2026, 4, 6)]


def test_two_weeks_without_collection_move_dates_twice_and_holidays_come_last():
    days = DiasSinCobro(inhabiles={date(2026, 3, 30)}, semanas={date(2026, 3, 16), date(2026, 3, 23)})
    assert days.vencimiento(date(2026, 3, 16)) == date(2026, 3, 31)
    assert days.vencimiento(date(2026, 3, 15)) == date(2026, 3, 15)


def test_a_holiday_does_not_move_a_date_into_a_week_without_collection():
    days = DiasSinCobro(inhabiles={date(2026, 3, 15)}, semanas={date(2026, 3, 16)})
    assert days.vencimiento(date(2026, 3, 15)) == date(2026, 3, 23)


def test_weeks_that_began_before_the_disbursement_move_nothing():
    days = DiasSinCobro(semanas={date(2026, 3, 2), date(2026, 3, 9)})
    assert days.after(TUESDAY).semanas == {date(2026, 3, 9)}


@given(
    original=DAYS,
    holidays=st.frozensets(st.integers(-20, 40), max_size=12),
    weeks=st.frozensets(st.integers(-3, 5), max_size=5),
)
def test_a_moved_date_is_a_day_of_collection_and_never_earlier(original, holidays, weeks):
    days = DiasSinCobro(
        frozenset(original + n * A_DAY for n in holidays), frozenset(lunes(original) + n * A_WEEK for n in weeks)
    )
    moved = days.vencimiento(original)
    assert moved >= original
    assert moved not in days.inhabiles
    assert lunes(moved) not in days.semanas
