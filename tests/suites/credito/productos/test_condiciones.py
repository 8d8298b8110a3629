"""Terms: what contradicts itself, and what a loan stores."""

import json
from dataclasses import replace

import pytest

from app.kernel.errors import Invalid
from app.suites.credito.productos.rules.condiciones import (
    BaseDias,
    ComisionModo,
    Condiciones,
    Liquidacion,
    MoraTipo,
    OrdenAplicacion,
    require_valid,
)
from tests.suites.credito.productos.terms import D, fijas, sobre_saldos

FIXED, ON_BALANCE = fijas(14, "0.4"), sobre_saldos(12, "0.36")


@pytest.mark.parametrize(
    ("terms", "changes", "fields"),
    [
        (FIXED, {"interes": None}, ["interes"]),
        (FIXED, {"tasa_anual": D("0.3")}, ["tasa_anual"]),
        (FIXED, {"interes": None, "tasa_anual": D("0.3")}, ["interes", "tasa_anual"]),
        (ON_BALANCE, {"tasa_anual": None}, ["tasa_anual"]),
        (ON_BALANCE, {"interes": D(0)}, ["interes"]),
        (FIXED, {"base_dias": BaseDias.REAL_365}, ["base_dias"]),
        (FIXED, {"redondeo": D(2)}, ["redondeo"]),
        (FIXED, {"gracia_capital": 1}, ["gracia_capital"]),
        (ON_BALANCE, {"gracia_capital": 12}, ["gracia_capital"]),
        (FIXED, {"mora_tipo": MoraTipo.DIARIA}, ["mora_valor"]),
        (FIXED, {"mora_tipo": MoraTipo.FIJA, "mora_valor": D("5.125")}, ["mora_valor"]),
        (FIXED, {"monto_minimo": D(2), "monto_maximo": D(1)}, ["monto_maximo"]),
        (FIXED, {"avales_requeridos": 1, "maximo_avalados": 0}, ["maximo_avalados"]),
    ],
)
def test_terms_that_contradict_each_other_are_refused_by_field(terms, changes, fields):
    with pytest.raises(Invalid) as refused:
        require_valid(replace(terms, **changes))
    assert list(refused.value.errors) == fields


@pytest.mark.parametrize(
    "terms",
    [
        FIXED,
        ON_BALANCE,
        replace(FIXED, interes=D(0), redondeo=D("0.5")),
        replace(ON_BALANCE, gracia_capital=11, base_dias=BaseDias.TREINTA_360),
        replace(FIXED, mora_tipo=MoraTipo.CUOTAS_EXTRA, mora_valor=D(1)),
        replace(FIXED, monto_minimo=D(1), monto_maximo=D(1)),
    ],
)
def test_other_terms_are_valid(terms):
    require_valid(terms)


@pytest.mark.parametrize(("terms", "part"), [(FIXED, D("0.1")), (fijas(9, "0.3"), D("0.144444")), (ON_BALANCE, None)])
def test_a_payment_is_a_part_of_the_amount(terms, part):
    assert terms.porcentaje_pago == part


def test_a_loan_gets_back_the_terms_that_it_stored():
    terms = replace(
        ON_BALANCE, gracia_mora=3, mora_tipo=MoraTipo.DIARIA, mora_valor=D("0.001"), base_dias=BaseDias.REAL_REAL,
        comision_modo=ComisionModo.APARTE, orden_aplicacion=OrdenAplicacion.CARGOS_PRIMERO,
        liquidacion=Liquidacion.INTERES_DEVENGADO, monto_maximo=D("9999999999.99"), limite_penalizaciones=4,
    )  # fmt: skip
    again = Condiciones.from_json(json.loads(json.dumps(terms.to_json())))
    assert again == terms
    assert {name: type(value) for name, value in again.to_json().items()} == {
        name: type(value) for name, value in terms.to_json().items()
    }
    assert again.liquidacion is Liquidacion.INTERES_DEVENGADO
