"""Visits within the caller's scope."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.parties.models import Party
from app.infra.queries.records import fields_of, reader
from app.infra.queries.repository import Filter, equal
from app.infra.queries.scoped import ScopedRepository
from app.kernel.errors import Conflict, DomainError, NotFound
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.cobranza.models import Visita, VisitaRecord
from app.suites.credito.cobranza.rules.visitas import ResultadoVisita
from app.suites.credito.prestamos.models import Prestamo

_VISITAS, _CLIENTS, _PARTIES = Visita.__table__.c, Cliente.__table__.c, Party.__table__.c


@dataclass(frozen=True, slots=True)
class VisitaFilter(Filter):
    """Criteria of visits; `desde` and `antes` are instants, `promesa_fecha` the day that was promised."""

    cliente_id: int | None = None
    prestamo_id: int | None = None
    grupo_id: int | None = None
    cobrador_id: int | None = None
    resultado: ResultadoVisita | None = None
    promesa_fecha: date | None = None
    desde: datetime | None = None
    antes: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        same = equal(
            (_VISITAS.cliente_id, self.cliente_id),
            (_VISITAS.prestamo_id, self.prestamo_id),
            (_CLIENTS.grupo_id, self.grupo_id),
            (_VISITAS.cobrador_id, self.cobrador_id),
            (Visita.resultado, self.resultado),
            (_VISITAS.promesa_fecha, self.promesa_fecha),
        )
        if self.desde is not None:
            same.append(_VISITAS.fecha_hora >= self.desde)
        if self.antes is not None:
            same.append(_VISITAS.fecha_hora < self.antes)
        return same


class VisitaRepository(ScopedRepository[Visita, VisitaRecord]):
    """Visits to clients of the groups within the scope."""

    model = Visita
    record = VisitaRecord
    scoped_by: ClassVar[str] = "grupo_id"
    joined_columns: ClassVar[dict[str, InstrumentedAttribute[Any]]] = {"cliente": Party.name}
    conflicts: ClassVar[dict[str, DomainError]] = {
        "uq_credito_visitas_local_id": Conflict("This local id belongs to another visit.", code="contenido_distinto"),
        "fk_credito_visitas_cliente_id_credito_clientes": NotFound("This client does not exist."),
        "fk_credito_visitas_prestamo_id_credito_prestamos": NotFound("This loan does not exist."),
    }

    @classmethod
    def scope_column(cls) -> ColumnElement[int]:
        column: ColumnElement[int] = _CLIENTS.grupo_id
        return column

    @classmethod
    def base_query(cls) -> Select[Any]:
        columns = (_PARTIES.name if name == "cliente" else _VISITAS[name] for name in fields_of(VisitaRecord))
        return select(*columns).select_from(_joined())

    @classmethod
    def count_query(cls, criteria: Filter) -> Select[Any]:
        return select(func.count()).select_from(_joined()).where(*criteria.conditions())

    def has_photo(self, file_id: int) -> bool:
        """Whether a visit within the scope has this file."""
        own = [] if self.scope.ids is None else [_CLIENTS.grupo_id.in_(self.scope.ids)]
        found = select(_VISITAS.id).select_from(_joined()).where(_VISITAS.foto_id == file_id, *own).limit(1)
        return self.session.scalar(found) is not None


def _joined() -> FromClause:
    clients = Visita.__table__.join(Cliente.__table__, _CLIENTS.id == _VISITAS.cliente_id)
    return clients.join(Party.__table__, _PARTIES.id == _VISITAS.cliente_id)


def visitas_con_llaves(session: Session, llaves: Collection[UUID]) -> list[VisitaRecord]:
    """Visits that devices sent with these keys, whoever may see them."""
    if not llaves:
        return []
    found = VisitaRepository.base_query().where(_VISITAS.local_id.in_(llaves))
    return reader(VisitaRecord)(session.execute(found))


def clientes_de(session: Session, prestamos: Collection[int]) -> dict[int, int]:
    """Clients of loans, by loan."""
    loans = Prestamo.__table__.c
    found = session.execute(select(loans.id, loans.cliente_id).where(loans.id.in_(prestamos))) if prestamos else ()
    return {row[0]: row[1] for row in found}


def grupo_de(session: Session, cliente_id: int) -> tuple[bool, int | None]:
    """Whether there is a client, and their group."""
    found = session.execute(select(_CLIENTS.grupo_id).where(_CLIENTS.id == cliente_id)).first()
    return found is not None, None if found is None else found[0]
