"""States of a loan, and the transitions between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.kernel.errors import Conflict


class EstadoPrestamo(StrEnum):
    """State of a loan."""

    SOLICITUD = "solicitud"
    APROBADO = "aprobado"
    RECHAZADO = "rechazado"
    CANCELADO = "cancelado"
    DESEMBOLSADO = "desembolsado"
    ACTIVO = "activo"
    ATRASADO = "atrasado"
    LIQUIDADO = "liquidado"
    RENOVADO = "renovado"
    CASTIGADO = "castigado"


PENDIENTES = frozenset({EstadoPrestamo.SOLICITUD, EstadoPrestamo.APROBADO})
"""States before the money is handed over."""
ABIERTOS = frozenset({EstadoPrestamo.DESEMBOLSADO, EstadoPrestamo.ACTIVO, EstadoPrestamo.ATRASADO})
"""States in which a loan is owed, and not written off."""
COBRABLES = ABIERTOS | {EstadoPrestamo.CASTIGADO}
"""States in which money can be paid: what a written-off loan brings in is a recovery."""
ANULADOS = frozenset({EstadoPrestamo.RECHAZADO, EstadoPrestamo.CANCELADO})
"""States of loans that were never handed over, or taken back."""


class Accion(StrEnum):
    """Act that changes the state of a loan."""

    APROBAR = "aprobar"
    RECHAZAR = "rechazar"
    CANCELAR = "cancelar"
    DESEMBOLSAR = "desembolsar"
    CANCELAR_DESEMBOLSO = "cancelar-desembolso"
    RENOVAR = "renovar"
    CASTIGAR = "castigar"
    DESHACER_CASTIGO = "deshacer-castigo"


_DESDE: Mapping[Accion, frozenset[EstadoPrestamo]] = {
    Accion.APROBAR: frozenset({EstadoPrestamo.SOLICITUD}),
    Accion.RECHAZAR: frozenset({EstadoPrestamo.SOLICITUD}),
    Accion.CANCELAR: PENDIENTES,
    Accion.DESEMBOLSAR: frozenset({EstadoPrestamo.APROBADO}),
    Accion.CANCELAR_DESEMBOLSO: ABIERTOS,
    Accion.RENOVAR: ABIERTOS,
    Accion.CASTIGAR: ABIERTOS,
    Accion.DESHACER_CASTIGO: frozenset({EstadoPrestamo.CASTIGADO}),
}
_HACIA: Mapping[Accion, EstadoPrestamo] = {
    Accion.APROBAR: EstadoPrestamo.APROBADO,
    Accion.RECHAZAR: EstadoPrestamo.RECHAZADO,
    Accion.CANCELAR: EstadoPrestamo.CANCELADO,
    Accion.DESEMBOLSAR: EstadoPrestamo.DESEMBOLSADO,
    Accion.CANCELAR_DESEMBOLSO: EstadoPrestamo.CANCELADO,
    Accion.RENOVAR: EstadoPrestamo.RENOVADO,
    Accion.CASTIGAR: EstadoPrestamo.CASTIGADO,
    Accion.DESHACER_CASTIGO: EstadoPrestamo.ATRASADO,
}


def transicion(estado: EstadoPrestamo, accion: Accion) -> EstadoPrestamo:
    """State after an act; Conflict, naming both states, if the act is not possible in this one."""
    siguiente = _HACIA[accion]
    if estado not in _DESDE[accion]:
        raise Conflict(f"A loan can't go from {estado} to {siguiente}.", code="transicion_invalida")
    return siguiente


@dataclass(frozen=True, slots=True)
class Hechos:
    """Facts of a loan that was disbursed, from which its state follows."""

    saldo: Decimal
    dias_atraso: int
    tiene_pagos: bool
    primera_fecha: date


def estado_computado(estado: EstadoPrestamo, hechos: Hechos, today: date) -> EstadoPrestamo:
    """State of a disbursed loan on a day; that of one that was renewed, written off or cancelled stays."""
    if estado not in ABIERTOS and estado is not EstadoPrestamo.LIQUIDADO:
        return estado
    if hechos.saldo <= 0:
        return EstadoPrestamo.LIQUIDADO
    if hechos.dias_atraso > 0:
        return EstadoPrestamo.ATRASADO
    if hechos.tiene_pagos or hechos.primera_fecha <= today:
        return EstadoPrestamo.ACTIVO
    return EstadoPrestamo.DESEMBOLSADO


def fecha_de_cierre(estado: EstadoPrestamo, antes: date | None, ultimo_pago: date) -> date | None:
    """Day on which a disbursed loan stopped being open, or None: of a paid one that of the last payment of it."""
    if estado in ABIERTOS:
        return None
    return ultimo_pago if estado is EstadoPrestamo.LIQUIDADO else antes
