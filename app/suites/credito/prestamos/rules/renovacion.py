"""Disbursement and renewal: what is netted, and what is handed over."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.kernel.errors import Conflict
from app.suites.credito.prestamos.rules.estados import ABIERTOS, EstadoPrestamo
from app.suites.credito.productos.rules.condiciones import ZERO
from app.suites.credito.productos.rules.cotizacion import Cotizacion


class MedioEntrega(StrEnum):
    """Way in which a loan is handed over."""

    EFECTIVO = "efectivo"
    TRANSFERENCIA = "transferencia"


@dataclass(frozen=True, slots=True)
class Entrega:
    """Amounts of a disbursement."""

    saldo_anterior: Decimal
    """Settlement of the loan that is renewed, less the client's credit that pays a part of it."""
    a_favor: Decimal
    """Credit of the client that is used: it pays the old loan first, and the rest is handed over."""
    monto_entregado: Decimal


def entrega_de(cotizacion: Cotizacion, *, liquidacion: Decimal = ZERO, a_favor: Decimal = ZERO) -> Entrega:
    """The amounts of a disbursement; Conflict if less than nothing would be handed over.

    `liquidacion` settles the old loan, and `a_favor` is all credit of the client.
    """
    anterior = max(ZERO, liquidacion - a_favor)
    entregado = cotizacion.monto_entregado(anterior) + max(ZERO, a_favor - liquidacion)
    if entregado < 0:
        raise Conflict(
            f"{anterior} of the old loan and {cotizacion.descontado} of commission and insurance "
            f"are more than {cotizacion.monto}.",
            code="saldo_mayor_que_monto",
        )
    return Entrega(anterior, a_favor, entregado)


def exigir_renovable(estado: EstadoPrestamo, *, pagadas: int, para_renovar: int) -> None:
    """Raise Conflict unless a loan is open and enough of its installments are wholly paid."""
    if estado not in ABIERTOS:
        raise Conflict(f"A loan that is {estado} can't be renewed.", code="no_renovable")
    if pagadas < para_renovar:
        message = f"{pagadas} installments are paid; renewing asks for {para_renovar}."
        raise Conflict(message, code="no_renovable")
