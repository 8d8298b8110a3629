"""Events of loans."""

from dataclasses import dataclass
from datetime import date

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class DesembolsoAtrasado(Event):
    """A loan, which is locked, was handed over on an earlier day: weeks that are closed are still to be judged."""

    prestamo_id: int
    fecha: date


@dataclass(frozen=True, slots=True)
class SemanaSinCobroSeguida(Event):
    """Loans, which are locked, have the dates that a week without collection gives: nobody missed it."""

    semana: date
    prestamos: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SemanaTerminada(Event):
    """All days before a Monday are closed, and it is about to be: what belongs to the week before comes first."""

    lunes: date
