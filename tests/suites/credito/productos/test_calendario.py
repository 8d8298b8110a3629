"""Schedules: figures of the contract, then properties that are computed again by plain sums of fractions."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import Invalid
from app.suites.credito.productos.rules.calendario import calendario_de, partes_de
from app.suites.credito.productos.rules.condiciones import (
    REDONDEOS,
    BaseDias,
    Condiciones,
    Frecuencia,
    Metodo,
    ModoRedondeo,
)
from app.suites.credito.productos.rules.fechas import DiasSinCobro
from tests.suites.credito.productos.terms import D, fijas, sobre_saldos

DAY = date(2026, 3, 3)
CENTS = st.decimals(D("0.01"), D("99999.99"), places=2)
RATES = st.decimals(0, D("3"), places=6)
NUMBERS = st.integers(1, 60) | st.sampled_from([104, 260, 519, 520])
ROUNDED = st.tuples(st.sampled_from(REDONDEOS), st.sampled_from(ModoRedondeo))
IVAS = st.sampled_from([D(0), D("0.16"), D("0.08")])
UNITS = st.sampled_from(["periodos", "30/360", "real/360", "real/365", "real/real"]).map(BaseDias)


def half_up(value: Fraction, step: Fraction = Fraction(1, 100)) -> Fraction:
    return floor(value / step + Fraction(1, 2)) * step


def schedule(terms: Condiciones, monto: object, day: date = DAY):
    return calendario_de(terms, D(str(monto)), day).cuotas


def test_3000_at_40_percent_in_14_weeks_are_payments_of_300_with_interest_of_85_71_and_85_72_in_turn():
    found = calendario_de(fijas(14, "0.4", redondeo=D(1)), D(3000), DAY, dia_reunion=1)
    assert {cuota.monto for cuota in found.cuotas} == {D("300.00")} == {found.cuota}
    assert {cuota.interes for cuota in found.cuotas} == {D("85.71"), D("85.72")}
    assert [cuota.interes for cuota in found.cuotas[:4]] == [D("85.71"), D("85.72"), D("85.71"), D("85.72")]
    assert (found.interes_total, found.iva_total, found.total_a_pagar) == (D(1200), 0, D(4200))
    assert (found.primera_fecha, found.fecha_vencimiento) == (date(2026, 3, 9), date(2026, 6, 8))


@pytest.mark.parametrize(
    ("n", "interes", "cuota"), [(14, "0.4", 100), (20, "0.4", 70), (30, "0.5", 50), (11, "0.1", 100), (13, "0.3", 100)]
)
def test_1000_are_repaid_as_the_business_says(n, interes, cuota):
    found = schedule(fijas(n, interes, redondeo=D(1)), 1000)
    assert [one.monto for one in found] == [cuota] * n


def test_interest_is_rounded_in_sum_so_that_the_last_does_not_carry_half_cents():
    found = schedule(fijas(4, "0.05", Frecuencia.MENSUAL), 1250)
    assert [cuota.interes for cuota in found] == [D("15.63"), D("15.62"), D("15.63"), D("15.62")]


def test_iva_is_added_to_the_interest_and_shared_alike():
    found = calendario_de(fijas(3, "0.1", iva=D("0.16")), D(1000), DAY)
    assert (found.interes_total, found.iva_total, found.total_a_pagar) == (D(100), D(16), D(1116))
    assert [cuota.iva for cuota in found.cuotas] == [D("5.33"), D("5.34"), D("5.33")]
    assert {cuota.monto for cuota in found.cuotas} == {D(372)}


@pytest.mark.parametrize(
    ("redondeo", "modo", "expected"),
    [
        ("0.01", "arriba", ["333.34", "333.34", "333.32"]),
        ("0.01", "cercano", ["333.33", "333.33", "333.34"]),
        ("0.50", "arriba", ["333.50", "333.50", "333.00"]),
        ("1", "cercano", ["333.00", "333.00", "334.00"]),
        ("5", "arriba", ["335.00", "335.00", "330.00"]),
        ("10", "cercano", ["330.00", "330.00", "340.00"]),
    ],
)
def test_payments_are_rounded_and_the_last_is_the_rest(redondeo, modo, expected):
    found = schedule(fijas(3, "0", redondeo=D(redondeo), modo_redondeo=ModoRedondeo(modo)), 1000)
    assert [str(cuota.monto) for cuota in found] == expected


@pytest.mark.parametrize("metodo", Metodo)
def test_a_loan_of_one_payment_is_valid(metodo):
    rate = {"interes": D("0.1")} if metodo is Metodo.CUOTA_FIJA else {"tasa_anual": D("1.2")}
    terms = Condiciones(metodo=metodo, frecuencia=Frecuencia.MENSUAL, numero_pagos=1, **rate)
    (only,) = schedule(terms, "1000.05")
    assert (only.capital, only.interes, only.monto) == (D("1000.05"), D("100.01"), D("1100.06"))


@pytest.mark.parametrize("metodo", Metodo)
def test_without_interest_the_parts_are_equal(metodo):
    rate = {"interes": D(0)} if metodo is Metodo.CUOTA_FIJA else {"tasa_anual": D(0)}
    terms = Condiciones(metodo=metodo, frecuencia=Frecuencia.SEMANAL, numero_pagos=16, iva=D("0.16"), **rate)
    assert {cuota[3:] for cuota in schedule(terms, 1000)} == {(D("62.50"), D("62.50"), 0, 0)}


@pytest.mark.parametrize(
    ("terms", "monto"),
    [
        (fijas(520, "0.4", redondeo=D(10)), 1000),
        (fijas(14, "0", redondeo=D(10)), "130"),
        (fijas(52, "0", redondeo=D(1), modo_redondeo=ModoRedondeo.CERCANO), 20),
        (sobre_saldos(24, "0.3", redondeo=D(10)), 150),
        (sobre_saldos(24, "1.2", redondeo=D(10), modo_redondeo=ModoRedondeo.CERCANO), 30),
        (sobre_saldos(52, "0.3", metodo=Metodo.CAPITAL_FIJO), "0.03"),
        (sobre_saldos(52, "0.3", metodo=Metodo.CAPITAL_FIJO), "1.00"),
    ],
)
def test_rounding_that_shortens_the_loan_is_refused(terms, monto):
    with pytest.raises(Invalid) as refused:
        schedule(terms, monto)
    assert refused.value.code == "redondeo_excesivo"
    assert list(refused.value.errors) == ["monto"]


def test_a_total_that_no_amount_holds_is_refused():
    with pytest.raises(Invalid) as refused:
        schedule(fijas(2, "9"), "9999999999.99")
    assert (refused.value.code, list(refused.value.errors)) == ("validation_failed", ["monto"])


def test_grace_of_capital_pays_interest_only():
    found = schedule(sobre_saldos(4, "0.12", gracia_capital=2), 1000)
    assert [(cuota.capital, cuota.interes) for cuota in found] == [
        (0, D(10)), (0, D(10)), (D("497.52"), D(10)), (D("502.48"), D("5.02")),
    ]  # fmt: skip


def test_fixed_capital_is_to_the_cent_whatever_the_rounding_and_iva_comes_on_the_interest():
    terms = sobre_saldos(3, "0.12", metodo=Metodo.CAPITAL_FIJO, redondeo=D(10), iva=D("0.16"))
    assert [cuota[4:] for cuota in schedule(terms, 1000)] == [
        (D("333.33"), D("10.00"), D("1.60")), (D("333.33"), D("6.67"), D("1.07")), (D("333.34"), D("3.33"), D("0.53")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "begin", "end", "expected"),
    [
        ("30/360", date(2026, 1, 31), date(2026, 3, 1), Fraction(31, 360)),
        ("30/360", date(2026, 1, 30), date(2026, 1, 31), Fraction(0)),
        ("30/360", date(2026, 2, 28), date(2026, 3, 31), Fraction(32, 360)),
        ("30/360", date(2028, 1, 31), date(2028, 2, 29), Fraction(29, 360)),
        ("real/360", date(2028, 2, 1), date(2028, 3, 1), Fraction(29, 360)),
        ("real/365", date(2028, 2, 1), date(2028, 3, 1), Fraction(29, 365)),
        ("real/real", date(2028, 2, 1), date(2028, 3, 1), Fraction(29, 366)),
        ("real/real", date(2027, 12, 15), date(2028, 1, 15), Fraction(17, 365) + Fraction(14, 366)),
        ("real/real", date(2027, 12, 31), date(2028, 12, 31), Fraction(1, 365) + Fraction(365, 366)),
    ],
)
def test_days_of_a_period_count_by_the_base(base, begin, end, expected):
    terms = sobre_saldos(1, "1", base_dias=BaseDias(base))
    (only,) = partes_de(terms, D("1000000.00"), [begin, end])
    assert Fraction(only.interes) == half_up(1_000_000 * expected)


@pytest.mark.parametrize(
    ("frecuencia", "periods"),
    [("semanal", 52), ("catorcenal", 26), ("quincenal", 24), ("mensual", 12), ("diario", 360)],
)
def test_periods_of_a_year_count_alike(frecuencia, periods):
    terms = sobre_saldos(1, "1", Frecuencia(frecuencia))
    assert Fraction(schedule(terms, 936000)[0].interes) == Fraction(936000, periods)


def test_interest_does_not_change_where_a_holiday_moves_a_date():
    terms = sobre_saldos(6, "0.6", base_dias=BaseDias.REAL_365)
    moved = calendario_de(terms, D(5000), DAY, sin_cobro=DiasSinCobro({date(2026, 4, 3)}, {date(2026, 5, 25)})).cuotas
    assert [one.fecha_vencimiento for one in moved[:3]] == [date(2026, 4, 4), date(2026, 5, 3), date(2026, 6, 10)]
    plain = schedule(terms, 5000)
    assert [one[3:] for one in moved] == [one[3:] for one in plain]
    assert [one.fecha_original for one in moved] == [one.fecha_vencimiento for one in plain]


def check_fixed(terms: Condiciones, monto: Decimal) -> None:
    """Compute the schedule again in fractions, and compare; a refusal must have its reason."""
    n, interest = terms.numero_pagos, half_up(Fraction(monto) * Fraction(terms.interes or 0))
    tax = half_up(interest * Fraction(terms.iva))
    total, step = Fraction(monto) + interest + tax, Fraction(terms.redondeo)
    rounded = ceil(total / n / step) * step
    cuota = rounded if terms.modo_redondeo is ModoRedondeo.ARRIBA else half_up(total / n, step)
    amounts = [cuota] * (n - 1) + [total - cuota * (n - 1)]
    interests = [half_up(interest * k / n) - half_up(interest * (k - 1) / n) for k in range(1, n + 1)]
    taxes = [half_up(tax * k / n) - half_up(tax * (k - 1) / n) for k in range(1, n + 1)]
    capitals = [a - i - t for a, i, t in zip(amounts, interests, taxes, strict=True)]
    try:
        found = schedule(terms, monto)
    except Invalid:
        assert amounts[-1] <= interests[-1] + taxes[-1] or min(capitals) < 0 or cuota <= 0
        return
    assert [tuple(map(Fraction, one[3:])) for one in found] == list(
        zip(amounts, capitals, interests, taxes, strict=True)
    )
    assert sum(one.monto for one in found) == total
    assert sum(one.capital for one in found) == monto
    assert found[-1].monto > found[-1].interes + found[-1].iva
    assert all(one.monto > 0 and one.capital >= 0 for one in found)


@pytest.mark.parametrize("n", range(1, 521))
def test_installments_sum_to_the_total_for_every_number_and_the_last_is_more_than_its_interest(n):
    # Above 10 x 520 x 520, so that no step of rounding shortens the loan.
    found = schedule(fijas(n, "0.437", redondeo=REDONDEOS[n % 5], iva=D("0.16")), "2777777.77")
    assert sum(one.capital for one in found) == D("2777777.77")
    assert sum(one.interes for one in found) == D("1213888.89")
    assert sum(one.iva for one in found) == D("194222.22")
    assert sum(one.monto for one in found) == D("4185888.88")
    assert found[-1].monto > found[-1].interes + found[-1].iva


@given(monto=CENTS, interes=RATES, n=NUMBERS, rounded=ROUNDED, iva=IVAS)
def test_fixed_payments_are_those_of_the_formula(monto, interes, n, rounded, iva):
    check_fixed(fijas(n, interes, redondeo=rounded[0], modo_redondeo=rounded[1], iva=iva), monto)


def year_fractions(terms: Condiciones, dates: list[date]) -> list[Fraction]:
    """Parts of a year, day by day."""
    periods = {"semanal": 52, "catorcenal": 26, "quincenal": 24, "mensual": 12, "diario": 360}[terms.frecuencia]
    found = []
    for begin, end in pairwise(dates):
        days = [date.fromordinal(n) for n in range(begin.toordinal(), end.toordinal())]
        thirty = sum(360 * d.year * s + 30 * d.month * s + min(d.day, 30) * s for d, s in ((end, 1), (begin, -1)))
        leap = sum((d.year % 4 == 0 and d.year % 100 != 0) or d.year % 400 == 0 for d in days)
        found.append(
            {
                "periodos": Fraction(1, periods),
                "30/360": Fraction(thirty, 360),
                "real/360": Fraction(len(days), 360),
                "real/365": Fraction(len(days), 365),
                "real/real": Fraction(leap, 366) + Fraction(len(days) - leap, 365),
            }[terms.base_dias]
        )
    return found


def left_after(payment: Fraction, monto: Fraction, rates: list[Fraction]) -> Fraction:
    """Balance after all payments, without rounding."""
    for rate in rates:
        monto = monto * (1 + rate) - payment
    return monto


@given(
    monto=CENTS,
    tasa=RATES,
    n=st.integers(1, 30),
    frecuencia=st.sampled_from(Frecuencia),
    base=UNITS,
    rounded=ROUNDED,
    iva=IVAS,
    grace=st.integers(0, 3),
    day=st.dates(date(1970, 1, 1), date(2100, 12, 31)),
)
def test_payments_on_the_balance_are_the_least_rounded_ones_that_repay_it(
    monto, tasa, n, frecuencia, base, rounded, iva, grace, day
):
    grace = min(grace, n - 1)
    terms = sobre_saldos(
        n,
        tasa,
        frecuencia,
        base_dias=base,
        redondeo=rounded[0],
        modo_redondeo=rounded[1],
        iva=iva,
        gracia_capital=grace,
    )
    try:
        found = schedule(terms, monto, day)
    except Invalid:  # its reasons have a test of their own
        return
    rates = [Fraction(tasa) * part for part in year_fractions(terms, [day, *(one.fecha_original for one in found)])]
    balance = Fraction(monto)
    for one, rate in zip(found, rates, strict=True):
        assert Fraction(one.interes) == half_up(balance * rate)
        assert Fraction(one.iva) == half_up(Fraction(one.interes) * Fraction(iva))
        assert one.monto == one.capital + one.interes + one.iva
        assert one.capital == 0 if one.numero <= grace else one.capital > 0
        balance -= Fraction(one.capital)
    assert balance == 0
    level, step, rest = {one.capital + one.interes for one in found[grace:-1]}, Fraction(rounded[0]), rates[grace:]
    if level:
        (payment,) = map(Fraction, level)
        assert payment % step == 0
        up = step if rounded[1] is ModoRedondeo.ARRIBA else step / 2
        assert (
            left_after(payment + step - up, Fraction(monto), rest)
            <= 0
            < left_after(payment - up - Fraction(1, 10**9), Fraction(monto), rest)
        )


@given(monto=CENTS, tasa=RATES, n=NUMBERS, iva=IVAS, grace=st.integers(0, 3))
def test_fixed_capital_is_the_rounded_part_and_the_last_the_rest(monto, tasa, n, iva, grace):
    grace = min(grace, n - 1)
    terms = sobre_saldos(n, tasa, metodo=Metodo.CAPITAL_FIJO, iva=iva, gracia_capital=grace)
    part = (monto / (n - grace)).quantize(D("0.01"), ROUND_HALF_UP)
    capitals = [D(0)] * grace + [part] * (n - grace - 1) + [monto - part * (n - grace - 1)]
    try:
        found = schedule(terms, monto)
    except Invalid:
        assert min(capitals[grace:]) <= 0
        return
    assert [one.capital for one in found] == capitals
    assert [Fraction(one.interes) for one in found] == [
        half_up(Fraction(monto - sum(capitals[:k])) * Fraction(tasa) / 12) for k in range(n)
    ]
