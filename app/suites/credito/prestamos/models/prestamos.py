"""Loans, and the people who guarantee them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Computed,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    String,
    UniqueConstraint,
    case,
    cast,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Amount, at_most, one_of, positive, sane_day
from app.suites.credito.prestamos.rules.estados import ABIERTOS, ANULADOS, PENDIENTES, EstadoPrestamo
from app.suites.credito.prestamos.rules.renovacion import MedioEntrega
from app.suites.credito.prestamos.rules.terminos import Condiciones, Frecuencia, terminos_de

SHORTEST_REASON, LONGEST_REASON = 5, 500
"""Length of a reason that is compulsory."""
FOLIO = "'P-' || lpad(id::text, greatest(6, length(id::text)), '0')"


def states(*groups: frozenset[EstadoPrestamo]) -> str:
    """SQL list of states."""
    return ", ".join(sorted(f"'{state}'" for group in groups for state in group))


OPEN, PENDING, VOID = states(ABIERTOS), states(PENDIENTES), states(ANULADOS)


def not_negative(column: str) -> CheckConstraint:
    """CHECK that a kept amount is 0 or more, and not NaN."""
    return CheckConstraint(f"{column} >= 0 AND {column} < 100000000000", name=f"{column}_not_negative")


def _kept() -> Any:
    return mapped_column(Numeric(14, 2), default=Decimal(0), server_default="0")


def _of(table: str) -> ForeignKey:
    return ForeignKey(f"{table}.id", ondelete="RESTRICT")


class Prestamo(Keyed, Timestamps, Versioned, Base):
    """A loan, from its request on. Its balances are kept by the allocation of payments only."""

    __tablename__ = "credito_prestamos"

    folio: Mapped[str] = mapped_column(String(20), Computed(FOLIO, persisted=True))
    cliente_id: Mapped[int] = mapped_column(BigInteger, _of("credito_clientes"))
    grupo_id: Mapped[int | None] = mapped_column(BigInteger, _of("credito_grupos"))
    """The client's group, at last that of the disbursement."""
    tipo_prestamo_id: Mapped[int] = mapped_column(BigInteger, _of("credito_tipos_prestamo"))
    prestamo_anterior_id: Mapped[int | None] = mapped_column(BigInteger, _of("credito_prestamos"))
    """The loan that it renews."""
    estado: Mapped[EstadoPrestamo] = mapped_column(
        one_of(EstadoPrestamo, "estado"), default=EstadoPrestamo.SOLICITUD, server_default=EstadoPrestamo.SOLICITUD
    )
    destino: Mapped[str | None] = mapped_column(String(500))
    motivo: Mapped[str | None] = mapped_column(String(LONGEST_REASON))
    """Reason of the rejection, cancellation or write-off."""

    fecha_solicitud: Mapped[date]
    fecha_aprobacion: Mapped[date | None]
    fecha_desembolso: Mapped[date | None]
    primera_fecha: Mapped[date | None]
    fecha_vencimiento: Mapped[date | None]
    fecha_cierre: Mapped[date | None]
    """Day on which it stopped being open: it was paid, renewed or written off."""
    solicitado_por_id: Mapped[int | None] = mapped_column(BigInteger, _of("users"))
    """The user who requested it; nobody approves their own request."""
    aprobado_por_id: Mapped[int | None] = mapped_column(BigInteger, _of("users"))
    anulado_por_id: Mapped[int | None] = mapped_column(BigInteger, _of("users"))
    """The user who rejected or cancelled it; None for the job."""
    entregado_por_id: Mapped[int | None] = mapped_column(BigInteger, _of("credito_personal"))
    medio_entrega: Mapped[MedioEntrega | None] = mapped_column(one_of(MedioEntrega, "medio_entrega"))
    corte_id: Mapped[int | None] = mapped_column(BigInteger, _of("credito_cortes"))
    """The cut out of whose cash it was handed over."""

    monto: Mapped[Amount]
    condiciones: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Terms of its type, frozen when it is approved."""
    interes_total: Mapped[Decimal] = _kept()
    iva_total: Mapped[Decimal] = _kept()
    total_a_pagar: Mapped[Decimal] = _kept()
    cuota: Mapped[Decimal] = _kept()
    numero_pagos: Mapped[int] = mapped_column(SmallInteger)
    cat: Mapped[Decimal | None] = mapped_column(Numeric(9, 1))
    comision: Mapped[Decimal] = _kept()
    seguro: Mapped[Decimal] = _kept()
    saldo_anterior: Mapped[Decimal] = _kept()
    monto_entregado: Mapped[Decimal] = _kept()
    a_favor_entregado: Mapped[Decimal] = _kept()
    """Credit of the client from earlier loans that was used when it was disbursed."""

    saldo: Mapped[Decimal] = _kept()
    saldo_capital: Mapped[Decimal] = _kept()
    saldo_interes: Mapped[Decimal] = _kept()
    """Interest with its IVA."""
    saldo_cargos: Mapped[Decimal] = _kept()
    saldo_a_favor: Mapped[Decimal] = _kept()
    a_favor_usado: Mapped[Decimal] = _kept()
    """Credit that came from this loan and was used by a later one, or paid out."""
    pagado: Mapped[Decimal] = _kept()
    """Amount that payments paid of installments and charges."""
    vence_mas_antiguo: Mapped[date | None]
    """Due date of the oldest installment that is not wholly paid."""
    faltas: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    reabierto: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether a reversed payment opened it again after it was settled: the client may have another loan by then."""
    reestructurado: Mapped[bool] = mapped_column(default=False, server_default="false")
    calendario_desde: Mapped[date | None]
    """Day on which its schedule was laid anew: earlier weeks without collection move none of it."""
    fecha_castigo: Mapped[date | None]
    saldo_castigado: Mapped[Decimal] = _kept()
    """Balance on the day of the write-off; the most that can be recovered."""
    recuperado: Mapped[Decimal] = _kept()
    """Amount of it that payments brought in since."""

    __table_args__ = (
        UniqueConstraint("folio", name="uq_credito_prestamos_folio"),
        positive("monto"),
        *map(
            not_negative,
            (
                *("interes_total", "iva_total", "total_a_pagar", "cuota", "comision", "seguro", "saldo_anterior"),
                *("monto_entregado", "a_favor_entregado", "saldo", "saldo_capital", "saldo_interes", "saldo_cargos"),
                *("saldo_a_favor", "a_favor_usado", "pagado", "saldo_castigado", "recuperado"),
            ),
        ),
        *map(
            sane_day,
            (
                *("fecha_solicitud", "fecha_aprobacion", "fecha_desembolso", "primera_fecha", "fecha_vencimiento"),
                *("fecha_cierre", "calendario_desde", "fecha_castigo"),
            ),
        ),
        at_most("motivo", LONGEST_REASON),
        CheckConstraint("saldo = saldo_capital + saldo_interes + saldo_cargos", name="saldo_parts"),
        CheckConstraint("numero_pagos BETWEEN 1 AND 520", name="numero_pagos_range"),
        CheckConstraint("prestamo_anterior_id <> id", name="anterior_other"),
        CheckConstraint(f"saldo = 0 OR estado IN ({OPEN}, 'castigado')", name="saldo_by_estado"),
        CheckConstraint("(estado = 'castigado') = (fecha_castigo IS NOT NULL)", name="castigado_dated"),
        CheckConstraint("saldo_castigado = 0 OR estado = 'castigado'", name="castigado_by_estado"),
        CheckConstraint("estado <> 'castigado' OR saldo = saldo_castigado - recuperado", name="castigado_saldo"),
        CheckConstraint("recuperado <= saldo_castigado", name="recuperado_within"),
        CheckConstraint(f"estado IN ({PENDING}, {VOID}) OR fecha_desembolso IS NOT NULL", name="disbursed_by_estado"),
        CheckConstraint(
            "aprobado_por_id IS NULL OR aprobado_por_id IS DISTINCT FROM solicitado_por_id", name="approved_by_another"
        ),
        Index(
            "uq_credito_prestamos_abierto",
            "cliente_id",
            unique=True,
            postgresql_where=text(f"estado IN ({OPEN}) AND NOT reabierto"),
        ),
        Index(
            "uq_credito_prestamos_pendiente",
            "cliente_id",
            unique=True,
            postgresql_where=text(f"estado IN ({PENDING})"),
        ),
        Index(
            "uq_credito_prestamos_anterior",
            "prestamo_anterior_id",
            unique=True,
            postgresql_where=text(f"estado NOT IN ({VOID})"),
        ),
        Index("ix_credito_prestamos_cliente_id", "cliente_id"),
        Index("ix_credito_prestamos_grupo_id", "grupo_id", postgresql_where=text(f"estado IN ({OPEN})")),
        Index("ix_credito_prestamos_de_grupo", "grupo_id", "id"),
        Index(
            "ix_credito_prestamos_vence",
            "vence_mas_antiguo",
            postgresql_where=text(f"estado IN ({OPEN}) AND vence_mas_antiguo IS NOT NULL"),
        ),
        Index("ix_credito_prestamos_tipo_prestamo_id", "tipo_prestamo_id"),
        Index("ix_credito_prestamos_prestamo_anterior_id", "prestamo_anterior_id"),
        Index("ix_credito_prestamos_corte_id", "corte_id"),
        Index("ix_credito_prestamos_fecha_desembolso", "fecha_desembolso"),
        Index("ix_credito_prestamos_abiertos", "id", postgresql_where=text(f"estado IN ({OPEN})")),
        Index("ix_credito_prestamos_fecha_cierre", "fecha_cierre", postgresql_where=text("fecha_cierre IS NOT NULL")),
        {"postgresql_with": {"fillfactor": 80}},
    )


