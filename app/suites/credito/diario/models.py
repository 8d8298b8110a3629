"""Tables of cuts, and records of the journal."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import one_of
from app.suites.credito.diario.rules import EstadoCorte


class Corte(Keyed, Timestamps, Versioned, Base):
    """A cut: the time in which a person holds cash, from its opening until it is handed over."""

    __tablename__ = "credito_cortes"

    numero: Mapped[int] = mapped_column(BigInteger, Identity())
    personal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("credito_personal.id", ondelete="RESTRICT"))
    abierto_en: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    entregado_en: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    desde: Mapped[date]
    """Day of the opening, in the suite's zone."""
    hasta: Mapped[date | None]
    """Day on which it was handed over."""
    estado: Mapped[EstadoCorte] = mapped_column(
        one_of(EstadoCorte, "estado"), default=EstadoCorte.ABIERTO, server_default=EstadoCorte.ABIERTO
    )
    semilla: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    """Cash that the last cut left."""
    semilla_siguiente: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0), server_default="0")
    """Cash that it leaves to the next one."""

    __table_args__ = (
        UniqueConstraint("numero"),
        CheckConstraint("semilla >= 0 AND semilla < 10000000000", name="semilla_range"),
        CheckConstraint("semilla_siguiente >= 0 AND semilla_siguiente < 10000000000", name="semilla_siguiente_range"),
        CheckConstraint("entregado_en >= abierto_en", name="entregado_after"),
        CheckConstraint("(entregado_en IS NULL) = (hasta IS NULL)", name="hasta_with_time"),
        CheckConstraint("estado <> 'abierto' OR entregado_en IS NULL", name="abierto_not_handed_over"),
        Index("uq_credito_cortes_abierto", "personal_id", unique=True, postgresql_where=text("estado = 'abierto'")),
        Index("ix_credito_cortes_personal_id", "personal_id", "abierto_en"),
        ExcludeConstraint(
            (text("int8range(personal_id, personal_id, '[]')"), "="),
            (text("tstzrange(abierto_en, entregado_en)"), "&&"),
            using="gist",
            where=text("estado <> 'anulado'"),
            name="ex_credito_cortes_periodo",
        ),
    )


class CorteRecord(NamedTuple):
    """A cut."""

    id: int
    numero: int
    personal_id: int
    desde: date
    hasta: date | None
    estado: EstadoCorte
    semilla: Decimal
    semilla_siguiente: Decimal
    created_at: datetime
    updated_at: datetime
    version: int


class LineaRecord(NamedTuple):
    """A line of the journal."""

    id: int
    asiento_id: int
    fecha: date
    fecha_valor: date | None
    """Own day of what it tells, where that lay in a closed month."""
    concepto: str
    cuenta: str
    debe: Decimal
    haber: Decimal
    origen: str
    origen_id: int
