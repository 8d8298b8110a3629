"""Names and addresses that documents of a loan have."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from app.infra.queries.cached import cached_query, parameter
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.equipo.models import Asignacion, Grupo, Personal, vigente

_CLIENTS, _GRUPOS, _PERIODS = Cliente.__table__.c, Grupo.__table__.c, Asignacion.__table__.c
_PEOPLE = Personal.__table__.c


class Firmante(NamedTuple):
    """A client or guarantor of a loan."""

    id: int
    nombre: str
    curp: str | None
    codigo_ine: str | None
    telefono: str | None
    calle: str | None
    colonia: str
    cp: str
    municipio: str | None
    entidad: str | None

    @property
    def direccion(self) -> str:
        """The address in one line."""
        parts = (self.calle, self.colonia, f"C.P. {self.cp}", self.municipio, self.entidad)
        return ", ".join(part for part in parts if part)


class GrupoDe(NamedTuple):
    """The group of a loan, and its titular on a day."""

    nombre: str
    titular: str


def firmantes(session: Session, ids: Collection[int]) -> dict[int, Firmante]:
    """Clients and guarantors by id."""
    return {one.id: one for one in _firmantes(ids=list(ids)).all(session, Firmante)}


@cached_query
def _firmantes() -> Select[Any]:
    own = (_CLIENTS.id, _CLIENTS.nombre_completo, _CLIENTS.curp, _CLIENTS.codigo_ine, _CLIENTS.telefono)
    address = (_CLIENTS.calle, _CLIENTS.colonia, _CLIENTS.cp, _CLIENTS.municipio, _CLIENTS.entidad)
    return select(*own, *address).where(_CLIENTS.id == func.any(parameter("ids", list)))


def grupo_de(session: Session, grupo_id: int, day: date) -> GrupoDe | None:
    """The group of a loan on a day; None where it belonged to nobody then."""
    return _grupo(grupo_id=grupo_id, day=day).first(session, GrupoDe)


@cached_query
def _grupo() -> Select[Any]:
    of_day = and_(_PERIODS.grupo_id == _GRUPOS.id, vigente(Asignacion, parameter("day", date)))
    joined = Grupo.__table__.join(Asignacion.__table__, of_day)
    people = joined.join(Personal.__table__, _PEOPLE.id == _PERIODS.titular_id)
    own = _GRUPOS.id == parameter("grupo_id", int)
    return select(_GRUPOS.nombre, _PEOPLE.nombre).select_from(people).where(own)
