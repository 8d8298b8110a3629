"""Penalties for lateness and for missed weeks."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.suites.credito.prestamos.rules.asignacion import asignar
from app.suites.credito.prestamos.rules.atraso import Gracia
from app.suites.credito.prestamos.rules.mora import Penalizacion, ReglaDeMora, moras_al, pena_de
from app.suites.credito.productos.rules.condiciones import Frecuencia, MoraTipo, OrdenAplicacion
from tests.suites.credito.prestamos.agenda import LUNES, SEMANA, cargo, cuotas_de, pago

SEMANAL = Gracia(None, Frecuencia.SEMANAL)
SIGUIENTE = LUNES + SEMANA
"""First day after the grace of the first installment."""
DIA = timedelta(days=1)


def rule(tipo, valor, **values):
    return ReglaDeMora(MoraTipo(tipo), Decimal(valor), SEMANAL, **values)


def charges(regla, day, *payments):
    paid = asignar(cuotas_de(), [], payments, OrdenAplicacion.CUOTAS_PRIMERO)
    return [(one.cuota_numero, one.fecha, one.monto) for one in moras_al(cuotas_de(), paid.abonos, regla, day)]


@pytest.mark.parametrize(("kind", "value", "amount"), [("fija", "50", 50), ("porcentaje", "0.05", 10)])
def test_a_penalty_arises_once_on_the_first_day_after_the_grace(kind, value, amount):
    partly = pago(LUNES, 100)

    assert charges(rule(kind, value), SIGUIENTE - DIA, partly) == []
    assert charges(rule(kind, value), SIGUIENTE, partly) == [(1, SIGUIENTE, amount)]
    assert charges(rule(kind, value), SIGUIENTE + 6 * DIA, partly) == [(1, SIGUIENTE, amount)]


def test_a_late_payment_does_not_change_the_penalty_and_a_backdated_one_takes_it_back():
    assert charges(rule("fija", 50), SIGUIENTE, pago(SIGUIENTE, 300)) == [(1, SIGUIENTE, 50)]
    assert charges(rule("porcentaje", "0.05"), SIGUIENTE, pago(SIGUIENTE, 300)) == [(1, SIGUIENTE, 15)]
    assert charges(rule("fija", 50), SIGUIENTE, pago(SIGUIENTE - DIA, 300)) == []


def test_daily_interest_is_simple_and_one_charge_that_grows():
    regla, capital = rule("diaria", "3.6"), cuotas_de()[0].capital

    grown = [charges(regla, SIGUIENTE + days * DIA)[0] for days in (0, 1, 6)]

    assert grown == [(1, SIGUIENTE, round(capital * days / 100, 2)) for days in (7, 8, 13)]


def test_daily_interest_counts_each_part_of_the_capital_for_its_own_days():
    first = cuotas_de()[0]
    half = pago(LUNES + 3 * DIA, first.interes + 100)

    [(_, _, amount)] = charges(rule("diaria", "3.6"), SIGUIENTE, half)

    assert amount == round((first.capital * 3 + (first.capital - 100) * 4) / 100, 2)


def test_daily_interest_stops_when_the_installment_is_paid():
    regla, settled = rule("diaria", "3.6"), pago(SIGUIENTE + DIA, 300)

    assert charges(regla, SIGUIENTE + 3 * DIA, settled) == charges(regla, SIGUIENTE + DIA)


@pytest.mark.parametrize("kind", ["fija", "porcentaje", "diaria"])
def test_nothing_arises_from_the_end_of_a_loan_on(kind):
    ended = rule(kind, 1, fin=SIGUIENTE)

    assert charges(ended, SIGUIENTE + 5 * SEMANA) == []


def test_daily_interest_does_not_grow_after_the_end():
    ended = rule("diaria", "3.6", fin=SIGUIENTE + 2 * DIA)

    assert charges(ended, SIGUIENTE + 20 * DIA)[0] == charges(rule("diaria", "3.6"), SIGUIENTE + 2 * DIA)[0]


def test_penalties_are_never_counted_on_penalties():
    cuotas, regla = cuotas_de(), rule("porcentaje", "0.1")
    without = asignar(cuotas, [], [pago(LUNES, 100)], OrdenAplicacion.CUOTAS_PRIMERO)
    beside = asignar(cuotas, [cargo(LUNES - DIA, 500)], [pago(LUNES, 100)], OrdenAplicacion.CUOTAS_PRIMERO)

    assert moras_al(cuotas, beside.abonos, regla, SIGUIENTE) == moras_al(cuotas, without.abonos, regla, SIGUIENTE)


def test_iva_is_added_where_the_type_has_it():
    [found] = moras_al(cuotas_de(), [], rule("fija", 50, iva=Decimal("0.16")), SIGUIENTE)

    assert found == Penalizacion(1, SIGUIENTE, Decimal(50), Decimal(8))


@pytest.mark.parametrize("kind", ["ninguna", "cuotas_extra"])
def test_types_without_penalty_for_lateness_have_none(kind):
    assert charges(rule(kind, 1), SIGUIENTE + 9 * SEMANA) == []


PENA = rule("cuotas_extra", 1, tolerados=1, limite=2)


@pytest.mark.parametrize(
    ("missed", "penalties", "amount"), [(1, 0, None), (2, 0, 300), (3, 1, 300), (4, 2, None), (3, 0, 300)]
)
def test_missed_weeks_beyond_the_tolerated_ones_cost_an_installment_up_to_the_limit(missed, penalties, amount):
    found = pena_de(PENA, Decimal(300), numero=missed, dia=SIGUIENTE, vigentes=missed, penas=penalties)

    assert (found and found.monto) == amount


def test_a_penalty_of_two_installments():
    regla = replace(PENA, valor=Decimal(2), iva=Decimal("0.16"))

    found = pena_de(regla, Decimal(50), numero=4, dia=SIGUIENTE, vigentes=2, penas=0)

    assert found == Penalizacion(4, SIGUIENTE, Decimal(100), Decimal(16))


def test_a_missed_week_costs_nothing_after_the_end_or_in_other_types():
    values = {"numero": 2, "dia": SIGUIENTE, "vigentes": 5, "penas": 0}

    assert pena_de(replace(PENA, fin=SIGUIENTE), Decimal(300), **values) is None
    assert pena_de(rule("fija", 50), Decimal(300), **values) is None
