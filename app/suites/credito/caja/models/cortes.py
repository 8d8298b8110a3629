"""Expenses of cuts, cash that the office gives into them."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Amount, Line, Prose, at_most, not_blank, one_of, positive, sane_day
from app.suites.credito.caja.rules.cortes import EstadoEntrega


def of(table: str) -> ForeignKey:
    """Reference to a row that must stay."""
    return ForeignKey(f"{table}.id", ondelete="RESTRICT")


class Gasto(Keyed, Timestamps, Versioned, Base):
    """An expense that was paid out of a cut."""

    __tablename__ = "credito_gastos"

    corte_id: Mapped[int] = mapped_column(BigInteger, of("credito_cortes"))
    concepto: Mapped[Line]
    monto: Mapped[Amount]
    fecha: Mapped[date]
    notas: Mapped[Prose | None]
    comprobante_id: Mapped[int | None] = mapped_column(BigInteger, of("stored_files"))

    __table_args__ = (
        not_blank("concepto"),
        positive("monto"),
        at_most("notas"),
        sane_day("fecha"),
        Index("ix_credito_gastos_corte_id", "corte_id"),
        Index("ix_credito_gastos_comprobante_id", "comprobante_id"),
    )


class GastoRecord(NamedTuple):
    """An expense."""

    id: int
    corte_id: int
    concepto: str
    monto: Decimal
    fecha: date
    notas: str | None
    comprobante_id: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class Entrega(Keyed, Timestamps, Versioned, Base):
    """Cash from the office for a cut; it counts from when the holder accepts it."""

    __tablename__ = "credito_entregas"

    corte_id: Mapped[int] = mapped_column(BigInteger, of("credito_cortes"))
    monto: Mapped[Amount]
    estado: Mapped[EstadoEntrega] = mapped_column(
        one_of(EstadoEntrega, "estado"), default=EstadoEntrega.PENDIENTE, server_default=EstadoEntrega.PENDIENTE
    )
    entregada_por_id: Mapped[int | None] = mapped_column(BigInteger, of("users"))
    aceptada_en: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        positive("monto"),
        CheckConstraint("(estado = 'aceptada') = (aceptada_en IS NOT NULL)", name="aceptada_en_by_estado"),
        Index("ix_credito_entregas_corte_id", "corte_id"),
        Index("ix_credito_entregas_entregada_por_id", "entregada_por_id"),
    )


class EntregaRecord(NamedTuple):
    """Cash from the office."""

    id: int
    corte_id: int
    monto: Decimal
    estado: EstadoEntrega
    entregada_por_id: int | None
    aceptada_en: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
