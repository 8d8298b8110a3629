"""Visits of collectors."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Numeric, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Prose, at_most, one_of, positive, sane_day
from app.suites.credito.cobranza.rules.visitas import ResultadoVisita


def _of(table: str) -> ForeignKey:
    return ForeignKey(f"{table}.id", ondelete="RESTRICT")


class Visita(Keyed, Timestamps, Versioned, Base):
    """A visit to a client; what was promised is kept with it."""

    __tablename__ = "credito_visitas"

    local_id: Mapped[UUID] = mapped_column(Uuid)
    cliente_id: Mapped[int] = mapped_column(BigInteger, _of("credito_clientes"))
    prestamo_id: Mapped[int | None] = mapped_column(BigInteger, _of("credito_prestamos"))
    cobrador_id: Mapped[int] = mapped_column(BigInteger, _of("credito_personal"))
    fecha_hora: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    resultado: Mapped[ResultadoVisita] = mapped_column(one_of(ResultadoVisita, "resultado"))
    promesa_fecha: Mapped[date | None]
    promesa_monto: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    foto_id: Mapped[int | None] = mapped_column(BigInteger, _of("stored_files"))
    lat: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    lng: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    notas: Mapped[Prose | None]

    __table_args__ = (
        UniqueConstraint("local_id", name="uq_credito_visitas_local_id"),
        CheckConstraint("(resultado = 'promesa') = (promesa_fecha IS NOT NULL)", name="promesa_dated"),
        CheckConstraint("promesa_monto IS NULL OR promesa_fecha IS NOT NULL", name="promesa_monto_dated"),
        CheckConstraint("num_nonnulls(lat, lng) IN (0, 2)", name="point_whole"),
        CheckConstraint("lat BETWEEN -90 AND 90 AND lng BETWEEN -180 AND 180", name="point_range"),
        positive("promesa_monto"),
        at_most("notas"),
        sane_day("promesa_fecha"),
        Index("ix_credito_visitas_cliente_id", "cliente_id", "fecha_hora"),
        Index("ix_credito_visitas_prestamo_id", "prestamo_id", "fecha_hora"),
        Index("ix_credito_visitas_cobrador_id", "cobrador_id", "fecha_hora"),
        Index("ix_credito_visitas_foto_id", "foto_id"),
        Index("ix_credito_visitas_promesa_fecha", "promesa_fecha", postgresql_where=text("promesa_fecha IS NOT NULL")),
    )


class VisitaRecord(NamedTuple):
    """A visit."""

    id: int
    local_id: UUID
    cliente_id: int
    cliente: str
    prestamo_id: int | None
    cobrador_id: int
    fecha_hora: datetime
    resultado: ResultadoVisita
    promesa_fecha: date | None
    promesa_monto: Decimal | None
    foto_id: int | None
    lat: Decimal | None
    lng: Decimal | None
    notas: str | None
    created_at: datetime
    updated_at: datetime
    version: int
