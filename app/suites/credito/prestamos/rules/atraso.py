"""Lateness of a loan: a function of its installments and the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.suites.credito.prestamos.rules.cuotas import CuotaVigente
from app.suites.credito.productos.rules.condiciones import ZERO, Frecuencia

_DOMINGO = 7


@dataclass(frozen=True, slots=True)
class Gracia:
    """Grace of a loan type: days after a due date in which an installment is not late yet.

    None gives weekly loans the rest of the week, and others no day.
    """

    dias: int | None
    frecuencia: Frecuencia

    def fin(self, vencimiento: date) -> date:
        """The last day on which what is due on that day is not late."""
        if self.dias is not None:
            return vencimiento + timedelta(days=self.dias)
        if self.frecuencia is Frecuencia.SEMANAL:
            return vencimiento + timedelta(days=_DOMINGO - vencimiento.isoweekday())
        return vencimiento

    def dias_atraso(self, vence_mas_antiguo: date | None, today: date) -> int:
        """Days from the oldest unpaid due date to today; 0 within the grace, or where nothing is unpaid."""
        if vence_mas_antiguo is None or self.fin(vence_mas_antiguo) >= today:
            return 0
        return (today - vence_mas_antiguo).days


@dataclass(frozen=True, slots=True)
class Atraso:
    """Lateness of a loan on a day."""

    vencido: Decimal
    """Unpaid parts of installments whose grace is over."""
    vence_mas_antiguo: date | None
    """Due date of the oldest installment that is not wholly paid, in the future too."""
    dias_atraso: int
    semana_activa: int
    """Number of installments that are wholly paid."""
    semanas_que_debe: int
    """Number of installments that are due and not wholly paid."""
    adelanto: Decimal
    """Amount paid of installments that are not due yet."""


def atraso_de(cuotas: Sequence[CuotaVigente], gracia: Gracia, today: date) -> Atraso:
    """Lateness of a loan with these installments."""
    abiertas = [cuota for cuota in cuotas if cuota.saldo > 0]
    antiguo = min((cuota.fecha for cuota in abiertas), default=None)
    return Atraso(
        vencido=sum((cuota.saldo for cuota in abiertas if gracia.fin(cuota.fecha) < today), ZERO),
        vence_mas_antiguo=antiguo,
        dias_atraso=gracia.dias_atraso(antiguo, today),
        semana_activa=len(cuotas) - len(abiertas),
        semanas_que_debe=sum(cuota.fecha <= today for cuota in abiertas),
        adelanto=sum((cuota.pagado for cuota in cuotas if cuota.fecha > today), ZERO),
    )
