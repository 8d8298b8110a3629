"""Payments that may have been entered twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

CERCA = timedelta(minutes=10)
"""Time within which the same amount from the same collector is suspicious."""


@dataclass(frozen=True, slots=True)
class Cobro:
    """A payment of a loan as far as duplicates go."""

    fecha: date
    tomado_en: datetime
    monto: Decimal
    cobrador_id: int | None


def es_posible_duplicado(nuevo: Cobro, otros: Iterable[Cobro]) -> bool:
    """Whether a payment of the same loan has the same amount and day, and was taken within 10 minutes or by another.

    Of payments without a collector, of the bank, only the time counts.
    """
    return any(
        (otro.monto, otro.fecha) == (nuevo.monto, nuevo.fecha)
        and (abs(otro.tomado_en - nuevo.tomado_en) <= CERCA or otro.cobrador_id != nuevo.cobrador_id)
        for otro in otros
    )
