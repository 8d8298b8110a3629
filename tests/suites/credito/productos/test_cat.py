"""The CAT: published rates, and what comes back when it is put into its own equation."""

from datetime import date
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.suites.credito.productos.rules.cat import cat_de
from app.suites.credito.productos.rules.condiciones import BaseDias, ComisionModo, Condiciones, Frecuencia
from app.suites.credito.productos.rules.cotizacion import cat_de_tipo, cotizar
from app.suites.credito.productos.rules.fechas import DiasSinCobro
from tests.suites.credito.productos.terms import D, fijas, sobre_saldos

DAY = date(2026, 3, 3)
PER_YEAR = {"semanal": 52, "catorcenal": 26, "quincenal": 24, "mensual": 12, "diario": 365}


def worth(pagos: list[Decimal], percent: Decimal, frecuencia: Frecuencia) -> Decimal:
    """Value on the first day of payments at a yearly rate, term by term."""
    with localcontext(prec=40):
        yearly = 1 + percent / 100
        terms = (pago / yearly ** (D(k) / PER_YEAR[frecuencia]) for k, pago in enumerate(pagos, start=1))
        return sum(terms, D(0))


@pytest.mark.parametrize(
    ("tasa", "frecuencia", "published"),
    [("1.38", Frecuencia.MENSUAL, "269.2"), ("0.5627", Frecuencia.SEMANAL, "75.0"), ("0", Frecuencia.SEMANAL, "0.0")],
)
def test_the_cat_of_a_rate_on_the_balance_is_that_rate_compounded(tasa, frecuencia, published):
    # Compartamos publishes 138 % with a CAT of 269 %, and 56.27 % with one of about 74.9 %.
    assert cotizar(sobre_saldos(24, tasa, frecuencia), D(100000), DAY).cat == D(published)


@pytest.mark.parametrize(
    ("n", "interes", "cat"),
    [(14, "0.4", "1068.5"), (20, "0.4", "481.4"), (30, "0.5", "330.0"), (11, "0.1", "131.0"), (13, "0.3", "659.8")],
)
def test_the_cat_of_the_usual_types(n, interes, cat):
    terms = fijas(n, interes, redondeo=D(1))
    assert cat_de_tipo(terms) == D(cat)
    pagos = [(1 + D(interes)) * 1000 / n] * n
    assert (
        worth(pagos, D(cat) + D("0.05"), Frecuencia.SEMANAL)
        < 1000
        < worth(pagos, D(cat) - D("0.05"), Frecuencia.SEMANAL)
    )


def test_a_press_error_of_870_a_week_for_8000_in_32_weeks_is_a_cat_of_about_17_200():
    assert round(cat_de([D(870)] * 32, D(8000), Frecuencia.SEMANAL), -2) == 17200


def test_iva_and_penalties_are_no_part_of_the_cat():
    quote = cotizar(fijas(14, "0.4", iva=D("0.16")), D(14000), DAY)
    assert quote.calendario.cuota == D(1464)
    assert quote.cat == cotizar(fijas(14, "0.4"), D(14000), DAY).cat


@pytest.mark.parametrize("modo", ComisionModo)
def test_commission_and_insurance_are_paid_at_the_start_whichever_way(modo):
    quote = cotizar(fijas(14, "0.4", comision=D("0.05"), comision_modo=modo, seguro=D(50)), D(3000), DAY)
    assert quote.cat == cat_de([D(300)] * 14, D(2800), Frecuencia.SEMANAL)
    assert quote.comision == D(150)
    assert quote.monto_entregado() == (D(2800) if modo is ComisionModo.DESCONTADA else D(2950))
    assert quote.monto_entregado(D(2700)) == quote.monto_entregado() - 2700


def test_dates_do_not_change_the_cat():
    terms = fijas(14, "0.4")
    late = cotizar(terms, D(3000), date(2026, 3, 2), 7, DiasSinCobro(semanas={date(2026, 3, 9), date(2026, 3, 16)}))
    assert late.calendario.primera_fecha == date(2026, 3, 29)
    assert late.cat == cotizar(terms, D(3000), DAY, 1).cat


def test_one_payment_has_a_cat():
    # 1,100 after a month for 1,000: 1.1 to the power of 12.
    assert cat_de([D(1100)], D(1000), Frecuencia.MENSUAL) == D("213.8")


@pytest.mark.parametrize("received", [D(0), D(-5)])
def test_a_loan_that_brings_nothing_has_no_cat(received):
    assert cat_de([D(100)], received, Frecuencia.SEMANAL) is None


@pytest.mark.parametrize(
    ("pago", "cat"),
    [("2154.4520", D("999996.4")), ("2154.45263", D("999999.9")), ("2154.45270", None), ("1E+9", None)],
)
def test_above_999_999_9_percent_there_is_none_and_the_quote_says_so(pago, cat):
    # A payment after a month: 10,000.999 to the power of 1/12 is 2.154452...
    assert cat_de([D(pago)], D(1000), Frecuencia.MENSUAL) == cat


def test_a_quote_without_a_cat_has_a_warning():
    assert cotizar(fijas(1, "10"), D(1000), DAY).avisos == ["cat_fuera_de_rango"]
    assert cotizar(fijas(14, "0.4"), D(1000), DAY).avisos == []


def test_a_type_whose_loan_of_1000_cannot_be_rounded_has_no_cat():
    assert cat_de_tipo(fijas(520, "0.4", redondeo=D(10))) is None


def test_the_cat_of_a_type_that_counts_days_does_not_depend_on_the_day():
    assert cat_de_tipo(sobre_saldos(12, "0.36", base_dias=BaseDias.REAL_REAL)) is not None


@given(
    interes=st.decimals(0, 20, places=6),
    n=st.integers(1, 60) | st.just(520),
    frecuencia=st.sampled_from(Frecuencia),
    comision=st.decimals(0, D("0.9"), places=2),
    monto=st.decimals(10000, 100000, places=2),
)
def test_the_cat_solves_its_equation_to_a_tenth(interes, n, frecuencia, comision, monto):
    terms: Condiciones = fijas(n, interes, frecuencia, comision=comision)
    quote = cotizar(terms, monto, DAY)
    pagos, received = [one.capital + one.interes for one in quote.calendario.cuotas], monto - quote.comision
    if quote.cat is None:
        assert worth(pagos, D("999999.9"), frecuencia) > received
        return
    half, least = D("0.05"), D("0.0000001")
    assert worth(pagos, quote.cat + half + least, frecuencia) < received
    assert worth(pagos, quote.cat - half - least, frecuencia) > received
