"""Clients as far as loans look at them."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.suites.credito.clientes.models import Cliente
from app.suites.credito.clientes.rules import EstadoDeCliente
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
