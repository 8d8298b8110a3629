"""Events of collection."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.kernel.events import Event
from app.suites.credito.prestamos.rules.pagos import MetodoPago


@dataclass(frozen=True, slots=True)
class SemanasCerradas(Event):
    """The weekly close ran: what follows from closed weeks can be computed, if an earlier run did not."""


@dataclass(frozen=True, slots=True)
class PagoReversado(Event):
    """A payment was taken off its loan."""

    prestamo_id: int
    fecha: date
    """Day of the payment."""
    monto: Decimal
    metodo: MetodoPago
