"""Arithmetic of cuts and bonuses."""

from decimal import Decimal

import pytest

from app.suites.credito.caja.rules.bonos import ReglaBono, bono_de
from app.suites.credito.caja.rules.cortes import Cifras, asiento_de_corte, contar

D = Decimal
REGLAS = [
    ReglaBono(id=number, monto=D(monto), cobranza_desde=D(first), cobranza_hasta=last, faltas_maximas=faltas)
    for number, (first, last, monto, faltas) in enumerate(
        (
            (5000, D(6000), 150, 0),
            (6000, D(7500), 200, 0),
            (7500, D(8500), 250, 1),
            (8500, D(10000), 300, 2),
            (10000, None, 400, 2),
        )
    )
]


@pytest.mark.parametrize(
    ("cobranza", "faltas", "monto"),
    [
        ("4999.99", 0, None),
        ("5000", 0, 150),
        ("5999.99", 0, 150),
        ("6000", 0, 200),
        ("6000", 1, None),
        ("8499.99", 1, 250),
        ("8499.99", 2, None),
        ("9999.99", 2, 300),
        ("13500.01", 2, 400),
        ("13500.01", 3, None),
    ],
)
def test_a_week_earns_the_bonus_of_its_range(cobranza: str, faltas: int, monto: int | None) -> None:
    found = bono_de(D(cobranza), faltas, REGLAS)
    assert (None if found is None else found.monto) == monto


def test_a_cut_expects_what_came_less_what_went() -> None:
    figures = Cifras(
        semilla=D(500),
        entregas=D(2000),
        cobranza_efectivo=D(1200),
        comisiones=D(150),
        abonos=D(50),
        prestamos_entregados=D(3000),
        gastos=D(80),
        bonos=D(150),
        semilla_siguiente=D(300),
    )
    assert (figures.en_mano, figures.esperado) == (670, 370)


def test_notes_and_coins_are_added_up() -> None:
    assert contar({"1000": 2, "50": 1, "0.50": 3}) == D("2051.50")
    assert contar({}) == 0


@pytest.mark.parametrize(("expected", "counted"), [("500", "500"), ("500", "450.50"), ("500", "600"), ("-20", "0")])
def test_the_posting_of_a_cut_balances(expected: str, counted: str) -> None:
    lines = asiento_de_corte("ANA", D(expected), D(counted))
    assert sum(line.monto for line in lines) == 0
    assert sum(line.monto for line in lines if line.cuenta == "efectivo:ANA") == -D(expected)
