"""Credit of clients that was paid out."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Amount, one_of, positive, sane_day
from app.suites.credito.caja.models.cortes import of
from app.suites.credito.caja.rules.cortes import MetodoAbono


class Devolucion(Keyed, Timestamps, Versioned, Base):
    """Credit that a client got back: in cash out of a cut, or by bank."""

    __tablename__ = "credito_devoluciones"

    prestamo_id: Mapped[int] = mapped_column(BigInteger, of("credito_prestamos"))
    """The loan that the credit came from."""
    monto: Mapped[Amount]
    metodo: Mapped[MetodoAbono] = mapped_column(one_of(MetodoAbono, "metodo"))
    fecha: Mapped[date]
    corte_id: Mapped[int | None] = mapped_column(BigInteger, of("credito_cortes"))

    __table_args__ = (
        positive("monto"),
        sane_day("fecha"),
        CheckConstraint("(metodo = 'efectivo') = (corte_id IS NOT NULL)", name="cash_in_corte"),
        Index("ix_credito_devoluciones_prestamo_id", "prestamo_id"),
        Index("ix_credito_devoluciones_corte_id", "corte_id"),
    )


class DevolucionRecord(NamedTuple):
    """Credit that was paid out."""

    id: int
    prestamo_id: int
    monto: Decimal
    metodo: MetodoAbono
    fecha: date
    corte_id: int | None
    created_at: datetime
    updated_at: datetime
    version: int
