"""Daily close: changes that the charges for lateness of a loan need, and buckets of lateness."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.suites.credito.prestamos.rules.mora import Penalizacion
from app.suites.credito.productos.rules.condiciones import ZERO

ATRASOS = (0, 1, 2, 8, 31, 61, 91)
"""Least days late of each bucket; with the second one PAR 1 is exact."""
RETIRO = "La cubrió un pago con fecha anterior"
"""Reason of a charge that a payment takes back which was entered later."""


@dataclass(frozen=True, slots=True)
class MoraRegistrada:
    """A charge for lateness as it is stored."""

    id: int
    cuota_numero: int | None
    monto: Decimal
    iva: Decimal
    pagado: Decimal
    condonado: Decimal
    motivo: str | None

    @property
    def perdonada(self) -> bool:
        """Whether a person forgave it, or a part."""
        return bool(self.condonado) and self.motivo != RETIRO


@dataclass(frozen=True, slots=True)
class AjusteDeMora:
    """Values that a stored charge gets."""

    id: int
    monto: Decimal
    iva: Decimal
    pagado: Decimal
    condonado: Decimal
    motivo: str | None

    @property
    def exigible(self) -> Decimal:
        """Amount that is demanded, paid or not."""
        return self.monto + self.iva - self.condonado

    @property
    def saldo(self) -> Decimal:
        """Amount that is left to pay."""
        return self.exigible - self.pagado


@dataclass(frozen=True, slots=True)
class CambiosDeMora:
    """Charges that are missing, and those that differ from what is owed."""

    nuevas: list[Penalizacion]
    ajustes: list[AjusteDeMora]


def cambios_de_mora(registradas: Iterable[MoraRegistrada], debidas: Iterable[Penalizacion]) -> CambiosDeMora:
    """Compare stored charges with those that are owed, by installment.

    One grows, and is never made smaller: what is not owed any more is forgiven, and demanded again if it is owed again.
    What a person forgave stays forgiven.
    """
    por_numero = {penalizacion.cuota_numero: penalizacion for penalizacion in debidas}
    ajustes = []
    for una in registradas:
        debida = por_numero.pop(una.cuota_numero, None) if una.cuota_numero is not None else None
        ajuste = _ajuste(una, debida)
        if (ajuste.monto, ajuste.iva, ajuste.condonado) != (una.monto, una.iva, una.condonado):
            ajustes.append(ajuste)
    return CambiosDeMora(list(por_numero.values()), ajustes)


def _ajuste(una: MoraRegistrada, debida: Penalizacion | None) -> AjusteDeMora:
    crece = debida is not None and debida.monto > una.monto
    monto, iva = (debida.monto, debida.iva) if crece and debida is not None else (una.monto, una.iva)
    if una.perdonada:
        return AjusteDeMora(una.id, monto, iva, una.pagado, una.condonado, una.motivo)
    exigible = ZERO if debida is None else min(monto + iva, debida.monto + debida.iva)
    condonado = monto + iva - exigible
    pagado = min(una.pagado, exigible)
    return AjusteDeMora(una.id, monto, iva, pagado, condonado, RETIRO if condonado else None)


def tramo_de_atraso(dias: int) -> int:
    """Bucket of a number of days late."""
    return max(desde for desde in ATRASOS if desde <= dias)
