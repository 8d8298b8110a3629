"""Due dates of installments: counted from the disbursement, moved by holidays and weeks without collection."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from app.kernel.recurrence import Frequency, Recurrence
from app.suites.credito.equipo.rules import DAY, WEEK, lunes
from app.suites.credito.productos.rules.condiciones import Frecuencia

_WEEKS_BETWEEN = {Frecuencia.SEMANAL: 1, Frecuencia.CATORCENAL: 2}
_RECURRING = {
    Frecuencia.DIARIO: Frequency.DAILY,
    Frecuencia.QUINCENAL: Frequency.SEMIMONTHLY,
    Frecuencia.MENSUAL: Frequency.MONTHLY,
}
_LEAST_DAYS = {Frecuencia.DIARIO: 1, Frecuencia.QUINCENAL: 8, Frecuencia.MENSUAL: 1}
"""Days from the disbursement to the first installment, at least."""


def fechas_originales(
    desembolso: date, frecuencia: Frecuencia, numero_pagos: int, dia_reunion: int | None = None
) -> list[date]:
    """Due dates before anything moves them; each is computed from the first, so that day 31 comes back.

    Those of a group fall on its day of meeting (1 is Monday), from the week after that of the disbursement on.
    """
    if frecuencia in _WEEKS_BETWEEN:
        primera = _primera_semanal(desembolso, dia_reunion) + (_WEEKS_BETWEEN[frecuencia] - 1) * WEEK
        return fechas_desde(primera, frecuencia, numero_pagos)
    recurrence = Recurrence(desembolso, _RECURRING[frecuencia])
    first = recurrence.index_on_or_after(desembolso + _LEAST_DAYS[frecuencia] * DAY)
    return [recurrence.occurrence(first + k) for k in range(numero_pagos)]


def fechas_desde(primera: date, frecuencia: Frecuencia, numero_pagos: int) -> list[date]:
    """Due dates of which the first is given."""
    if frecuencia in _WEEKS_BETWEEN:
        return [primera + k * _WEEKS_BETWEEN[frecuencia] * WEEK for k in range(numero_pagos)]
    recurrence = Recurrence(primera, _RECURRING[frecuencia])
    return [recurrence.occurrence(k) for k in range(numero_pagos)]


def _primera_semanal(desembolso: date, dia_reunion: int | None) -> date:
    if dia_reunion is None:
        return desembolso + WEEK
    return lunes(desembolso) + WEEK + (dia_reunion - 1) * DAY


@dataclass(frozen=True, slots=True)
class DiasSinCobro:
    """Days on which nothing is collected: holidays, and weeks by their Mondays."""

    inhabiles: AbstractSet[date] = frozenset()
    semanas: AbstractSet[date] = frozenset()

    def after(self, desembolso: date) -> "DiasSinCobro":
        """Days that move installments of a loan: of weeks only those that begin after its disbursement."""
        return DiasSinCobro(self.inhabiles, frozenset(semana for semana in self.semanas if semana > desembolso))

    def vencimiento(self, original: date) -> date:
        """Due date to which an original one moves: 7 days for each week up to it, then the next working day."""
        fecha = original
        for semana in sorted(self.semanas):
            if fecha >= semana:
                fecha += WEEK
        while fecha in self.inhabiles or lunes(fecha) in self.semanas:
            fecha += DAY
        return fecha
