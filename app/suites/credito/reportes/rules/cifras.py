"""Formulas of the general report, of money of some days by group."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

ZERO = Decimal(0)
_RATIO = Decimal("0.000001")


def razon(parte: Decimal, todo: Decimal) -> Decimal | None:
    """A ratio of six decimals, or None where there is no whole."""
    return None if todo == 0 else (parte / todo).quantize(_RATIO, ROUND_HALF_UP)


class Cifras(NamedTuple):
    """Money of some days of a group, or of all: without a group, what belongs to none."""

    gerente: str | None = None
    supervisor: str | None = None
    titular: str | None = None
    ruta_id: int | None = None
    ruta: str | None = None
    grupo_id: int | None = None
    grupo: str | None = None
    cobranza_ideal: Decimal = ZERO
    """Installments that were due, of loans that were open when the week began."""
    a_tiempo: Decimal = ZERO
    """The part of it that the advance and the payments of the week covered."""
    cobranza_efectivo: Decimal = ZERO
    cobranza_bancos: Decimal = ZERO
    renovado: Decimal = ZERO
    prestamo_papel: Decimal = ZERO
    prestamo_real: Decimal = ZERO
    comisiones: Decimal = ZERO
    """Commissions that were paid apart."""
    gastos: Decimal = ZERO
    bono: Decimal = ZERO
    numero_de_creditos: int = 0
    """Loans that were open at some time of the days."""
    prestamos_activos: int = 0
    """Loans that are open at the end of them."""

    @property
    def cobranza_real(self) -> Decimal:
        """Collected money, less what was given back."""
        return self.cobranza_efectivo + self.cobranza_bancos

    @property
    def eficiencia(self) -> Decimal | None:
        """Collected part of what was due."""
        return razon(self.cobranza_real, self.cobranza_ideal)

    @property
    def morosidad_monto(self) -> Decimal:
        """Amount that was due and not paid on time."""
        return self.cobranza_ideal - self.a_tiempo

    @property
    def morosidad_porcentaje(self) -> Decimal | None:
        """Part of what was due that was not paid on time."""
        return razon(self.morosidad_monto, self.cobranza_ideal)

    @property
    def porcentaje_prestamo(self) -> Decimal | None:
        """Money that was handed over, as a part of what was collected."""
        return razon(self.prestamo_real, self.cobranza_real)

    @property
    def sobrante(self) -> Decimal:
        """Cash that is left of the collection after loans, expenses and bonuses."""
        return self.cobranza_efectivo + self.comisiones - self.prestamo_real - self.gastos - self.bono

    @property
    def sobrante_logico(self) -> Decimal:
        """Collection beyond what was due, less bonuses."""
        return self.cobranza_real - self.cobranza_ideal - self.bono


_PRIMERA = Cifras._fields.index("cobranza_ideal")
"""Place of the first amount; all after it are added up."""


def sumar(rows: Sequence[Cifras]) -> Cifras:
    """Sum of figures."""
    amounts = list(zip(*rows, strict=True))[_PRIMERA:]
    return Cifras._make((*Cifras()[:_PRIMERA], *map(sum, amounts))) if rows else Cifras()
