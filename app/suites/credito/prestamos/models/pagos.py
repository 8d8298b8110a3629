"""Payments of loans."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Numeric,
    String,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Amount, Prose, at_most, not_blank, one_of, positive, sane_day
from app.suites.credito.prestamos.models.prestamos import LONGEST_REASON, not_negative
from app.suites.credito.prestamos.rules.asignacion import Aplicado, PagoAsignable, PagoAsignado
from app.suites.credito.prestamos.rules.pagos import Duda, EstadoPago, MetodoPago, OrigenPago, Pagador, Senal


def _part() -> Any:
    return mapped_column(Numeric(12, 2), default=Decimal(0), server_default="0")


def _of(table: str) -> ForeignKey:
    return ForeignKey(f"{table}.id", ondelete="RESTRICT")


_SENALES = ", ".join(f"'{senal}'" for senal in Senal)


class Pago(Keyed, Timestamps, Versioned, Base):
    """A payment. It is never deleted; only the allocation changes what it paid."""

    __tablename__ = "credito_pagos"

    recibo: Mapped[str] = mapped_column(String(40))
    prestamo_id: Mapped[int | None] = mapped_column(BigInteger, _of("credito_prestamos"))
    """None while it is not known of which loan it is."""
    fecha: Mapped[date]
    registrado_en: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    monto: Mapped[Amount]
    metodo: Mapped[MetodoPago] = mapped_column(one_of(MetodoPago, "metodo"))
    origen: Mapped[OrigenPago] = mapped_column(one_of(OrigenPago, "origen"))
    pagador: Mapped[Pagador] = mapped_column(
        one_of(Pagador, "pagador"), default=Pagador.TITULAR, server_default=Pagador.TITULAR
    )
    pagador_id: Mapped[int | None] = mapped_column(BigInteger, _of("credito_clientes"))
    cobrador_id: Mapped[int | None] = mapped_column(BigInteger, _of("credito_personal"))
    """The person who took it; None for payments of the system."""
    local_id: Mapped[UUID | None] = mapped_column(Uuid)
    dispositivo: Mapped[str | None] = mapped_column(String(100))
    lat: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    lng: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    precision: Mapped[Decimal | None] = mapped_column(Numeric(8, 1))
    estado: Mapped[EstadoPago] = mapped_column(
        one_of(EstadoPago, "estado"), default=EstadoPago.VALIDO, server_default=EstadoPago.VALIDO
    )
    corte_id: Mapped[int | None] = mapped_column(BigInteger, _of("credito_cortes"))
    duda: Mapped[Duda | None] = mapped_column(one_of(Duda, "duda"))
    """Reason for which it waits for a person, or waited."""
    senales: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list, server_default="{}")
    """Marks for the supervisor."""
    prestamo_enviado_id: Mapped[int | None] = mapped_column(BigInteger)
    """Id of the loan as a device sent it, whether there is one or not."""
    reverso_corte_id: Mapped[int | None] = mapped_column(BigInteger, _of("credito_cortes"))
    """The cut out of whose cash it was given back."""
    reversado_por_id: Mapped[int | None] = mapped_column(BigInteger, _of("users"))
    resuelto_por_id: Mapped[int | None] = mapped_column(BigInteger, _of("users"))
    resuelto_en: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    condonado: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    """Amounts that it forgave by the numbers of installments, of one that settled its loan by a quote."""
    capital: Mapped[Decimal] = _part()
    interes: Mapped[Decimal] = _part()
    iva: Mapped[Decimal] = _part()
    cargos: Mapped[Decimal] = _part()
    iva_cargos: Mapped[Decimal] = _part()
    """The part of `cargos` that is IVA."""
    a_favor: Mapped[Decimal] = _part()
    saldo_despues: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    recuperacion: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether its loan was written off when it was entered."""
    reversado_en: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    fecha_reverso: Mapped[date | None]
    """Day on which it was reversed, of one that was valid before."""
    motivo: Mapped[str | None] = mapped_column(String(LONGEST_REASON))
    notas: Mapped[Prose | None]

    __table_args__ = (
        UniqueConstraint("local_id", name="uq_credito_pagos_local_id"),
        Index("uq_credito_pagos_recibo", "recibo", unique=True, postgresql_where=text("estado = 'valido'")),
        Index("ix_credito_pagos_recibo_sin_valor", "recibo", postgresql_where=text("estado <> 'valido'")),
        Index("ix_credito_pagos_prestamo", "prestamo_id", "fecha", "registrado_en", "id"),
        Index("ix_credito_pagos_cobrador", "cobrador_id", "fecha"),
        Index(
            "ix_credito_pagos_bancos",
            "cobrador_id",
            "registrado_en",
            postgresql_where=text("metodo IN ('transferencia', 'deposito')"),
        ),
        Index("ix_credito_pagos_corte_id", "corte_id"),
        Index("ix_credito_pagos_pagador_id", "pagador_id"),
        Index("ix_credito_pagos_reverso_corte_id", "reverso_corte_id"),
        Index("ix_credito_pagos_por_revisar", "id", postgresql_where=text("estado = 'por_revisar'")),
        Index("ix_credito_pagos_registrado_en", "registrado_en", postgresql_using="brin"),
        Index("ix_credito_pagos_fecha", "fecha", postgresql_using="brin"),
        Index("ix_credito_pagos_reversado_en", "reversado_en", postgresql_where=text("estado = 'reversado'")),
        positive("monto"),
        *map(not_negative, ("capital", "interes", "iva", "cargos", "iva_cargos", "a_favor", "saldo_despues")),
        CheckConstraint(
            "estado <> 'valido' OR capital + interes + iva + cargos + a_favor = monto", name="applied_wholly"
        ),
        CheckConstraint("estado = 'valido' OR capital + interes + iva + cargos + a_favor = 0", name="applied_if_valid"),
        CheckConstraint("iva_cargos <= cargos", name="iva_cargos_within"),
        CheckConstraint("estado <> 'valido' OR prestamo_id IS NOT NULL", name="valid_has_prestamo"),
        CheckConstraint("(estado = 'reversado') = (reversado_en IS NOT NULL)", name="reversado_en_by_estado"),
        CheckConstraint("fecha_reverso IS NULL OR estado = 'reversado'", name="fecha_reverso_by_estado"),
        CheckConstraint("metodo <> 'renovacion' OR corte_id IS NULL", name="renewal_without_cash"),
        CheckConstraint(f"senales <@ ARRAY[{_SENALES}]::varchar[]", name="senales"),
        CheckConstraint("estado <> 'por_revisar' OR duda IS NOT NULL", name="por_revisar_with_duda"),
        CheckConstraint("(resuelto_en IS NULL) = (resuelto_por_id IS NULL)", name="resuelto_whole"),
        CheckConstraint("lat BETWEEN -90 AND 90 AND lng BETWEEN -180 AND 180", name="place"),
        not_blank("recibo"),
        at_most("motivo", LONGEST_REASON),
        at_most("notas"),
        sane_day("fecha"),
        sane_day("fecha_reverso"),
    )


