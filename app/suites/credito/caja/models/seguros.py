"""Money that goes to the insurer, and comes from there."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Amount, at_most, not_blank, one_of, positive, sane_day
from app.suites.credito.caja.models.cortes import of
from app.suites.credito.caja.rules.seguros import LONGEST_REFERENCIA, TipoSeguro


class Seguro(Keyed, Timestamps, Versioned, Base):
    """A transfer to or from the insurer, by bank."""

    __tablename__ = "credito_seguros"

    tipo: Mapped[TipoSeguro] = mapped_column(one_of(TipoSeguro, "tipo"))
    monto: Mapped[Amount]
    fecha: Mapped[date]
    referencia: Mapped[str | None] = mapped_column(String(LONGEST_REFERENCIA))
    registrado_por_id: Mapped[int | None] = mapped_column(BigInteger, of("users"), index=True)

    __table_args__ = (
        positive("monto"),
        sane_day("fecha"),
        not_blank("referencia"),
        at_most("referencia", LONGEST_REFERENCIA),
    )


class SeguroRecord(NamedTuple):
    """A transfer to or from the insurer."""

    id: int
    tipo: TipoSeguro
    monto: Decimal
    fecha: date
    referencia: str | None
    registrado_por_id: int | None
    created_at: datetime
    updated_at: datetime
    version: int
