"""Rows of the demo data, many of a table at once."""

from collections.abc import Sequence

from sqlalchemy import Table, text
from sqlalchemy.orm import Session

from app.infra.db import Base
from app.infra.queries.bulk import Row, insert_rows, reserve_ids
from app.suites.credito.caja.models import BonoGanado, Faltante, Gasto
from app.suites.credito.cobranza.models import BloqueRecibos, Falta
from app.suites.credito.diario.models import Corte
from app.suites.credito.prestamos.models import Aval, Cargo, Cuota, Pago, Prestamo

_TABLES = Base.metadata.tables


def reservar(session: Session, model: type[Base], count: int) -> list[int]:
    """Ids for new rows."""
    return reserve_ids(session, _table(model), count)


def guardar(session: Session, model: type[Base], rows: Sequence[Row]) -> None:
    """Store rows, all with the same columns."""
    if rows:
        insert_rows(session, _table(model), rows)


def olvidar_planes(session: Session) -> None:
    """Let triggers plan anew: their plans are of the start, when the tables were nearly empty."""
    session.execute(text("DISCARD PLANS"))


def _table(model: type[Base]) -> Table:
    return _TABLES[model.__tablename__]


__all__ = [
    "Aval",
    "BloqueRecibos",
    "BonoGanado",
    "Cargo",
    "Corte",
    "Cuota",
    "Falta",
    "Faltante",
    "Gasto",
    "Pago",
    "Prestamo",
    "guardar",
    "olvidar_planes",
    "reservar",
]
