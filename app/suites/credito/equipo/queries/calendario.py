"""Days and weeks without collection."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from app.infra.db.columns import containing
from app.infra.locks import lock_key
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.repository import Filter, M, R, within
from app.infra.queries.scoped import ScopedRepository
from app.kernel.errors import Conflict, DomainError, NotFound
from app.suites.credito.equipo.models import (
    Asignacion,
    DiaInhabil,
    DiaInhabilRecord,
    SemanaSinCobro,
    SemanaSinCobroRecord,
)
from app.suites.credito.equipo.rules import lunes

_NO_ROUTE = NotFound("This route does not exist.")
_CALENDARIO = lock_key("credito-calendario")


def _taken(field: str, what: str) -> Conflict:
    message = f"This {what} is there already, for the route or for all."
    return Conflict(message, code=f"{field}_taken", errors={field: [message]})


@dataclass(frozen=True, slots=True)
class CalendarioFilter(Filter):
    """Criteria of days or weeks."""

    of_weeks: bool
    """Whether of weeks, which then are rows of another table."""
    q: str | None = None
    desde: date | None = None
    hasta: date | None = None
    ruta_id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        day = SemanaSinCobro.semana if self.of_weeks else DiaInhabil.fecha
        route = SemanaSinCobro.ruta_id if self.of_weeks else DiaInhabil.ruta_id
        own = [] if self.ruta_id is None else [or_(route.is_(None), route == self.ruta_id)]
        words = SemanaSinCobro.motivo if self.of_weeks else DiaInhabil.nombre
        found = [] if self.q is None else [containing(self.q, words)]
        return [*within(day, self.desde, self.hasta), *own, *found]


class _OfRoutes(ScopedRepository[M, R]):
    """Rows of routes within the caller's scope, and those of all routes."""

    scoped_by: ClassVar[str] = "ruta_id"

    @classmethod
    def scope_condition(cls) -> ColumnElement[bool]:
        return or_(cls.scope_column().is_(None), super().scope_condition())


class DiaInhabilRepository(_OfRoutes[DiaInhabil, DiaInhabilRecord]):
    """Holidays."""

    model = DiaInhabil
    record = DiaInhabilRecord
    conflicts: ClassVar[dict[str, DomainError]] = {
        "ex_credito_dias_inhabiles_fecha": _taken("fecha", "day"),
        "fk_credito_dias_inhabiles_ruta_id_credito_rutas": _NO_ROUTE,
    }


class SemanaSinCobroRepository(_OfRoutes[SemanaSinCobro, SemanaSinCobroRecord]):
    """Weeks without collection."""

    model = SemanaSinCobro
    record = SemanaSinCobroRecord
    conflicts: ClassVar[dict[str, DomainError]] = {
        "ex_credito_semanas_sin_cobro_semana": _taken("semana", "week"),
        "fk_credito_semanas_sin_cobro_ruta_id_credito_rutas": _NO_ROUTE,
    }


class _Found(NamedTuple):
    day: date


def holidays(session: Session, ruta_id: int | None, first: date, last: date) -> frozenset[date]:
    """Holidays of a route between two days; without one, those of all routes."""
    return _days(session, DiaInhabil, ruta_id, first, last)


def weeks_without_collection(session: Session, ruta_id: int | None, first: date, last: date) -> frozenset[date]:
    """Mondays, between two days, of weeks in which nothing is collected on a route; without one, on all."""
    return _days(session, SemanaSinCobro, ruta_id, first, last)


def _days(
    session: Session, model: type[DiaInhabil | SemanaSinCobro], ruta_id: int | None, first: date, last: date
) -> frozenset[date]:
    # No row has the route 0, so that is one of which only the days of all routes are.
    found = _between(model, ruta_id=ruta_id or 0, first=first, last=last).all(session, _Found)
    return frozenset(one.day for one in found)


def days_from(session: Session, day: date) -> tuple[frozenset[date], frozenset[date]]:
    """Holidays from a day on, and Mondays of weeks without collection from its week on, of whatever route."""
    weeks = select(SemanaSinCobro.semana).where(SemanaSinCobro.semana >= lunes(day))
    return (
        frozenset(session.scalars(select(DiaInhabil.fecha).where(DiaInhabil.fecha >= day))),
        frozenset(session.scalars(weeks)),
    )


class DiasDeGrupo(NamedTuple):
    """Days on which nothing is collected from a group: holidays, and weeks by their Mondays."""

    inhabiles: frozenset[date]
    semanas: frozenset[date]


def days_of_groups(session: Session, groups: Collection[int | None]) -> dict[int | None, DiasDeGrupo]:
    """Days without collection of groups, by the routes to which they belonged on them; None is for no group."""
    days = [_Dia(*row) for row in session.execute(select(DiaInhabil.fecha, DiaInhabil.ruta_id))]
    weeks = [_Dia(*row) for row in session.execute(select(SemanaSinCobro.semana, SemanaSinCobro.ruta_id))]
    columns = (Asignacion.grupo_id, Asignacion.ruta_id, Asignacion.desde, Asignacion.hasta)
    own = select(*columns).where(Asignacion.grupo_id.in_([group for group in groups if group is not None]))
    periods: dict[int | None, list[_Periodo]] = {group: [] for group in groups}
    for group, route, since, until in session.execute(own):
        periods[group].append(_Periodo(route, since, until))
    known: dict[frozenset[_Periodo], DiasDeGrupo] = {}
    for found in map(frozenset, periods.values()):
        if found not in known:
            known[found] = DiasDeGrupo(_of_periods(days, found), _of_periods(weeks, found))
    return {group: known[frozenset(found)] for group, found in periods.items()}


class _Dia(NamedTuple):
    day: date
    ruta_id: int | None


class _Periodo(NamedTuple):
    ruta_id: int
    desde: date
    hasta: date | None


def _of_periods(days: Iterable[_Dia], periods: Collection[_Periodo]) -> frozenset[date]:
    return frozenset(
        day
        for day, route in days
        if route is None or any(one.ruta_id == route and one.desde <= day <= (one.hasta or day) for one in periods)
    )


@cached_query
def _between(model: type[DiaInhabil | SemanaSinCobro]) -> Select[Any]:
    day, route = _day_of(model), model.__table__.c.ruta_id
    in_range = day.between(parameter("first", date), parameter("last", date))
    return select(day).where(in_range, or_(route.is_(None), route == parameter("ruta_id", int)))


def _day_of(model: type[DiaInhabil | SemanaSinCobro]) -> ColumnElement[date]:
    return model.__table__.c["semana" if model is SemanaSinCobro else "fecha"]


def bloquear_calendario(session: Session) -> None:
    """Wait for schedules that are being laid, and let none begin, until the end of the transaction."""
    session.execute(select(func.pg_advisory_xact_lock(_CALENDARIO)))


def fijar_calendario(session: Session) -> None:
    """Let the calendar stay as it is, until the end of the transaction, for a loan that is not open before it."""
    session.execute(select(func.pg_advisory_xact_lock_shared(_CALENDARIO)))
