"""Sums that triggers keep for reports: by day, by due day of installments, and of the open portfolio."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Index, Numeric, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed

HASTA_DOMINGO = -1
"""Grace of loans whose installments are late after the Sunday of their week; else it is a number of days."""


def _sum() -> Any:
    return mapped_column(Numeric(20, 2), sort_order=97)


def _id() -> Any:
    return mapped_column(BigInteger)


class _Counted(Keyed):
    """Columns of each of them."""

    movements: Mapped[int] = mapped_column(BigInteger, sort_order=98)


class DiaSum(_Counted, Base):
    """Money of a day by group and person: collected by whoever took it, lent by whoever handed it over."""

    __tablename__ = "credito_dia_sums"

    fecha: Mapped[date]
    grupo_id: Mapped[int | None] = _id()
    cobrador_id: Mapped[int | None] = _id()
    efectivo: Mapped[Decimal] = _sum()
    bancos: Mapped[Decimal] = _sum()
    renovado: Mapped[Decimal] = _sum()
    papel: Mapped[Decimal] = _sum()
    entregado: Mapped[Decimal] = _sum()
    comisiones: Mapped[Decimal] = _sum()
    """Commissions that were paid apart."""
    creditos: Mapped[Decimal] = _sum()
    """Number of the loans that were handed over."""
    folded: Mapped[bool] = mapped_column(default=False, server_default="false", sort_order=99)

    __table_args__ = (
        Index("ix_credito_dia_sums_cell", "fecha", "grupo_id"),
        Index("ix_credito_dia_sums_fresh", "id", postgresql_where=text("NOT folded")),
    )


class CuotaSum(_Counted, Base):
    """Installments by due day and group: due, paid on time, and still unpaid."""

    __tablename__ = "credito_cuota_sums"

    fecha: Mapped[date]
    gracia: Mapped[int] = mapped_column(SmallInteger)
    grupo_id: Mapped[int | None] = _id()
    debido: Mapped[Decimal] = _sum()
    """Amount of loans that were open when the week began."""
    a_tiempo: Mapped[Decimal] = _sum()
    pendiente: Mapped[Decimal] = _sum()
    """Unpaid amount of open loans."""
    folded: Mapped[bool] = mapped_column(default=False, server_default="false", sort_order=99)

    __table_args__ = (
        Index("ix_credito_cuota_sums_cell", "fecha", "grupo_id"),
        Index(
            "ix_credito_cuota_sums_pendientes",
            "fecha",
            postgresql_include=["gracia", "grupo_id", "pendiente"],
            postgresql_where=text("pendiente <> 0"),
        ),
        Index("ix_credito_cuota_sums_fresh", "id", postgresql_where=text("NOT folded")),
    )


class CarteraSum(_Counted, Base):
    """Balances of open loans by group and oldest unpaid due day; `movements` is their number."""

    __tablename__ = "credito_cartera_sums"

    grupo_id: Mapped[int | None] = _id()
    vence: Mapped[date | None]
    gracia: Mapped[int] = mapped_column(SmallInteger)
    reestructurado: Mapped[bool]
    capital: Mapped[Decimal] = _sum()
    interes: Mapped[Decimal] = _sum()
    cargos: Mapped[Decimal] = _sum()

    __table_args__ = (Index("ix_credito_cartera_sums_cell", "grupo_id"),)


class ProductoSum(_Counted, Base):
    """Capital of open loans by loan type, month of the disbursement and oldest unpaid due day."""

    __tablename__ = "credito_producto_sums"

    tipo_prestamo_id: Mapped[int] = _id()
    mes: Mapped[date]
    vence: Mapped[date | None]
    gracia: Mapped[int] = mapped_column(SmallInteger)
    reestructurado: Mapped[bool]
    capital: Mapped[Decimal] = _sum()
