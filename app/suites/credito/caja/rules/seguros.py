"""Rules of money that goes to the insurer, and comes from there."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from app.suites.credito.diario.rules import Cuenta, Linea, debe, haber

LONGEST_REFERENCIA = 200
"""Length of a reference, in characters."""


class TipoSeguro(StrEnum):
    """Direction of a transfer: premiums that are passed on, or what the insurer pays for loans of the dead."""

    PAGADO = "pagado"
    COBRADO = "cobrado"


TIPOS: Mapping[str, str] = MappingProxyType({TipoSeguro.PAGADO: "Pagado", TipoSeguro.COBRADO: "Cobrado"})
"""Spanish labels."""
CUENTAS: Mapping[TipoSeguro, Cuenta] = MappingProxyType(
    {TipoSeguro.PAGADO: Cuenta.SEGURO_POR_PAGAR, TipoSeguro.COBRADO: Cuenta.SEGURO_POR_COBRAR}
)
"""Accounts of what is owed to the insurer, and by it."""


def por_mover(tipo: TipoSeguro, saldo: Decimal) -> Decimal:
    """Amount that is owed, by the balance of its account."""
    return -saldo if tipo is TipoSeguro.PAGADO else saldo


def asiento_de_seguro(tipo: TipoSeguro, monto: Decimal) -> tuple[Linea, Linea]:
    """Lines of a transfer, by bank."""
    if tipo is TipoSeguro.PAGADO:
        return debe(Cuenta.SEGURO_POR_PAGAR, monto), haber(Cuenta.BANCO, monto)
    return debe(Cuenta.BANCO, monto), haber(Cuenta.SEGURO_POR_COBRAR, monto)
