"""Formulas of the general report, of money of a week by group."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
_RATIO = Decimal("0.000001")


def razon(parte: Decimal, todo: Decimal) -> Decimal | None:
    """A ratio of six decimals, or None where there is no whole."""
    return None if todo == 0 else (parte / todo).quantize(_RATIO, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cifras:
    """Money of some days, of which all other figures follow."""

    cobranza_ideal: Decimal = ZERO
    """Installments that were due, of loans that were open when the week began."""
    a_tiempo: Decimal = ZERO
    """The part of it that the advance and the payments of the week covered."""
    efectivo: Decimal = ZERO
    bancos: Decimal = ZERO
    renovado: Decimal = ZERO
    prestamo_papel: Decimal = ZERO
    prestamo_real: Decimal = ZERO
    comisiones: Decimal = ZERO
    """Commissions that were paid apart."""
    gastos: Decimal = ZERO
    bono: Decimal = ZERO

    @property
    def cobranza_real(self) -> Decimal:
        """Collected money, less what was given back."""
        return self.efectivo + self.bancos

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
        return self.efectivo + self.comisiones - self.prestamo_real - self.gastos - self.bono

    @property
    def sobrante_logico(self) -> Decimal:
        """Collection beyond what was due, less bonuses."""
        return self.cobranza_real - self.cobranza_ideal - self.bono


_SUMMED = tuple(one.name for one in fields(Cifras))


def sumar(parts: Iterable[Cifras]) -> Cifras:
    """Sum of figures."""
    rows = list(parts)
    return Cifras(**{name: sum((getattr(row, name) for row in rows), ZERO) for name in _SUMMED})
