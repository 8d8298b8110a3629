"""Settlement, and what is handed over at a disbursement or renewal."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.errors import Conflict
from app.suites.credito.prestamos.rules.asignacion import asignar
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.prestamos.rules.liquidacion import con_condonado, condonadas_al_liquidar, cotizar_liquidacion
from app.suites.credito.prestamos.rules.renovacion import entrega_de, exigir_renovable
from app.suites.credito.productos.rules.condiciones import ComisionModo, Liquidacion, OrdenAplicacion
from app.suites.credito.productos.rules.cotizacion import cotizar
from tests.suites.credito.prestamos.agenda import (
    CATORCE_SEMANAS,
    DESEMBOLSO,
    LUNES,
    SEMANA,
    cargo,
    con_pagado,
    cuotas_de,
    pago,
)

SALDO_TOTAL, DEVENGADO = Liquidacion
CINCO_PAGOS = pago(DESEMBOLSO, 1500)
SEXTO = LUNES + 5 * SEMANA
CON_IVA = replace(CATORCE_SEMANAS, iva=Decimal("0.16"))


def after(*payments, terms=CATORCE_SEMANAS):
    cuotas = cuotas_de(3000, terms)
    return con_pagado(cuotas, asignar(cuotas, [], payments, OrdenAplicacion.CUOTAS_PRIMERO))


@pytest.mark.parametrize(
    ("mode", "day", "total"),
    [
        (SALDO_TOTAL, DESEMBOLSO, "2700"),
        (SALDO_TOTAL, SEXTO, "2700"),
        (DEVENGADO, DESEMBOLSO, "1928.57"),
        (DEVENGADO, SEXTO - timedelta(days=6), "2014.29"),
        (DEVENGADO, SEXTO, "2014.29"),
        (DEVENGADO, SEXTO + timedelta(days=1), "2100.00"),
        (DEVENGADO, LUNES + 20 * SEMANA, "2700.00"),
    ],
)
def test_three_thousand_in_fourteen_weeks_with_five_paid(mode, day, total):
    assert cotizar_liquidacion(mode, after(CINCO_PAGOS), [], day).total == Decimal(total)


def test_a_quote_has_its_parts():
    quote = cotizar_liquidacion(DEVENGADO, after(CINCO_PAGOS), [cargo(LUNES, 100, iva=16)], SEXTO)

    assert (quote.capital, quote.interes, quote.iva) == (Decimal("1928.57"), Decimal("85.72"), 0)
    assert (quote.cargos, quote.bonificacion, quote.total) == (116, Decimal("685.71"), Decimal("2130.29"))


def test_charges_of_later_days_and_credit_that_is_not_needed_do_not_count():
    quote = cotizar_liquidacion(SALDO_TOTAL, after(), [cargo(SEXTO + SEMANA, 100)], SEXTO, a_favor=Decimal(5000))

    assert (quote.cargos, quote.saldo_a_favor, quote.total) == (0, 4200, 0)


@given(st.integers(0, 5000), st.integers(0, 110), st.sampled_from(Liquidacion))
@settings(max_examples=60, deadline=None)
def test_a_settlement_is_at_most_the_balance_and_leaves_nothing(paid, days, mode):
    day = DESEMBOLSO + timedelta(days=days)
    before = [pago(DESEMBOLSO, paid)] if paid else []
    cuotas = after(*before, terms=CON_IVA)
    quote = cotizar_liquidacion(mode, cuotas, [], day)
    balance = sum(cuota.saldo for cuota in cuotas)
    forgiven = con_condonado(cuotas, condonadas_al_liquidar(mode, cuotas, day))
    settling = [pago(day, quote.total, 2)] if quote.total else []

    settled = asignar(forgiven, [], [*before, *settling], OrdenAplicacion.CUOTAS_PRIMERO)

    assert 0 <= quote.total <= balance
    assert quote.bonificacion == balance - quote.total
    assert sum(cuota.saldo for cuota in con_pagado(forgiven, settled)) == 0
    assert settled.aplicado.capital == 3000
    assert settled.aplicado.a_favor == max(0, paid - sum(cuota.monto for cuota in cuotas))


def handed(monto, terms=CATORCE_SEMANAS, **values):
    return entrega_de(cotizar(terms, Decimal(monto), DESEMBOLSO), **values)


CON_COMISION = replace(CATORCE_SEMANAS, comision=Decimal("0.05"), seguro=Decimal(100))


def test_the_old_balance_the_commission_and_the_insurance_are_kept_back():
    entrega = handed(5000, CON_COMISION, liquidacion=Decimal(2700))

    assert (entrega.saldo_anterior, entrega.monto_entregado) == (2700, 1950)


def test_a_commission_that_is_paid_apart_is_not_kept_back():
    assert handed(5000, replace(CON_COMISION, comision_modo=ComisionModo.APARTE)).monto_entregado == 4900


def test_credit_of_the_client_pays_the_old_loan_first_and_the_rest_is_handed_over():
    part = handed(5000, liquidacion=Decimal(2700), a_favor=Decimal(50))
    more = handed(5000, liquidacion=Decimal(30), a_favor=Decimal(50))

    assert (part.saldo_anterior, part.monto_entregado) == (2650, 2350)
    assert (more.saldo_anterior, more.monto_entregado) == (0, 5020)


def test_nothing_may_be_handed_over_but_not_less():
    assert handed(2700, liquidacion=Decimal(2700)).monto_entregado == 0
    with pytest.raises(Conflict) as refused:
        handed(2700, liquidacion=Decimal("2700.01"))
    assert refused.value.code == "saldo_mayor_que_monto"


@pytest.mark.parametrize(("state", "paid"), [("activo", 8), ("liquidado", 14), ("renovado", 9), ("solicitud", 9)])
def test_a_loan_that_is_not_open_or_too_young_is_not_renewed(state, paid):
    with pytest.raises(Conflict) as refused:
        exigir_renovable(EstadoPrestamo(state), pagadas=paid, para_renovar=9)
    assert refused.value.code == "no_renovable"


@pytest.mark.parametrize("state", ["desembolsado", "activo", "atrasado"])
def test_an_open_loan_is_renewed_from_nine_installments_on(state):
    exigir_renovable(EstadoPrestamo(state), pagadas=9, para_renovar=9)
