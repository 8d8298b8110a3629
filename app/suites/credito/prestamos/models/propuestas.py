"""Proposals of write-offs and restructures: one person proposes, another one carries it out."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import at_most, one_of, sane_day
from app.suites.credito.prestamos.models.prestamos import LONGEST_REASON
from app.suites.credito.prestamos.rules.propuestas import EstadoPropuesta, TipoPropuesta


def _of(table: str) -> ForeignKey:
    return ForeignKey(f"{table}.id", ondelete="RESTRICT")


class Propuesta(Keyed, Timestamps, Versioned, Base):
    """A write-off or restructure of a loan, from its proposal on."""

    __tablename__ = "credito_propuestas"

    prestamo_id: Mapped[int] = mapped_column(BigInteger, _of("credito_prestamos"))
    tipo: Mapped[TipoPropuesta] = mapped_column(one_of(TipoPropuesta, "tipo"))
    datos: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """Terms of a restructure."""
    motivo: Mapped[str] = mapped_column(String(LONGEST_REASON))
    fecha: Mapped[date]
    propuesta_por_id: Mapped[int] = mapped_column(BigInteger, _of("users"))
    estado: Mapped[EstadoPropuesta] = mapped_column(
        one_of(EstadoPropuesta, "estado"), default=EstadoPropuesta.PENDIENTE, server_default=EstadoPropuesta.PENDIENTE
    )
    aplicada_por_id: Mapped[int | None] = mapped_column(BigInteger, _of("users"))
    aplicada_en: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    calendario_anterior: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    """Installments before the restructure."""
    deshecha_por_id: Mapped[int | None] = mapped_column(BigInteger, _of("users"))
    motivo_deshecha: Mapped[str | None] = mapped_column(String(LONGEST_REASON))

    __table_args__ = (
        CheckConstraint("aplicada_por_id <> propuesta_por_id", name="applied_by_another"),
        CheckConstraint(
            "(estado IN ('aplicada', 'deshecha')) = (num_nonnulls(aplicada_por_id, aplicada_en) = 2)",
            name="aplicada_by_estado",
        ),
        CheckConstraint("(estado = 'deshecha') = (motivo_deshecha IS NOT NULL)", name="deshecha_with_motivo"),
        at_most("motivo", LONGEST_REASON),
        at_most("motivo_deshecha", LONGEST_REASON),
        sane_day("fecha"),
        Index(
            "uq_credito_propuestas_pendiente",
            "prestamo_id",
            "tipo",
            unique=True,
            postgresql_where=text("estado = 'pendiente'"),
        ),
        Index("ix_credito_propuestas_prestamo_id", "prestamo_id", "id"),
    )


class PropuestaRecord(NamedTuple):
    """A write-off or restructure of a loan."""

    id: int
    prestamo_id: int
    tipo: TipoPropuesta
    datos: dict[str, Any]
    motivo: str
    fecha: date
    propuesta_por_id: int
    estado: EstadoPropuesta
    aplicada_por_id: int | None
    aplicada_en: datetime | None
    deshecha_por_id: int | None
    motivo_deshecha: str | None
