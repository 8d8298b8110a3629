"""Movements of the account of a loan, with the balance after each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

ZERO = Decimal(0)


class TipoMovimiento(StrEnum):
    """Kind of a movement."""

    DESEMBOLSO = "desembolso"
    CARGO = "cargo"
    PAGO = "pago"
    BONIFICACION = "bonificacion"


@dataclass(frozen=True, slots=True)
class Asiento:
    """A movement before its balance is known."""

    fecha: date
    tipo: TipoMovimiento
    cargo: Decimal = ZERO
    abono: Decimal = ZERO
    referencia: str = ""
    """Receipt of a payment, or kind of a charge."""


class Movimiento(NamedTuple):
    """A movement of the account of a loan."""

    fecha: date
    tipo: TipoMovimiento
    referencia: str
    cargo: Decimal
    abono: Decimal
    saldo: Decimal
    """Balance of the loan after it."""


_ORDER = {tipo: place for place, tipo in enumerate(TipoMovimiento)}


def movimientos(asientos: Iterable[Asiento]) -> Iterator[Movimiento]:
    """Movements by day; of one day charges come before payments. Those of nothing are left out."""
    saldo = ZERO
    for one in sorted(asientos, key=lambda one: (one.fecha, _ORDER[one.tipo])):
        if one.cargo or one.abono:
            saldo += one.cargo - one.abono
            yield Movimiento(one.fecha, one.tipo, one.referencia, one.cargo, one.abono, saldo)
