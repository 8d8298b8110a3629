"""Changes of the calendar that loans still follow."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from app.infra import clock
from app.infra.db import require_writable
from app.infra.queries.records import columns_of
from app.suites.credito.equipo.models import Asignacion, Cambio, CambioDeFechas, vigente

_CAMBIOS = CambioDeFechas.__table__
_PENDING = _CAMBIOS.c.terminado_en.is_(None)


def insertar_cambio(
    session: Session, ruta_id: int | None, desde: date, hasta: date | None, *, sin_cobro: bool, user_id: int | None
) -> int:
    """Store a change that loans are to follow; returns its id."""
    require_writable(session)
    values = {"ruta_id": ruta_id, "desde": desde, "hasta": hasta, "sin_cobro": sin_cobro, "user_id": user_id}
    made = insert(CambioDeFechas).values(creado_en=clock.now(), **values).returning(CambioDeFechas.id)
    return session.scalars(made).one()


def cambios_pendientes(session: Session) -> list[int]:
    """Ids of the changes that loans still follow, in their order."""
    return list(session.scalars(select(_CAMBIOS.c.id).where(_PENDING).order_by(_CAMBIOS.c.id)))


def tomar_cambio(session: Session, cambio_id: int) -> Cambio | None:
    """Lock a change that loans still follow, waiting for whoever moves a slice; None if it is done."""
    own = select(*columns_of(Cambio, _CAMBIOS)).where(_CAMBIOS.c.id == cambio_id, _PENDING).with_for_update()
    found = session.execute(own).first()
    return None if found is None else Cambio(*found)


def avanzar_cambio(session: Session, cambio_id: int, hasta_id: int) -> None:
    """Note the last loan that followed a change."""
    _write(session, cambio_id, avance_id=hasta_id)


def terminar_cambio(session: Session, cambio_id: int) -> None:
    """Note that all loans followed a change."""
    _write(session, cambio_id, terminado_en=clock.now())


def _write(session: Session, cambio_id: int, **values: object) -> None:
    require_writable(session)
    own = update(CambioDeFechas).where(_CAMBIOS.c.id == cambio_id).values(values)
    session.execute(own, execution_options={"synchronize_session": False})


def hay_cambios_de_ruta(session: Session, ruta_id: int | None) -> bool:
    """Whether loans of a route, or without one of any, still follow a change."""
    own = [] if ruta_id is None else [or_(_CAMBIOS.c.ruta_id.is_(None), _CAMBIOS.c.ruta_id == ruta_id)]
    return _exists(session, own)


def hay_cambios_de_prestamo(session: Session, prestamo_id: int, grupo_id: int | None) -> bool:
    """Whether an open loan of a group still is to follow a change."""
    period = Asignacion.__table__.c
    of_route = exists().where(
        period.grupo_id == grupo_id, period.ruta_id == _CAMBIOS.c.ruta_id, vigente(Asignacion, _CAMBIOS.c.desde)
    )
    return _exists(session, [_CAMBIOS.c.avance_id < prestamo_id, or_(_CAMBIOS.c.ruta_id.is_(None), of_route)])


def _exists(session: Session, conditions: Collection[ColumnElement[bool]]) -> bool:
    return session.scalar(select(_CAMBIOS.c.id).where(_PENDING, *conditions).limit(1)) is not None
