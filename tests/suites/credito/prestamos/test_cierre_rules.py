"""Changes of stored charges for lateness."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.suites.credito.prestamos.rules.cierre import (
    RETIRO,
    AjusteDeMora,
    MoraRegistrada,
    cambios_de_mora,
    tramo_de_atraso,
)
from app.suites.credito.prestamos.rules.mora import Penalizacion

D = Decimal
DIA = date(2026, 3, 16)


def stored(monto: Any = 50, iva: Any = 8, pagado: Any = 0, condonado: Any = 0, motivo: str | None = None) -> Any:
    return MoraRegistrada(7, 1, D(monto), D(iva), D(pagado), D(condonado), motivo)


def owed(monto: Any = 50, iva: Any = 8, numero: int = 1) -> Penalizacion:
    return Penalizacion(numero, DIA, D(monto), D(iva))


def values(monto: Any, iva: Any, pagado: Any, condonado: Any, motivo: str | None) -> AjusteDeMora:
    return AjusteDeMora(7, D(monto), D(iva), D(pagado), D(condonado), motivo)


def test_a_charge_that_is_missing_is_new_and_one_that_agrees_stays() -> None:
    found = cambios_de_mora([stored()], [owed(), owed(numero=2)])
    assert found.nuevas == [owed(numero=2)]
    assert found.ajustes == []


@pytest.mark.parametrize(
    ("before", "debt", "after"),
    [
        # it grows
        (stored(), owed(60, 10), values(60, 10, 0, 0, None)),
        # a payment that was entered late covered the day, wholly or in part
        (stored(), None, values(50, 8, 0, 58, RETIRO)),
        (stored(pagado=58), None, values(50, 8, 0, 58, RETIRO)),
        (stored(), owed(25, 4), values(50, 8, 0, 29, RETIRO)),
        (stored(pagado=40), owed(25, 4), values(50, 8, 29, 29, RETIRO)),
        # that payment was reversed
        (stored(condonado=58, motivo=RETIRO), owed(), values(50, 8, 0, 0, None)),
        # somebody forgave a part
        (stored(condonado=10, motivo="Enferma"), owed(60, 10), values(60, 10, 0, 10, "Enferma")),
    ],
)
def test_a_charge_follows_what_is_owed(before: Any, debt: Any, after: Any) -> None:
    assert cambios_de_mora([before], [] if debt is None else [debt]).ajustes == [after]


@pytest.mark.parametrize("debt", [None, owed(25, 4), owed()])
def test_a_charge_that_a_person_forgave_stays_as_it_is(debt: Any) -> None:
    before = stored(condonado=58, motivo="Se equivocó el cobrador")
    assert cambios_de_mora([before], [] if debt is None else [debt]).ajustes == []


@pytest.mark.parametrize(
    ("dias", "tramo"),
    [(0, 0), (1, 1), (2, 2), (7, 2), (8, 8), (30, 8), (31, 31), (60, 31), (61, 61), (90, 61), (91, 91)],
)
def test_buckets_of_lateness(dias: int, tramo: int) -> None:
    assert tramo_de_atraso(dias) == tramo
