"""The day of the suite, the person who asks, and the rows within their scope."""

from datetime import date

from app.infra import clock
from app.infra.context import Context
from app.kernel.errors import Conflict
from app.kernel.identity import ALL, Scope
from app.suites.credito import CAJERO
from app.suites.credito.equipo.models import PersonalRecord
from app.suites.credito.equipo.queries import PersonalRepository, groups_of, people_below, people_beside, routes_of
from app.suites.credito.equipo.rules import RUTA


def hoy(context: Context) -> date:
    """Today in the suite's time zone, which need not be the company's."""
    return clock.today(context.settings.credito_timezone)


def alcance(context: Context) -> Scope:
    """The groups that the caller may see and change, by today's assignments: all for jobs and for who directs.

    A gerente and a supervisor have the groups of their routes, a titular and a collector their own; everybody also has
    those of the routes that an administrator gave them. Rows without a group are outside of every limited scope.
    """
    given, identity = context.scope(RUTA).ids, context.identity
    if given is None or identity is None:
        return ALL
    return Scope(groups_of(context.session, identity.role, identity.user_id, given, hoy(context)))


def alcance_rutas(context: Context) -> Scope:
    """The routes that the caller may see: those of `alcance`, also where they have no groups."""
    given, identity = context.scope(RUTA).ids, context.identity
    if given is None or identity is None:
        return ALL
    return Scope(routes_of(context.session, identity.role, identity.user_id, given, hoy(context)))


def alcance_personal(context: Context) -> Scope:
    """The people that the caller may see: all for who gives groups to people, else those one works with."""
    identity = context.identity
    if identity is None or context.scope(RUTA).ids is None or identity.may("credito.grupos:write"):
        return ALL
    groups = alcance(context).ids or frozenset()
    return Scope(people_beside(context.session, identity.user_id, groups, hoy(context)))


def a_cargo(context: Context, grupos: Scope | None = None) -> Scope:
    """The caller, and the people whose work the caller answers for: all for jobs and for who directs.

    A gerente and a supervisor answer for the people of their groups, and everybody for those whose superior they are.
    `grupos` is what `alcance` says of the caller, if that is known already.
    """
    identity = context.identity
    if identity is None or (identity.role != CAJERO and context.scope(RUTA).ids is None):
        return ALL
    if identity.role == CAJERO:
        grupos = Scope(frozenset())
    groups = (grupos or alcance(context)).ids or frozenset[int]()
    return Scope(people_below(context.session, identity.role, identity.user_id, groups, hoy(context)))


def persona(context: Context) -> PersonalRecord:
    """The person who asks; Conflict where the user is nobody of the suite, or not active in it."""
    identity = context.identity
    return _activa(None if identity is None else _personal(context).find_of_user(identity.user_id))


def persona_bloqueada(context: Context) -> PersonalRecord:
    """The person who asks, as `persona`; one transaction at a time gives out the receipts of a person."""
    identity = context.identity
    return _activa(None if identity is None else _personal(context).find_of_user_for_update(identity.user_id))


def _personal(context: Context) -> PersonalRepository:
    return PersonalRepository(context.session, ALL)


def _activa(found: PersonalRecord | None) -> PersonalRecord:
    if found is None or not found.activo:
        raise Conflict("You are nobody of the suite: a director has to add you to its people.", code="sin_personal")
    return found
