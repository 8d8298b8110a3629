"""Collection of a week: what was paid of it, and the missed weeks, by group."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, union_all
from sqlalchemy.orm import Session

from app.suites.credito.cobranza.models import Falta
from app.suites.credito.cobranza.rules.faltas import EstadoFalta
from app.suites.credito.prestamos.models import Pago, Prestamo
from app.suites.credito.prestamos.rules.pagos import SIN_COBRO, EstadoPago

_SEMANA, _DIA = timedelta(weeks=1), timedelta(days=1)


def _contado() -> list[ColumnElement[bool]]:
    """Conditions of a payment that somebody collected, and that was one of a loan, be it reversed by now or not."""
    once_valid = Pago.saldo_despues.is_not(None)
    return [Pago.metodo.not_in(SIN_COBRO), Pago.estado != EstadoPago.POR_REVISAR, once_valid]


def cobranza_real(session: Session, semana: date, zone: ZoneInfo) -> Mapping[int, Decimal]:
    """Amounts collected in a week by group: payments dated in it, less those that were reversed in it.

    A payment that was reversed stays in its own week.
    """
    begins, ends = (datetime.combine(day, time(), zone) for day in (semana, semana + _SEMANA))
    paid = select(Pago.prestamo_id, Pago.monto).where(*_contado(), Pago.fecha.between(semana, semana + _SEMANA - _DIA))
    reversed_then = (Pago.reversado_en >= begins, Pago.reversado_en < ends)
    gone = select(Pago.prestamo_id, -Pago.monto).where(*_contado(), Pago.estado == EstadoPago.REVERSADO, *reversed_then)
    both = union_all(paid, gone).subquery()
    by_group = select(Prestamo.grupo_id, func.sum(both.c.monto)).join(both, both.c.prestamo_id == Prestamo.id)
    found = session.execute(by_group.where(Prestamo.grupo_id.is_not(None)).group_by(Prestamo.grupo_id))
    return {group: amount for group, amount in found if group is not None}


def faltas_por_grupo(session: Session, semana: date) -> Mapping[int, int]:
    """Missed weeks that count by group, tolerated ones included."""
    counted = select(Prestamo.grupo_id, func.count()).join(Falta, Falta.prestamo_id == Prestamo.id)
    own = counted.where(Falta.semana == semana, Falta.estado == EstadoFalta.VIGENTE, Prestamo.grupo_id.is_not(None))
    found = session.execute(own.group_by(Prestamo.grupo_id))
    return {group: number for group, number in found if group is not None}
