"""Proposals of write-offs and restructures."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.records import columns_of
from app.suites.credito.prestamos.models import Propuesta, PropuestaRecord
from app.suites.credito.prestamos.rules.propuestas import EstadoPropuesta, TipoPropuesta

_TABLE = Propuesta.__table__


@cached_query
def _of_loan() -> Select[Any]:
    own = select(*columns_of(PropuestaRecord, _TABLE)).where(_TABLE.c.prestamo_id == parameter("prestamo_id", int))
    return own.order_by(_TABLE.c.id)


def propuestas_de(session: Session, prestamo_id: int) -> list[PropuestaRecord]:
    """Proposals of a loan, the oldest first."""
    return _of_loan(prestamo_id=prestamo_id).all(session, PropuestaRecord)


def ultima_propuesta(
    session: Session, prestamo_id: int, tipo: TipoPropuesta, estado: EstadoPropuesta
) -> Propuesta | None:
    """The newest proposal of a loan, which is locked, of a kind and state, or None."""
    own = select(Propuesta).where(
        Propuesta.prestamo_id == prestamo_id, Propuesta.tipo == tipo, Propuesta.estado == estado
    )
    return session.scalars(own.order_by(Propuesta.id.desc()).limit(1)).first()
