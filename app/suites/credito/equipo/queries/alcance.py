"""Routes, groups and people within the scope of somebody whose position limits it."""

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, any_, or_, select, union, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.infra.queries.cached import BoundQuery, cached_query, parameter
from app.suites.credito.equipo.models import Asignacion, Personal, Ruta, vigente
from app.suites.credito.equipo.rules import Puesto

_OF_ROUTES: Mapping[str, InstrumentedAttribute[Any]] = MappingProxyType(
    {Puesto.GERENTE: Ruta.gerente_id, Puesto.SUPERVISOR: Ruta.supervisor_id}
)
_OF_GROUPS: Mapping[str, InstrumentedAttribute[Any]] = MappingProxyType(
    {Puesto.TITULAR: Asignacion.titular_id, Puesto.COBRADOR: Asignacion.cobrador_id}
)
"""Columns that name the people of a position, who have the route or group."""


class _Found(NamedTuple):
    id: int


def routes_of(session: Session, role: str, user_id: int, given: Collection[int], day: date) -> frozenset[int]:
    """Ids of the routes of a user of this role on a day, and of those that were given to the user."""
    return _ids(session, _routes(role, user_id=user_id, given=list(given), day=day))


def groups_of(session: Session, role: str, user_id: int, given: Collection[int], day: date) -> frozenset[int]:
    """Ids of the groups of a user of this role on a day, and of the routes that were given to the user."""
    return _ids(session, _groups(role, bool(given), user_id=user_id, given=list(given), day=day))


def people_below(session: Session, role: str, user_id: int, groups: Collection[int], day: date) -> frozenset[int]:
    """Ids of the user's own row and of those whose superior the user is, or who have these groups on a day."""
    return _ids(session, _below(role, user_id=user_id, groups=list(groups), day=day))


def people_beside(session: Session, user_id: int, groups: Collection[int], day: date) -> frozenset[int]:
    """Ids of the user's own row, of the superior, and of the people of these groups and their routes on a day."""
    return _ids(session, _people(user_id=user_id, groups=list(groups), day=day))


def _ids(session: Session, query: BoundQuery) -> frozenset[int]:
    return frozenset(found.id for found in query.all(session, _Found))


def _me() -> Select[Any]:
    """Id of the active person that the user is."""
    return select(Personal.id).where(Personal.user_id == parameter("user_id", int), Personal.activo)


def _given(column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return column == any_(parameter("given", list))


def _of_day() -> ColumnElement[bool]:
    return vigente(Asignacion, parameter("day", date))


@cached_query
def _routes(role: str) -> Select[Any]:
    routes = select(Ruta.id.label("id")).where(_given(Ruta.id))
    if role in _OF_ROUTES:
        routes = select(Ruta.id.label("id")).where(or_(_given(Ruta.id), _OF_ROUTES[role].in_(_me())))
    if role not in _OF_GROUPS:
        return routes
    by_groups = select(Asignacion.ruta_id).where(_OF_GROUPS[role].in_(_me()), _of_day())
    return select(union(routes, by_groups).subquery().c.id)


@cached_query
def _groups(role: str, has_given: bool) -> Select[Any]:
    of_day = select(Asignacion.grupo_id).where(_of_day())
    own = _own_groups(role)
    if own is None:
        return of_day.where(_given(Asignacion.ruta_id))
    return of_day.where(or_(_given(Asignacion.ruta_id), own) if has_given else own)  # an OR would use no index


def _own_groups(role: str) -> ColumnElement[bool] | None:
    """Condition that an assignment is of the user's own groups, for a position that has any."""
    if role in _OF_ROUTES:
        return Asignacion.ruta_id.in_(select(Ruta.id).where(_OF_ROUTES[role].in_(_me())))
    return _OF_GROUPS[role].in_(_me()) if role in _OF_GROUPS else None


@cached_query
def _below(role: str) -> Select[Any]:
    own = select(Personal.id).where(Personal.user_id == parameter("user_id", int)).cte("own")
    of_groups = and_(Asignacion.grupo_id == any_(parameter("groups", list)), _of_day())
    found = [select(own.c.id.label("id")), select(Personal.id).where(Personal.jefe_id.in_(select(own.c.id)))]
    if role in _OF_ROUTES:
        found += [select(Asignacion.titular_id).where(of_groups), select(Asignacion.cobrador_id).where(of_groups)]
    if role == Puesto.GERENTE:
        routes = select(Asignacion.ruta_id).where(of_groups)
        found.append(select(Ruta.supervisor_id).where(Ruta.id.in_(routes)))
    people = union_all(*found).subquery()
    return select(people.c.id).where(people.c.id.is_not(None)).distinct()


@cached_query
def _people() -> Select[Any]:
    groups = select(Asignacion.ruta_id, Asignacion.titular_id, Asignacion.cobrador_id).where(
        Asignacion.grupo_id == any_(parameter("groups", list)), _of_day()
    )
    found = groups.cte("found")
    own = select(Personal.id, Personal.jefe_id).where(Personal.user_id == parameter("user_id", int)).cte("own")
    routes = select(Ruta.gerente_id, Ruta.supervisor_id).where(Ruta.id.in_(select(found.c.ruta_id))).cte("routes")
    everybody = union_all(
        select(own.c.id.label("id")),
        select(own.c.jefe_id),
        select(found.c.titular_id),
        select(found.c.cobrador_id),
        select(routes.c.gerente_id),
        select(routes.c.supervisor_id),
    ).subquery()
    return select(everybody.c.id).where(everybody.c.id.is_not(None)).distinct()
