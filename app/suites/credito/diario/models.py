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
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Prose, at_most, one_of
from app.suites.credito.diario.rules import LONGEST_MOTIVO, EstadoCorte, Rubro


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
    contado_al_entregar: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    contado_al_confirmar: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    conteo: Mapped[dict[str, int] | None] = mapped_column(JSONB)
    """Numbers of notes and coins that were handed over, by their worth."""
    esperado_al_entregar: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    """Cash of its lines when it was handed over, which is no longer at hand; lines that it gets later are added."""
    esperado_al_confirmar: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    recibe_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("credito_personal.id", ondelete="RESTRICT"))
    """The person who confirmed it."""
    confirmado_por_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    confirmado_en: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    anulado_por_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    motivo: Mapped[str | None] = mapped_column(String(LONGEST_MOTIVO))
    """Reason for which it was annulled."""
    notas: Mapped[Prose | None]

    __table_args__ = (
        UniqueConstraint("numero"),
        CheckConstraint("semilla >= 0 AND semilla < 10000000000", name="semilla_range"),
        CheckConstraint("semilla_siguiente >= 0 AND semilla_siguiente < 10000000000", name="semilla_siguiente_range"),
        CheckConstraint("entregado_en >= abierto_en", name="entregado_after"),
        CheckConstraint("(entregado_en IS NULL) = (hasta IS NULL)", name="hasta_with_time"),
        CheckConstraint("estado <> 'abierto' OR entregado_en IS NULL", name="abierto_not_handed_over"),
        *(
            CheckConstraint(f"{name} >= 0 AND {name} < 10000000000", name=f"{name}_range")
            for name in ("contado_al_entregar", "contado_al_confirmar")
        ),
        CheckConstraint(
            "(estado = 'confirmado') = (num_nonnulls(contado_al_confirmar, esperado_al_confirmar, confirmado_en) = 3)",
            name="confirmado_counted",
        ),
        CheckConstraint("(estado = 'anulado') = (motivo IS NOT NULL)", name="anulado_with_motivo"),
        CheckConstraint("esperado_al_confirmar BETWEEN -1000000000000 AND 1000000000000", name="esperado_range"),
        at_most("motivo", LONGEST_MOTIVO),
        at_most("notas"),
        Index("ix_credito_cortes_recibe_id", "recibe_id"),
        Index("ix_credito_cortes_confirmado_por_id", "confirmado_por_id"),
        Index("ix_credito_cortes_anulado_por_id", "anulado_por_id"),
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


class Flujo(Keyed, Base):
    """Money that a posting moved, by category: the source of the company's movements."""

    __tablename__ = "credito_flujo"

    origen: Mapped[str] = mapped_column(String(60))
    origen_id: Mapped[int] = mapped_column(BigInteger)
    concepto: Mapped[str] = mapped_column(String(100))
    fecha: Mapped[date]
    """Day of the entry in the journal."""
    rubro: Mapped[Rubro] = mapped_column(one_of(Rubro, "rubro"))
    entra: Mapped[bool]
    """Whether it came in."""
    monto: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    detalle: Mapped[str | None] = mapped_column(String(500))
    ruta: Mapped[str | None] = mapped_column(String(200))
    """Name of the route of that day, in place of a person."""

    __table_args__ = (
        UniqueConstraint("origen", "origen_id", "concepto", "rubro", "fecha", name="uq_credito_flujo_asiento"),
        CheckConstraint("monto > 0 AND monto < 1000000000000", name="monto_positive"),
        Index("ix_credito_flujo_fecha", "fecha", postgresql_using="brin"),
    )


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
