"""Clients as far as loans look at them."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.core.parties.models import Party
from app.infra.queries.cached import cached_query, parameter
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.clientes.rules import EstadoDeCliente
from app.suites.credito.prestamos.models import Aval, Prestamo
from app.suites.credito.prestamos.queries.prestamos import IS_OPEN
from app.suites.credito.prestamos.rules.avales import Candidato

_TABLE = Cliente.__table__.c


class Solicitante(NamedTuple):
    """A client who asks for a loan, or guarantees one."""

    id: int
    grupo_id: int | None
    estado: EstadoDeCliente
    es_aval: bool
    limite_credito: Decimal | None

    @property
    def activo(self) -> bool:
        """Whether the client may borrow and guarantee."""
        return self.estado is EstadoDeCliente.ACTIVO

    @property
    def candidato(self) -> Candidato:
        """The client as the rules of guarantors have them."""
        return Candidato(self.id, self.grupo_id, self.es_aval, self.activo)


def _found(statement: Select[Any], session: Session) -> list[Solicitante]:
    return [Solicitante(one[0], one[1], EstadoDeCliente(one[2]), *one[3:]) for one in session.execute(statement)]


def _columns() -> Select[Any]:
    return select(_TABLE.id, _TABLE.grupo_id, _TABLE.estado, _TABLE.es_aval, _TABLE.limite_credito)


def bloquear_cliente(session: Session, cliente_id: int) -> Solicitante | None:
    """Lock a client, so that their loans are decided one after the other; None if there is none."""
    return next(iter(_found(_columns().where(_TABLE.id == cliente_id).with_for_update(), session)), None)


def solicitantes(session: Session, ids: Collection[int]) -> dict[int, Solicitante]:
    """Clients by id; those that don't exist are missing."""
    return {one.id: one for one in _found(_columns().where(_TABLE.id.in_(ids)), session)} if ids else {}


def avales_inactivos(session: Session, avales: Collection[int]) -> list[str]:
    """Notices of those guarantors who died, were blocked or are gone."""
    known = solicitantes(session, avales)
    return [f"aval_inactivo:{aval}" for aval in avales if not known[aval].activo]


class AvalSugerido(NamedTuple):
    """A client who may guarantee loans, with their load."""

    id: int
    nombre_completo: str
    telefono: str | None
    grupo_id: int
    prestamos_avalados: int
    """Number of open loans that they guarantee."""


def avales_sugeridos(session: Session, grupo_id: int, cliente_id: int) -> list[AvalSugerido]:
    """Other clients of a group who may guarantee loans, those with the fewest first."""
    return _sugeridos(grupo_id=grupo_id, cliente_id=cliente_id).all(session, AvalSugerido)


@cached_query
def _sugeridos() -> Select[Any]:
    joined = Aval.__table__.join(Prestamo.__table__, Prestamo.id == Aval.prestamo_id)
    of_client = (Aval.cliente_id == _TABLE.id, IS_OPEN)
    load = select(func.count()).select_from(joined).where(*of_client).correlate(Cliente.__table__).scalar_subquery()
    columns = (_TABLE.id, Party.__table__.c.name, _TABLE.telefono, _TABLE.grupo_id, load.label("load"))
    clients = Cliente.__table__.join(Party.__table__, Party.__table__.c.id == _TABLE.id)
    others = (_TABLE.grupo_id == parameter("grupo_id", int), _TABLE.id != parameter("cliente_id", int))
    willing = (_TABLE.es_aval, _TABLE.estado == EstadoDeCliente.ACTIVO.value)
    in_order = (load, Party.__table__.c.name, _TABLE.id)
    return select(*columns).select_from(clients).where(*others, *willing).order_by(*in_order)
