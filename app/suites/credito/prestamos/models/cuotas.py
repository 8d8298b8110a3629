"""Installments and charges of loans."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Amount, at_most, one_of, positive, sane_day
from app.suites.credito.prestamos.models.prestamos import LONGEST_REASON, not_negative
from app.suites.credito.prestamos.rules.cuotas import CargoVigente, CuotaVigente, TipoCargo

CUOTAS_POR_ID = 1000
"""Factor of the id of an installment: a loan has at most 520."""


class Cuota(Base):
    """An installment of a loan. Its key is its loan and number; `id` follows from them, for the audit log."""

    __tablename__ = "credito_cuotas"

    prestamo_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("credito_prestamos.id", ondelete="RESTRICT"), primary_key=True
    )
    numero: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, Computed(f"prestamo_id * {CUOTAS_POR_ID} + numero", persisted=True))
    fecha_original: Mapped[date]
    fecha_vencimiento: Mapped[date]
    """The original date, moved by holidays and weeks without collection."""
    monto: Mapped[Amount]
    capital: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    interes: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    iva: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    pagado: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0), server_default="0")
    condonado: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0), server_default="0")
    """Amount that was forgiven: interest first."""
    a_tiempo: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0), server_default="0")
    """The part that payments of its week and the advance at its start cover."""
    fecha_pagada: Mapped[date | None]
    castigada: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether its loan is written off; a trigger of loans keeps it, for the company's open items."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint("numero BETWEEN 1 AND 520", name="numero_range"),
        positive("monto"),
        not_negative("capital"),
        not_negative("interes"),
        not_negative("iva"),
        CheckConstraint("capital + interes + iva = monto", name="monto_parts"),
        CheckConstraint("pagado BETWEEN 0 AND monto", name="pagado_range"),
        CheckConstraint("condonado BETWEEN 0 AND monto - pagado", name="condonado_range"),
        CheckConstraint("a_tiempo BETWEEN 0 AND monto", name="a_tiempo_range"),
        sane_day("fecha_original"),
        sane_day("fecha_vencimiento"),
        Index(
            "ix_credito_cuotas_abiertas",
            "fecha_vencimiento",
            "prestamo_id",
            postgresql_where=text("pagado + condonado < monto"),
        ),
        {"postgresql_with": {"fillfactor": 80}},
    )


class CuotaRecord(NamedTuple):
    """An installment of a loan."""

    numero: int
    fecha_original: date
    fecha_vencimiento: date
    monto: Decimal
    capital: Decimal
    interes: Decimal
    iva: Decimal
    pagado: Decimal
    condonado: Decimal
    fecha_pagada: date | None
    a_tiempo: Decimal

    @property
    def vigente(self) -> CuotaVigente:
        """The installment as the rules have it."""
        return CuotaVigente(
            self.numero, self.fecha_vencimiento, self.capital, self.interes, self.iva, self.pagado, self.condonado
        )


class Cargo(Keyed, Timestamps, Versioned, Base):
    """A charge of a loan beside its installments; what is taken back is forgiven, never deleted."""

    __tablename__ = "credito_cargos"

    prestamo_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("credito_prestamos.id", ondelete="RESTRICT"))
    tipo: Mapped[TipoCargo] = mapped_column(one_of(TipoCargo, "tipo"))
    cuota_numero: Mapped[int | None] = mapped_column(SmallInteger)
    falta_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("credito_faltas.id", ondelete="RESTRICT"))
    """The missed week that brought it, of the domain above."""
    fecha: Mapped[date]
    monto: Mapped[Amount]
    iva: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0), server_default="0")
    pagado: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0), server_default="0")
    condonado: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0), server_default="0")
    motivo: Mapped[str | None] = mapped_column(String(LONGEST_REASON))
    condonado_por_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    """The user who forgave it, or a part."""

    __table_args__ = (
        UniqueConstraint("prestamo_id", "cuota_numero", "tipo", name="uq_credito_cargos_cuota"),
        UniqueConstraint("prestamo_id", "falta_id", name="uq_credito_cargos_falta"),
        positive("monto"),
        not_negative("iva"),
        CheckConstraint("pagado BETWEEN 0 AND monto + iva", name="pagado_range"),
        CheckConstraint("condonado BETWEEN 0 AND monto + iva - pagado", name="condonado_range"),
        CheckConstraint("falta_id IS NULL OR tipo = 'pena'", name="falta_by_tipo"),
        at_most("motivo", LONGEST_REASON),
        sane_day("fecha"),
    )


class CargoRecord(NamedTuple):
    """A charge of a loan."""

    id: int
    prestamo_id: int
    tipo: TipoCargo
    cuota_numero: int | None
    falta_id: int | None
    fecha: date
    monto: Decimal
    iva: Decimal
    pagado: Decimal
    condonado: Decimal
    motivo: str | None
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def vigente(self) -> CargoVigente:
        """The charge as the rules have it."""
        return CargoVigente(self.id, self.fecha, self.monto, self.iva, self.pagado, self.condonado)
