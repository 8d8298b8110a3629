"""Allocation of payments to installments and charges."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st

from app.suites.credito.prestamos.rules.asignacion import Aplicado, asignar
from app.suites.credito.prestamos.rules.cuotas import CuotaVigente
from app.suites.credito.productos.rules.condiciones import OrdenAplicacion
from tests.suites.credito.prestamos.agenda import (
    CATORCE_SEMANAS,
    LUNES,
    SEMANA,
    cargo,
    con_pagado,
    cuotas_de,
    pago,
    pagos_semanales,
)

CUOTAS_PRIMERO, CARGOS_PRIMERO = OrdenAplicacion
LIMIT = 0.005
"""Seconds in which a loan of a year is allocated anew."""
CON_IVA = replace(CATORCE_SEMANAS, iva=Decimal("0.16"))


def test_an_installment_is_paid_by_iva_then_interest_then_capital():
    cuotas = cuotas_de(3000, CON_IVA)
    first = cuotas[0]

    only_iva = asignar(cuotas, [], [pago(LUNES, first.iva)], CUOTAS_PRIMERO).pagos[1].aplicado
    more = asignar(cuotas, [], [pago(LUNES, first.iva + first.interes + 7)], CUOTAS_PRIMERO).pagos[1].aplicado

    assert only_iva == Aplicado(iva=first.iva)
    assert more == Aplicado(iva=first.iva, interes=first.interes, capital=Decimal(7))


def test_installments_are_paid_by_number_and_the_oldest_first():
    paid = asignar(cuotas_de(), [], [pago(LUNES + 2 * SEMANA, 450)], CUOTAS_PRIMERO)

    assert [paid.pagado[number] for number in (1, 2, 3, 4)] == [300, 150, 0, 0]
    assert paid.fechas == {1: LUNES + 2 * SEMANA}


def test_two_installments_on_one_day_are_paid_by_number():
    first, second, *others = cuotas_de()
    same_day = [second, replace(first, fecha=second.fecha), *others]

    paid = asignar(same_day, [], [pago(second.fecha, 400)], CUOTAS_PRIMERO)

    assert (paid.pagado[1], paid.pagado[2]) == (300, 100)


def test_charges_come_after_due_installments_and_before_future_ones():
    charges = [cargo(LUNES, 50)]

    exact = asignar(cuotas_de(), charges, [pago(LUNES, 300)], CUOTAS_PRIMERO)
    more = asignar(cuotas_de(), charges, [pago(LUNES, 400)], CUOTAS_PRIMERO)

    assert (exact.pagado[1], exact.cargos[1]) == (300, 0)
    assert (more.pagado[1], more.cargos[1], more.pagado[2]) == (300, 50, 50)


def test_charges_come_first_where_the_type_says_so():
    paid = asignar(cuotas_de(), [cargo(LUNES, 50, iva=8)], [pago(LUNES, 300)], CARGOS_PRIMERO)

    assert (paid.cargos[1], paid.pagado[1]) == (58, 242)
    assert paid.pagos[1].aplicado.cargos == 58
    assert paid.pagos[1].aplicado.iva_cargos == 8


def test_a_charge_takes_nothing_of_payments_before_its_day():
    payments = [pago(LUNES, 600)]

    without = asignar(cuotas_de(), [], payments, CARGOS_PRIMERO)
    later = asignar(cuotas_de(), [cargo(LUNES + timedelta(days=1), 50)], payments, CARGOS_PRIMERO)

    assert later.pagado == without.pagado
    assert later.cargos == {1: 0}


def test_money_beyond_the_balance_is_credit():
    paid = asignar(cuotas_de(), [], [pago(LUNES, 4250)], CUOTAS_PRIMERO)

    assert paid.pagos[1].aplicado == Aplicado(capital=Decimal(3000), interes=Decimal(1200), a_favor=Decimal(50))
    assert paid.pagos[1].saldo_despues == 0


def test_each_payment_knows_what_was_owed_after_it():
    charges = [cargo(LUNES + SEMANA, 100)]

    paid = asignar(cuotas_de(), charges, pagos_semanales(3), CUOTAS_PRIMERO)

    assert [paid.pagos[number].saldo_despues for number in (1, 2, 3)] == [3900, 3700, 3400]


def test_forgiven_parts_are_not_paid():
    first, *others = cuotas_de()
    cuotas = [replace(first, condonado=Decimal(100)), *others]

    paid = asignar(cuotas, [], [pago(LUNES, 250)], CUOTAS_PRIMERO)

    assert (paid.pagado[1], paid.pagado[2]) == (200, 50)
    # All of its interest was forgiven, and a part of its capital.
    assert cuotas[0].exigible.interes == 0
    assert paid.pagos[1].aplicado.capital == 200 + (50 - others[0].interes if others[0].interes < 50 else 0)


MONEY = st.decimals(Decimal("0.01"), 900, places=2)
DAYS = st.integers(0, 120)
PAYMENTS = st.lists(st.tuples(DAYS, MONEY), max_size=12)
CHARGES = st.lists(st.tuples(DAYS, MONEY), max_size=4)
ORDERS = st.sampled_from(OrdenAplicacion)


def payments_of(given_ones, entered=None):
    minutes = range(len(given_ones)) if entered is None else entered
    return [
        pago(LUNES + timedelta(days=days), amount, number=number, entered=minute)
        for number, ((days, amount), minute) in enumerate(zip(given_ones, minutes, strict=True), start=1)
    ]


def charges_of(given_ones):
    return [
        cargo(LUNES + timedelta(days=days), amount, number=number)
        for number, (days, amount) in enumerate(given_ones, start=1)
    ]


@given(PAYMENTS, CHARGES, ORDERS, st.data())
@settings(max_examples=60, deadline=None)
def test_any_order_of_entering_gives_the_balances_of_the_right_order(made, charged, orden, data):
    entered = data.draw(st.permutations(range(len(made))))
    charges = charges_of(charged)

    right = asignar(cuotas_de(), charges, payments_of(sorted(made)), orden)
    backdated = asignar(cuotas_de(), charges, payments_of(made, entered), orden)

    assert (backdated.pagado, backdated.cargos) == (right.pagado, right.cargos)
    assert backdated.fechas == right.fechas
    assert backdated.aplicado == right.aplicado


@given(PAYMENTS.filter(bool), CHARGES, ORDERS, st.data())
@settings(max_examples=60, deadline=None)
def test_reversing_any_payment_gives_the_state_as_if_it_had_never_been(made, charged, orden, data):
    payments, charges = payments_of(made), charges_of(charged)
    reversed_one = data.draw(st.sampled_from(payments))
    left = [payment for payment in payments if payment is not reversed_one]
    before = asignar(cuotas_de(), charges, payments, orden)

    # The rows as they are stored while the payment is there; their `pagado` must not matter.
    after = asignar(con_pagado(cuotas_de(), before), charges, left, orden)

    assert after == asignar(cuotas_de(), charges, left, orden)


@given(PAYMENTS, CHARGES, ORDERS)
@settings(max_examples=60, deadline=None)
def test_every_cent_is_allocated_once(made, charged, orden):
    cuotas, charges, payments = cuotas_de(3000, CON_IVA), charges_of(charged), payments_of(made)

    paid = asignar(cuotas, charges, payments, orden)

    for payment in payments:
        assert paid.pagos[payment.id].aplicado.total == payment.monto
    assert paid.aplicado.a_cuotas == sum(paid.pagado.values())
    assert paid.aplicado.cargos == sum(paid.cargos.values())
    assert all(0 <= paid.pagado[cuota.numero] <= cuota.monto for cuota in cuotas)
    by_parts = [cuota.pagadas for cuota in con_pagado(cuotas, paid)]
    assert sum(parts.capital for parts in by_parts) == paid.aplicado.capital
    assert sum(parts.iva for parts in by_parts) == paid.aplicado.iva
    if paid.aplicado.a_favor:
        assert sum(paid.pagado.values()) == sum(cuota.monto for cuota in cuotas)


def test_a_loan_of_a_year_is_allocated_anew_within_five_milliseconds():
    year = replace(CATORCE_SEMANAS, numero_pagos=52, iva=Decimal("0.16"))
    cuotas: list[CuotaVigente] = cuotas_de(52000, year)
    payments = [pago(LUNES + timedelta(days=6 * k), 1400, number=k + 1) for k in range(60)]
    charges = [cargo(LUNES + timedelta(days=20 * k), 90, number=k + 1) for k in range(10)]

    taken = []
    for _ in range(7):
        begun = perf_counter()
        asignar(cuotas, charges, payments, CUOTAS_PRIMERO)
        taken.append(perf_counter() - begun)

    assert min(taken) <= LIMIT
