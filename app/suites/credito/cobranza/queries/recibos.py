"""Blocks of receipts."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.infra.queries.references import lock_rows
from app.suites.credito.cobranza.models import BloqueRecibos
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


def ultimo_desde(session: Session, personal_id: int) -> int | None:
    """First number of the last block of a person, or None."""
    return session.scalar(select(func.max(BloqueRecibos.desde)).where(BloqueRecibos.personal_id == personal_id))
