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


@dataclass(frozen=True, slots=True)
class PagoDelDia(Event):
    """An installment is due today and not wholly paid; the client may be reminded of it now."""

    prestamo_id: int
    cliente_id: int
    cuota_numero: int
    fecha: date
    monto: Decimal
    """Amount that is still owed of it."""


@dataclass(frozen=True, slots=True)
class PromesaDelDia(Event):
    """A client promised to pay today, and may be reminded of it now."""

    visita_id: int
    cliente_id: int
    prestamo_id: int | None
    fecha: date
    monto: Decimal | None