class PrestamoRecord(NamedTuple):
    """A loan, with what follows from its installments and the day."""

    id: int
    folio: str
    cliente_id: int
    cliente: str
    grupo_id: int | None
    tipo_prestamo_id: int
    prestamo_anterior_id: int | None
    estado: EstadoPrestamo
    destino: str | None
    motivo: str | None
    fecha_solicitud: date
    fecha_aprobacion: date | None
    fecha_desembolso: date | None
    primera_fecha: date | None
    fecha_vencimiento: date | None
    solicitado_por_id: int | None
    aprobado_por_id: int | None
    entregado_por_id: int | None
    medio_entrega: MedioEntrega | None
    corte_id: int | None
    monto: Decimal
    condiciones: dict[str, Any]
    interes_total: Decimal
    iva_total: Decimal
    total_a_pagar: Decimal
    cuota: Decimal
    numero_pagos: int
    cat: Decimal | None
    comision: Decimal
    seguro: Decimal
    saldo_anterior: Decimal
    monto_entregado: Decimal
    a_favor_entregado: Decimal
    saldo: Decimal
    saldo_capital: Decimal
    saldo_interes: Decimal
    saldo_cargos: Decimal
    saldo_a_favor: Decimal
    pagado: Decimal
    faltas: int
    reestructurado: bool
    fecha_castigo: date | None
    saldo_castigado: Decimal
    recuperado: Decimal
    created_at: datetime
    updated_at: datetime
    version: int
    avales: list[int]
    vencido: Decimal
    dias_atraso: int
    semana_activa: int
    semanas_que_debe: int
    adelanto: Decimal

    @property
    def terminos(self) -> Condiciones:
        """Its terms."""
        return terminos_de(self.condiciones)

    @property
    def renovacion(self) -> bool:
        """Whether it renews another loan."""
        return self.prestamo_anterior_id is not None


class Aval(Keyed, Timestamps, Base):
    """A person who guarantees a loan."""

    __tablename__ = "credito_avales"

    prestamo_id: Mapped[int] = mapped_column(BigInteger, _of("credito_prestamos"))
    cliente_id: Mapped[int] = mapped_column(BigInteger, _of("credito_clientes"))

    __table_args__ = (
        UniqueConstraint("prestamo_id", "cliente_id", name="uq_credito_avales_cliente"),
        Index("ix_credito_avales_cliente_id", "cliente_id"),
    )


def ultimo_atrasado(ayer: ColumnElement[date], ultimo_domingo: ColumnElement[date]) -> ColumnElement[date]:
    """The last due date that is late on a day, by the grace of a loan's terms."""
    terms = Prestamo.__table__.c.condiciones
    grace, weekly = terms["gracia_mora"].astext, terms["frecuencia"].astext == Frecuencia.SEMANAL.value
    of_grace = cast(ayer, Date) - cast(grace, Integer)
    return case((grace.is_not(None), of_grace), (weekly, ultimo_domingo), else_=cast(ayer, Date))