class PagoValido(NamedTuple):
    """A valid payment, with what it paid until now: nothing, of a new one."""

    id: int
    recibo: str
    fecha: date
    registrado_en: datetime
    monto: Decimal
    metodo: MetodoPago
    capital: Decimal = Decimal(0)
    interes: Decimal = Decimal(0)
    iva: Decimal = Decimal(0)
    cargos: Decimal = Decimal(0)
    iva_cargos: Decimal = Decimal(0)
    a_favor: Decimal = Decimal(0)
    saldo_despues: Decimal | None = None
    condonado: dict[str, str] | None = None
    recuperacion: bool = False

    @property
    def asignable(self) -> PagoAsignable:
        """The payment as the rules have it."""
        return PagoAsignable(self.id, self.fecha, self.registrado_en, self.monto)

    def asignado(self, asignado: PagoAsignado) -> "PagoValido":
        """The payment with what an allocation found for it."""
        now = asignado.aplicado
        return self._replace(
            capital=now.capital,
            interes=now.interes,
            iva=now.iva,
            cargos=now.cargos,
            iva_cargos=now.iva_cargos,
            a_favor=now.a_favor,
            saldo_despues=asignado.saldo_despues,
        )

    @property
    def aplicado(self) -> Aplicado:
        """Use of the payment."""
        return Aplicado(self.capital, self.interes, self.iva, self.cargos, self.iva_cargos, self.a_favor)
