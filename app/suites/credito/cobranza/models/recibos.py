"""Blocks of receipts, and the keys under which devices sent payments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import not_blank
from app.suites.credito.cobranza.rules.recibos import LONGEST_DISPOSITIVO, TAMANO_BLOQUE, Bloque


class BloqueRecibos(Keyed, Timestamps, Versioned, Base):
    """A block of 200 receipts that a device of a person got, or the server for payments on line."""

    __tablename__ = "credito_bloques"

    personal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("credito_personal.id", ondelete="RESTRICT"))
    dispositivo: Mapped[str] = mapped_column(String(LONGEST_DISPOSITIVO))
    desde: Mapped[int] = mapped_column(BigInteger)
    usado_hasta: Mapped[int] = mapped_column(BigInteger)
    """The highest number that was used, or one less than `desde`."""

    __table_args__ = (
        UniqueConstraint("personal_id", "desde", name="uq_credito_bloques_desde"),
        not_blank("dispositivo"),
        CheckConstraint(f"desde > 0 AND mod(desde - 1, {TAMANO_BLOQUE}) = 0", name="desde_on_block"),
        CheckConstraint(f"usado_hasta BETWEEN desde - 1 AND desde + {TAMANO_BLOQUE - 1}", name="usado_range"),
        Index("ix_credito_bloques_dispositivo", "personal_id", "dispositivo", text("desde DESC")),
    )

    @property
    def bloque(self) -> Bloque:
        """The block as the rules have it."""
        return Bloque(self.desde, self.usado_hasta)


class Llave(Base):
    """The key that a device gave a payment, kept for ever: a second payment with it is a repeat.

    `id` is that of the payment, for the audit log.
    """

    __tablename__ = "credito_llaves"

    local_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    pago_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("credito_pagos.id", ondelete="RESTRICT"))
    id: Mapped[int] = mapped_column(BigInteger, Computed("pago_id", persisted=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (UniqueConstraint("pago_id", name="uq_credito_llaves_pago_id"),)
