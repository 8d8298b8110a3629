"""Missed weeks of loans."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Amount, at_most, one_of, positive, sane_day
from app.suites.credito.cobranza.rules.faltas import EstadoFalta
from app.suites.credito.cobranza.rules.valores import LONGEST_MOTIVO, TipoFalta


def _of(table: str) -> ForeignKey:
    return ForeignKey(f"{table}.id", ondelete="RESTRICT")


class Falta(Keyed, Timestamps, Versioned, Base):
    """A week in which less was paid than was due; it is judged once, when the week is closed."""

    __tablename__ = "credito_faltas"

    prestamo_id: Mapped[int] = mapped_column(BigInteger, _of("credito_prestamos"))
    semana: Mapped[date]
    """Its Monday."""
    cuota_numero: Mapped[int] = mapped_column(SmallInteger)
    esperado: Mapped[Amount]
    abonado: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    faltante: Mapped[Amount]
    tipo: Mapped[TipoFalta] = mapped_column(one_of(TipoFalta, "tipo"))
    tolerada: Mapped[bool]
    estado: Mapped[EstadoFalta] = mapped_column(
        one_of(EstadoFalta, "estado"), default=EstadoFalta.VIGENTE, server_default=EstadoFalta.VIGENTE
    )
    motivo: Mapped[str | None] = mapped_column(String(LONGEST_MOTIVO))
    justificada_por_id: Mapped[int | None] = mapped_column(BigInteger, _of("users"))

    __table_args__ = (
        UniqueConstraint("prestamo_id", "semana", name="uq_credito_faltas_semana"),
        CheckConstraint("extract(isodow FROM semana) = 1", name="semana_monday"),
        CheckConstraint("estado <> 'justificada' OR motivo IS NOT NULL", name="justificada_with_motivo"),
        positive("esperado"),
        positive("faltante"),
        CheckConstraint("abonado >= 0 AND abonado < 100000000000", name="abonado_not_negative"),
        CheckConstraint("faltante <= esperado", name="faltante_within"),
        at_most("motivo", LONGEST_MOTIVO),
        sane_day("semana"),
        Index("ix_credito_faltas_semana", "semana", "prestamo_id"),
    )


class FaltaRecord(NamedTuple):
    """A missed week, with the charge that it brought."""

    id: int
    prestamo_id: int
    folio: str
    cliente: str
    grupo_id: int | None
    semana: date
    cuota_numero: int
    esperado: Decimal
    abonado: Decimal
    faltante: Decimal
    tipo: TipoFalta
    tolerada: bool
    estado: EstadoFalta
    motivo: str | None
    cargo_id: int | None
    created_at: datetime
    updated_at: datetime
    version: int
