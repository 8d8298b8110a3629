"""Closes of days by slices of loans, and snapshots of the portfolio at the end of a day."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed
from app.infra.db.columns import one_of, sane_day
from app.suites.credito.prestamos.models.prestamos import not_negative
from app.suites.credito.prestamos.rules.cierre import ATRASOS

ULTIMO_ID = 2**63 - 1
"""Last id of the last slice, so that it holds loans that are entered later, too."""


class TipoCierre(StrEnum):
    """Kind of a close: of a day, of the week that begins on it, or of the bonuses of that week."""

    DIARIO = "diario"
    SEMANAL = "semanal"
    BONOS = "bonos"


class Cierre(Keyed, Base):
    """A slice of the loans in the close of a day; the day is closed when all of its slices are done."""

    __tablename__ = "credito_cierres"

    tipo: Mapped[TipoCierre] = mapped_column(one_of(TipoCierre, "tipo"))
    dia: Mapped[date]
    desde_id: Mapped[int] = mapped_column(BigInteger)
    hasta_id: Mapped[int] = mapped_column(BigInteger)
    terminado_en: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        sane_day("dia"),
        CheckConstraint("desde_id >= 0 AND desde_id <= hasta_id", name="range"),
        UniqueConstraint("tipo", "dia", "desde_id", name="uq_credito_cierres_tramo"),
    )


class Tramo(NamedTuple):
    """A slice of loans, by their ids."""

    id: int
    desde_id: int
    hasta_id: int


TODOS = Tramo(0, 0, ULTIMO_ID)
"""All loans, as one slice that is not stored."""


class Foto(Keyed, Base):
    """Open loans of a group that were as late as a bucket says at the end of a day: number, capital and arrears."""

    __tablename__ = "credito_fotos"

    dia: Mapped[date]
    ruta_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("credito_rutas.id", ondelete="RESTRICT"))
    grupo_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("credito_grupos.id", ondelete="RESTRICT"))
    atraso_desde: Mapped[int] = mapped_column(SmallInteger)
    """Least days late of the bucket."""
    prestamos: Mapped[int] = mapped_column(Integer)
    capital: Mapped[Decimal] = mapped_column(Numeric(16, 2))
    vencido: Mapped[Decimal] = mapped_column(Numeric(16, 2))

    __table_args__ = (
        sane_day("dia"),
        CheckConstraint(f"atraso_desde IN {ATRASOS}", name="atraso_desde"),
        CheckConstraint("prestamos > 0", name="prestamos_positive"),
        not_negative("capital"),
        not_negative("vencido"),
        Index(
            "uq_credito_fotos_tramo",
            "dia",
            "grupo_id",
            "atraso_desde",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_credito_fotos_ruta_id", "ruta_id", "dia"),
        Index("ix_credito_fotos_grupo_id", "grupo_id", "dia"),
    )


class FotoDeProducto(Keyed, Base):
    """Open loans of the same snapshot, by loan type and month of the disbursement."""

    __tablename__ = "credito_fotos_de_productos"

    dia: Mapped[date]
    tipo_prestamo_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("credito_tipos_prestamo.id", ondelete="RESTRICT")
    )
    mes: Mapped[date]
    """First day of the month."""
    atraso_desde: Mapped[int] = mapped_column(SmallInteger)
    prestamos: Mapped[int] = mapped_column(Integer)
    capital: Mapped[Decimal] = mapped_column(Numeric(16, 2))

    __table_args__ = (
        sane_day("dia"),
        sane_day("mes"),
        CheckConstraint("extract(day FROM mes) = 1", name="mes_first_day"),
        CheckConstraint(f"atraso_desde IN {ATRASOS}", name="atraso_desde"),
        CheckConstraint("prestamos > 0", name="prestamos_positive"),
        not_negative("capital"),
        Index("uq_credito_fotos_de_productos_tramo", "dia", "tipo_prestamo_id", "mes", "atraso_desde", unique=True),
        Index("ix_credito_fotos_de_productos_tipo_prestamo_id", "tipo_prestamo_id"),
    )
