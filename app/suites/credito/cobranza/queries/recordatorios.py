"""Payments that are due on a day, and those that were promised for it."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.infra.queries.records import reader
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.cobranza.models import Visita
from app.suites.credito.prestamos.models import Cuota, Prestamo
from app.suites.credito.prestamos.rules.estados import ABIERTOS


class CuotaDelDia(NamedTuple):
    """An installment that is due on a day."""

    prestamo_id: int
    cliente_id: int
    cuota_numero: int
    fecha: date
    monto: Decimal


class Promesa(NamedTuple):
    """A payment that was promised for a day."""

    visita_id: int
    cliente_id: int
    prestamo_id: int | None
    fecha: date
    monto: Decimal | None


def cuotas_del_dia(session: Session, day: date) -> list[CuotaDelDia]:
    """Installments of open loans that are due on a day and not wholly paid; of nobody who died."""
    left = Cuota.monto - Cuota.pagado - Cuota.condonado
    columns = (Cuota.prestamo_id, Prestamo.cliente_id, Cuota.numero, Cuota.fecha_vencimiento, left)
    joined = select(*columns).join(Prestamo, Prestamo.id == Cuota.prestamo_id)
    own = joined.join(Cliente, Cliente.id == Prestamo.cliente_id).where(_vive(), Prestamo.estado.in_(ABIERTOS))
    due = own.where(Cuota.fecha_vencimiento == day, Cuota.pagado + Cuota.condonado < Cuota.monto)
    return reader(CuotaDelDia)(session.execute(due.order_by(Cuota.prestamo_id, Cuota.numero)))


def promesas_del_dia(session: Session, day: date) -> list[Promesa]:
    """Promises for a day, of loans that are still open or of none in particular."""
    columns = (Visita.id, Visita.cliente_id, Visita.prestamo_id, Visita.promesa_fecha, Visita.promesa_monto)
    joined = select(*columns).join(Cliente, Cliente.id == Visita.cliente_id)
    loans = joined.outerjoin(Prestamo, Prestamo.id == Visita.prestamo_id)
    still_owed = or_(Visita.prestamo_id.is_(None), Prestamo.estado.in_(ABIERTOS))
    own = loans.where(Visita.promesa_fecha == day, _vive(), still_owed)
    return reader(Promesa)(session.execute(own.order_by(Visita.id)))


def _vive() -> ColumnElement[bool]:
    return Cliente.fecha_fallecimiento.is_(None)
