"""Write-offs and restructures: acts by two people, of whom one proposes and another one carries it out."""

from datetime import date
from enum import StrEnum

from app.kernel.errors import Conflict
from app.kernel.periods import Month

DIAS_PARA_CASTIGAR = 90
"""Days late from which on a loan may be written off."""


class TipoPropuesta(StrEnum):
    """Act that is proposed."""

    CASTIGO = "castigo"
    REESTRUCTURA = "reestructura"


class EstadoPropuesta(StrEnum):
    """State of a proposal; a newer one of the same kind replaces it."""

    PENDIENTE = "pendiente"
    APLICADA = "aplicada"
    REEMPLAZADA = "reemplazada"
    DESHECHA = "deshecha"


def exigir_castigable(dias_atraso: int, *, fallecido: bool) -> None:
    """Raise Conflict unless a loan is late enough to be written off, or its client died."""
    if dias_atraso < DIAS_PARA_CASTIGAR and not fallecido:
        message = f"The loan is {dias_atraso} days late; writing it off asks for {DIAS_PARA_CASTIGAR}, or the death."
        raise Conflict(message, code="no_castigable")


def exigir_mismo_mes(fecha_castigo: date, today: date) -> None:
    """Raise Conflict unless a write-off is of this month."""
    if Month.of(fecha_castigo) != Month.of(today):
        raise Conflict(f"The loan was written off on {fecha_castigo}, in another month.", code="castigo_de_otro_mes")
