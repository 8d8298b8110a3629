"""Blocks of receipts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Update, func, select, update
from sqlalchemy.orm import Session

from app.infra import clock
from app.infra.db import Base, require_writable
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.references import lock_rows
from app.suites.credito.cobranza.models import BloqueRecibos
from app.suites.credito.cobranza.rules.recibos import TAMANO_BLOQUE
from app.suites.credito.equipo.models import Personal


def bloquear_persona(session: Session, personal_id: int) -> None:
    """Let one transaction at a time give out receipts of a person; it is locked before the person's cut."""
    lock_rows(session, Personal, [personal_id])


def bloques_de(session: Session, personal_id: int, dispositivo: str) -> Sequence[BloqueRecibos]:
    """Blocks of a device, the first one first."""
    own = select(BloqueRecibos).where(
        BloqueRecibos.personal_id == personal_id, BloqueRecibos.dispositivo == dispositivo
    )
    fresh = {"populate_existing": True}
    return session.scalars(own.order_by(BloqueRecibos.desde), execution_options=fresh).all()


def usar_siguientes(session: Session, personal_id: int, dispositivo: str, count: int) -> int | None:
    """Use the next numbers of the first block that has any left; the highest, or None if it has not so many."""
    require_writable(session)
    values = {"personal_id": personal_id, "dispositivo": dispositivo, "count": count, "now": clock.now()}
    return _usando(**values).scalar(session, int)


@cached_query
def _usando() -> Update:
    table, count = Base.metadata.tables[BloqueRecibos.__tablename__], parameter("count", int)
    block = table.c
    hasta = block.desde + (TAMANO_BLOQUE - 1)
    device = (block.personal_id == parameter("personal_id", int), block.dispositivo == parameter("dispositivo", str))
    first = select(block.id).where(*device, block.usado_hasta < hasta).order_by(block.desde).limit(1)
    used = {"usado_hasta": block.usado_hasta + count, "updated_at": parameter("now", datetime)}
    enough = (block.id == first.scalar_subquery(), block.usado_hasta + count <= hasta)
    own = update(table).where(*enough)
    return own.values({**used, "version": block.version + 1}).returning(block.usado_hasta)


def ultimo_desde(session: Session, personal_id: int) -> int | None:
    """First number of the last block of a person, or None."""
    return session.scalar(select(func.max(BloqueRecibos.desde)).where(BloqueRecibos.personal_id == personal_id))
