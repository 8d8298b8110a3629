"""Lateness, missed weeks and states of installments."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.suites.credito.prestamos.rules.asignacion import asignar
from app.suites.credito.prestamos.rules.atraso import Atraso, Gracia, atraso_de
from app.suites.credito.prestamos.rules.cuotas import EstadoCuota
from app.suites.credito.prestamos.rules.faltas import (
    PagoCobrado,
    TipoFalta,
    cubierto_a_tiempo,
    falta_de,
    falta_de_sumas,
)
from app.suites.credito.productos.rules.condiciones import Frecuencia, OrdenAplicacion
from tests.suites.credito.prestamos.agenda import LUNES, SEMANA, con_pagado, cuotas_de, pago, pagos_semanales

SEMANAL = Gracia(None, Frecuencia.SEMANAL)
DOMINGO = LUNES + timedelta(days=6)
MARTES = LUNES + timedelta(days=1)
MIERCOLES = LUNES + timedelta(days=2)


def loan(*payments):
    cuotas = cuotas_de()
    return con_pagado(cuotas, asignar(cuotas, [], payments, OrdenAplicacion.CUOTAS_PRIMERO))


@pytest.mark.parametrize(
    ("grace", "due", "last"),
    [
        (SEMANAL, LUNES, DOMINGO),
        (SEMANAL, DOMINGO, DOMINGO),
        (Gracia(0, Frecuencia.SEMANAL), LUNES, LUNES),
        (Gracia(3, Frecuencia.MENSUAL), date(2026, 2, 27), date(2026, 3, 2)),
        (Gracia(None, Frecuencia.CATORCENAL), LUNES, LUNES),
        (Gracia(None, Frecuencia.MENSUAL), LUNES, LUNES),
        (Gracia(None, Frecuencia.DIARIO), LUNES, LUNES),
    ],
)
def test_grace_is_the_rest_of_the_week_for_weekly_loans_and_none_for_others(grace, due, last):
    assert grace.fin(due) == last


def test_within_the_grace_a_loan_is_due_but_not_late():
    assert atraso_de(loan(), SEMANAL, DOMINGO) == Atraso(Decimal(0), LUNES, 0, 0, 1, Decimal(0))


def test_after_the_grace_days_are_counted_from_the_oldest_unpaid_due_date():
    assert atraso_de(loan(), SEMANAL, DOMINGO + timedelta(days=1)) == Atraso(Decimal(300), LUNES, 7, 0, 2, Decimal(0))


def test_days_late_are_not_counted_from_the_last_payment():
    paid = loan(pago(LUNES + SEMANA, 100))

    late = atraso_de(paid, SEMANAL, LUNES + 2 * SEMANA)

    assert (late.vencido, late.dias_atraso) == (200 + 300, 14)


def test_weeks_and_advance_are_counted_by_installments():
    paid = loan(pago(LUNES, 1050))

    late = atraso_de(paid, SEMANAL, MARTES)

    assert (late.semana_activa, late.semanas_que_debe, late.adelanto) == (3, 0, 750)
    assert late.vence_mas_antiguo == LUNES + 3 * SEMANA


def test_a_settled_loan_has_no_oldest_installment():
    late = atraso_de(loan(pago(LUNES, 4200)), SEMANAL, LUNES + 50 * SEMANA)

    assert late == Atraso(Decimal(0), None, 0, 14, 0, Decimal(0))


def test_states_of_installments():
    first, second, third, fourth, *_ = loan(pago(LUNES, 700))
    forgiven = replace(fourth, condonado=fourth.monto)
    states = [cuota.estado(MIERCOLES + 2 * SEMANA) for cuota in (first, second, third, fourth, forgiven)]

    assert states == ["pagada", "pagada", "vencida", "pendiente", "condonada"]
    assert third.estado(third.fecha) is EstadoCuota.PARCIAL


def collected(*payments):
    paid = asignar(cuotas_de(), [], payments, OrdenAplicacion.CUOTAS_PRIMERO)
    return [PagoCobrado(one.fecha, one.monto, paid.pagos[one.id].aplicado.a_cuotas) for one in payments]


def miss(week, *payments):
    found = falta_de(cuotas_de(), collected(*payments), week)
    return found and (found.tipo, found.abonado, found.faltante)


def test_a_payment_on_any_day_of_the_week_counts_for_it():
    assert miss(LUNES, pago(DOMINGO, 300)) is None
    assert miss(LUNES, pago(DOMINGO + timedelta(days=1), 300)) == (TipoFalta.SIN_PAGO, 0, 300)


def test_two_halves_of_a_week_are_no_missed_week():
    assert miss(LUNES, pago(LUNES, 150, 1), pago(MIERCOLES, 150, 2)) is None


def test_a_half_is_not_counted_twice():
    assert miss(LUNES, pago(LUNES, 150)) == (TipoFalta.PARCIAL, 150, 150)


def test_an_advance_covers_later_weeks_once():
    advance = pago(LUNES, 600)

    assert miss(LUNES, advance) is None
    assert miss(LUNES + SEMANA, advance) is None
    assert miss(LUNES + 2 * SEMANA, advance) == (TipoFalta.SIN_PAGO, 0, 300)


def test_arrears_do_not_make_a_paid_week_a_missed_one():
    assert miss(LUNES + SEMANA, pago(LUNES + SEMANA, 300)) is None


def test_money_that_paid_charges_is_no_advance():
    paid = [PagoCobrado(LUNES, Decimal(400), Decimal(300))]

    found = falta_de(cuotas_de(), paid, LUNES + SEMANA)

    assert found
    assert found.tipo is TipoFalta.SIN_PAGO


def test_two_installments_in_a_week_are_one_missed_week_with_the_number_of_the_first():
    first, second, *others = cuotas_de()
    moved = [first, replace(second, fecha=MARTES), *others]

    found = falta_de(moved, collected(pago(LUNES, 350)), LUNES)

    assert found
    assert (found.cuota_numero, found.esperado, found.faltante) == (1, 600, 250)


def test_a_week_without_installments_is_none():
    assert falta_de(cuotas_de(), [], LUNES - SEMANA) is None
    assert falta_de(cuotas_de(), [], LUNES + 14 * SEMANA) is None


def test_paid_in_time_a_loan_has_no_missed_week():
    on_time = collected(*pagos_semanales(14))

    assert not any(falta_de(cuotas_de(), on_time, LUNES + k * SEMANA) for k in range(14))


@given(
    payments=st.lists(st.tuples(st.integers(-7, 104), st.integers(1, 900), st.integers(0, 200)), max_size=8),
    forgiven=st.integers(0, 300),
    number=st.integers(0, 13),
)
def test_the_sum_paid_on_time_judges_a_week_as_all_rows_do(payments, forgiven, number):
    """Two installments are due in the second week, one is forgiven in part, and a part of payments paid charges."""
    first, second, third, *others = cuotas_de()
    cuotas = [
        first,
        second,
        replace(third, fecha=second.fecha + timedelta(days=2), condonado=Decimal(forgiven)),
        *others,
    ]
    paid = [
        PagoCobrado(LUNES + timedelta(days=day), Decimal(amount), Decimal(max(0, amount - charges)))
        for day, amount, charges in payments
    ]
    week, on_time = LUNES + number * SEMANA, cubierto_a_tiempo(cuotas, paid)
    due = [cuota for cuota in cuotas if week <= cuota.fecha < week + SEMANA]

    found = due and falta_de_sumas(
        week,
        min(cuota.numero for cuota in due),
        sum(cuota.monto - cuota.condonado for cuota in due),
        sum(pago.monto for pago in paid if week <= pago.fecha < week + SEMANA),
        sum(on_time[cuota.numero] for cuota in due),
    )

    assert (found or None) == falta_de(cuotas, paid, week)
