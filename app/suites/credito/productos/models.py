"""Table of loan types."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Numeric, SmallInteger, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Amount, Line, not_blank, one_of, positive
from app.suites.credito.productos.rules.condiciones import (
    MOST_PAYMENTS,
    REDONDEOS,
    TERMS,
    BaseDias,
    ComisionModo,
    Condiciones,
    Frecuencia,
    Liquidacion,
    Metodo,
    ModoRedondeo,
    MoraTipo,
    OrdenAplicacion,
)

_RATE = Numeric(10, 6)
_RATE_OF_METHOD = (
    "CASE metodo WHEN 'cuota_fija'"
    " THEN interes IS NOT NULL AND tasa_anual IS NULL AND base_dias = 'periodos' AND gracia_capital = 0"
    " ELSE tasa_anual IS NOT NULL AND interes IS NULL END"
)


def _between(column: str, lowest: int, highest: int) -> CheckConstraint:
    return CheckConstraint(f"{column} BETWEEN {lowest} AND {highest}", name=f"{column}_range")


def _below(column: str, limit: int) -> CheckConstraint:
    """CHECK that a number is zero or more and less than the limit, and not NaN."""
    return CheckConstraint(f"{column} >= 0 AND {column} < {limit}", name=f"{column}_range")


class TipoPrestamo(Keyed, Timestamps, Versioned, Base):
    """A loan type: terms on which loans are given. A loan keeps those it was approved with."""

    __tablename__ = "credito_tipos_prestamo"

    nombre: Mapped[Line]
    metodo: Mapped[Metodo] = mapped_column(one_of(Metodo, "metodo"))
    frecuencia: Mapped[Frecuencia] = mapped_column(one_of(Frecuencia, "frecuencia"))
    numero_pagos: Mapped[int] = mapped_column(SmallInteger)
    interes: Mapped[Decimal | None] = mapped_column(_RATE)
    tasa_anual: Mapped[Decimal | None] = mapped_column(_RATE)
    base_dias: Mapped[BaseDias] = mapped_column(one_of(BaseDias, "base_dias"))
    redondeo: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    modo_redondeo: Mapped[ModoRedondeo] = mapped_column(one_of(ModoRedondeo, "modo_redondeo"))
    iva: Mapped[Decimal] = mapped_column(_RATE)
    comision: Mapped[Decimal] = mapped_column(_RATE)
    comision_modo: Mapped[ComisionModo] = mapped_column(one_of(ComisionModo, "comision_modo"))
    seguro: Mapped[Amount]
    gracia_capital: Mapped[int] = mapped_column(SmallInteger)
    gracia_mora: Mapped[int | None] = mapped_column(SmallInteger)
    mora_tipo: Mapped[MoraTipo] = mapped_column(one_of(MoraTipo, "mora_tipo"))
    mora_valor: Mapped[Decimal] = mapped_column(Numeric(16, 6))
    incumplimientos_tolerados: Mapped[int] = mapped_column(SmallInteger)
    limite_penalizaciones: Mapped[int | None] = mapped_column(SmallInteger)
    orden_aplicacion: Mapped[OrdenAplicacion] = mapped_column(one_of(OrdenAplicacion, "orden_aplicacion"))
    liquidacion: Mapped[Liquidacion] = mapped_column(one_of(Liquidacion, "liquidacion"))
    monto_minimo: Mapped[Amount | None]
    monto_maximo: Mapped[Amount | None]
    avales_requeridos: Mapped[int] = mapped_column(SmallInteger)
    maximo_avalados: Mapped[int] = mapped_column(SmallInteger)
    pagos_para_renovar: Mapped[int] = mapped_column(SmallInteger)
    activo: Mapped[bool] = mapped_column(default=True, server_default=true())
    porcentaje_pago: Mapped[Decimal | None] = mapped_column(Numeric(11, 6))
    """Part of the amount that a payment is; the service computes it from the terms, and `cat` too."""
    cat: Mapped[Decimal | None] = mapped_column(Numeric(7, 1))

    __table_args__ = (
        UniqueConstraint("nombre"),
        not_blank("nombre"),
        CheckConstraint(_RATE_OF_METHOD, name="rate_of_metodo"),
        _between("numero_pagos", 1, MOST_PAYMENTS),
        *(_below(column, 10_000) for column in ("interes", "tasa_anual")),
        CheckConstraint(f"redondeo IN ({', '.join(map(str, REDONDEOS))})", name="redondeo"),
        *(_below(column, 1) for column in ("iva", "comision")),
        *(_below(column, 10_000_000_000) for column in ("seguro", "mora_valor")),
        CheckConstraint("gracia_capital >= 0 AND gracia_capital < numero_pagos", name="gracia_capital_range"),
        _between("gracia_mora", 0, 365),
        CheckConstraint("mora_tipo = 'ninguna' OR mora_valor > 0", name="mora_valor_present"),
        CheckConstraint("mora_tipo <> 'fija' OR mora_valor = round(mora_valor, 2)", name="mora_valor_cents"),
        *(_between(column, 0, MOST_PAYMENTS) for column in ("incumplimientos_tolerados", "limite_penalizaciones")),
        positive("monto_minimo"),
        positive("monto_maximo"),
        CheckConstraint("monto_maximo >= monto_minimo", name="monto_maximo_not_below"),
        _between("avales_requeridos", 0, 3),
        _between("maximo_avalados", 0, 100),
        CheckConstraint("avales_requeridos = 0 OR maximo_avalados > 0", name="maximo_avalados_present"),
        _between("pagos_para_renovar", 0, MOST_PAYMENTS),
    )


class TipoPrestamoRecord(NamedTuple):
    """A loan type."""

    id: int
    nombre: str
    metodo: Metodo
    frecuencia: Frecuencia
    numero_pagos: int
    interes: Decimal | None
    tasa_anual: Decimal | None
    base_dias: BaseDias
    redondeo: Decimal
    modo_redondeo: ModoRedondeo
    iva: Decimal
    comision: Decimal
    comision_modo: ComisionModo
    seguro: Decimal
    gracia_capital: int
    gracia_mora: int | None
    mora_tipo: MoraTipo
    mora_valor: Decimal
    incumplimientos_tolerados: int
    limite_penalizaciones: int | None
    orden_aplicacion: OrdenAplicacion
    liquidacion: Liquidacion
    monto_minimo: Decimal | None
    monto_maximo: Decimal | None
    avales_requeridos: int
    maximo_avalados: int
    pagos_para_renovar: int
    activo: bool
    porcentaje_pago: Decimal | None
    cat: Decimal | None
    created_at: datetime
    updated_at: datetime
    version: int


def condiciones_de(tipo: TipoPrestamo | TipoPrestamoRecord) -> Condiciones:
    """The terms of a loan type."""
    return Condiciones.of({name: getattr(tipo, name) for name in TERMS})
