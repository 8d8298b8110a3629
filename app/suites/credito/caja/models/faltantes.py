"""Shortages of people, and what they pay of them."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Amount, at_most, one_of, positive, sane_day
from app.suites.credito.caja.models.cortes import of
from app.suites.credito.caja.rules.cortes import LONGEST_MOTIVO, EstadoFaltante, MetodoAbono


class Faltante(Keyed, Timestamps, Versioned, Base):
    """Cash missing in a confirmed cut, owed by its person."""

    __tablename__ = "credito_faltantes"

    personal_id: Mapped[int] = mapped_column(BigInteger, of("credito_personal"))
    corte_id: Mapped[int] = mapped_column(BigInteger, of("credito_cortes"))
    monto: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    abonado: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=Decimal(0), server_default="0")
    estado: Mapped[EstadoFaltante] = mapped_column(
        one_of(EstadoFaltante, "estado"), default=EstadoFaltante.PENDIENTE, server_default=EstadoFaltante.PENDIENTE
    )

    motivo: Mapped[str | None] = mapped_column(String(LONGEST_MOTIVO))
    """Reason for which the rest was written off."""
    castigado_por_id: Mapped[int | None] = mapped_column(BigInteger, of("users"))

    __table_args__ = (
        UniqueConstraint("corte_id"),
        CheckConstraint("(estado = 'incobrable') = (motivo IS NOT NULL)", name="incobrable_with_motivo"),
        at_most("motivo", LONGEST_MOTIVO),
        Index("ix_credito_faltantes_castigado_por_id", "castigado_por_id"),
        CheckConstraint("monto > 0 AND monto < 1000000000000", name="monto_positive"),
        CheckConstraint("abonado >= 0 AND abonado <= monto", name="abonado_within"),
        CheckConstraint("(estado = 'pagado') = (abonado = monto)", name="estado_by_abonado"),
        Index("ix_credito_faltantes_personal_id", "personal_id"),
    )


class FaltanteRecord(NamedTuple):
    """A shortage."""

    id: int
    personal_id: int
    corte_id: int
    monto: Decimal
    abonado: Decimal
    estado: EstadoFaltante
    motivo: str | None
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def saldo(self) -> Decimal:
        """Amount that is still owed: nothing of a shortage whose rest was written off."""
        return Decimal(0) if self.estado is EstadoFaltante.INCOBRABLE else self.monto - self.abonado


class Abono(Keyed, Timestamps, Base):
    """Payment of a shortage: cash into the cut of whoever took it, or by bank."""

    __tablename__ = "credito_abonos_de_faltantes"

    faltante_id: Mapped[int] = mapped_column(BigInteger, of("credito_faltantes"))
    monto: Mapped[Amount]
    metodo: Mapped[MetodoAbono] = mapped_column(one_of(MetodoAbono, "metodo"))
    fecha: Mapped[date]
    corte_id: Mapped[int | None] = mapped_column(BigInteger, of("credito_cortes"))

    __table_args__ = (
        positive("monto"),
        sane_day("fecha"),
        CheckConstraint("(metodo = 'efectivo') = (corte_id IS NOT NULL)", name="cash_in_corte"),
        Index("ix_credito_abonos_de_faltantes_faltante_id", "faltante_id"),
        Index("ix_credito_abonos_de_faltantes_corte_id", "corte_id"),
    )
