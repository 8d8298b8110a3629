"""Events of the people who lend and collect, their groups, and their days."""

from dataclasses import dataclass
from datetime import date

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class DiaInhabilPuesto(Event):
    """A day has become a holiday, of one route or of all."""

    fecha: date
    ruta_id: int | None


@dataclass(frozen=True, slots=True)
class DiaInhabilQuitado(Event):
    """A day is a holiday no more."""

    fecha: date
    ruta_id: int | None


@dataclass(frozen=True, slots=True)
class SemanaSinCobroPuesta(Event):
    """Nothing is collected in a week, on one route or on all; a week begins on its Monday."""

    semana: date
    ruta_id: int | None


@dataclass(frozen=True, slots=True)
class SemanaSinCobroQuitada(Event):
    """A week is one of collection again; a handler may refuse it."""

    semana: date
    ruta_id: int | None


@dataclass(frozen=True, slots=True)
class ClaveCambiada(Event):
    """A person has another short name, by which receipts and accounts are known."""

    personal_id: int
    antes: str
    ahora: str


@dataclass(frozen=True, slots=True)
class GrupoReasignado(Event):
    """A group has another route or other people from a day on, today or later; what was planned after it is gone."""

    grupo_id: int
    desde: date


@dataclass(frozen=True, slots=True)
class CobradorSaliendo(Event):
    """Another person collects from a group from today on; a handler may refuse it."""

    grupo_id: int
    cobrador_id: int
    """The one until now: the collector, or the titular where there is none."""
