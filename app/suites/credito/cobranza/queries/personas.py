"""People who collect, the groups that they collect from, and the homes of clients."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.infra.queries.cached import cached_query, parameter
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.cobranza.rules.distancia import Punto, punto
from app.suites.credito.equipo.models import Asignacion, Personal
from app.suites.credito.prestamos.models import Prestamo

_PEOPLE, _LOANS, _CLIENTS = Personal.__table__.c, Prestamo.__table__.c, Cliente.__table__.c


class Cobrador(NamedTuple):
    """A person as far as their cash goes."""

    id: int
    clave: str
    limite_efectivo: Decimal | None


def cobrador(session: Session, personal_id: int) -> Cobrador | None:
    """A person by id, or None."""
    return _cobrador(personal_id=personal_id).first(session, Cobrador)


@cached_query
def _cobrador() -> Select[Any]:
    own = _PEOPLE.id == parameter("personal_id", int)
    return select(_PEOPLE.id, _PEOPLE.clave, _PEOPLE.limite_efectivo).where(own)


class Encargo(NamedTuple):
    """A period in which a group was a person's."""

    grupo_id: int
    desde: date
    hasta: date | None

    def incluye(self, day: date) -> bool:
        """Whether a day is in it."""
        return self.desde <= day and (self.hasta is None or day <= self.hasta)


def encargos_de(session: Session, personal_id: int) -> list[Encargo]:
    """Periods in which groups were collected from by a person, or were theirs as the titular."""
    return _encargos(personal_id=personal_id).all(session, Encargo)


@cached_query
def _encargos() -> Select[Any]:
    periods, own = Asignacion.__table__.c, parameter("personal_id", int)
    theirs = or_(periods.cobrador_id == own, periods.titular_id == own)
    return select(periods.grupo_id, periods.desde, periods.hasta).where(theirs)


def puntos_de(session: Session, prestamos: Collection[int]) -> dict[int, Punto]:
    """Homes of the clients of loans, by loan; those that are not known are missing."""
    found = {row[0]: punto(row[1], row[2]) for row in _puntos(ids=list(prestamos)).rows(session)}
    return {prestamo_id: home for prestamo_id, home in found.items() if home is not None}


@cached_query
def _puntos() -> Select[Any]:
    joined = select(_LOANS.id, _CLIENTS.lat, _CLIENTS.lng).join_from(
        Prestamo.__table__, Cliente.__table__, _CLIENTS.id == _LOANS.cliente_id
    )
    return joined.where(_LOANS.id == func.any(parameter("ids", list)))
