"""Loans of a slice that missed a week, what it is judged by, and the missed weeks that are found."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, Text, any_, cast, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from app.infra.queries.bulk import Row, insert_rows, reserve_ids
from app.infra.queries.cached import cached_query, parameter
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.cobranza.models import Falta
from app.suites.credito.cobranza.queries.abiertos import abierto
from app.suites.credito.cobranza.rules.faltas import EstadoFalta
from app.suites.credito.prestamos.models import Cargo, Cuota, Pago, Prestamo, Tramo
from app.suites.credito.prestamos.rules.cuotas import TipoCargo
from app.suites.credito.prestamos.rules.estados import ABIERTOS
from app.suites.credito.prestamos.rules.pagos import SIN_COBRO, EstadoPago

_LOANS, _CLIENTES = Prestamo.__table__.c, Cliente.__table__.c
_CUOTAS, _CARGOS, _PAGOS = Cuota.__table__.c, Cargo.__table__.c, Pago.__table__.c
_FALTAS = Falta.metadata.tables[Falta.__tablename__]
_SEIS_DIAS = timedelta(days=6)


def por_juzgar(session: Session, tramo: Tramo, semana: date, limite: int) -> list[int]:
    """Ids of the first open loans of a slice that missed a week and have no missed week of it yet.

    That is those with an installment due in it of which collection did not cover all on time: `a_tiempo` of an
    installment says what `falta_de` finds covered.
    """
    last = semana + _SEIS_DIAS
    # The slice is said of the installments, too: without it PostgreSQL reads those of all loans for each slice.
    of_loan = (Cuota.prestamo_id == Prestamo.id, Cuota.prestamo_id.between(tramo.desde_id, tramo.hasta_id))
    in_week = Cuota.fecha_vencimiento.between(semana, last)
    due = exists().where(*of_loan, in_week, Cuota.a_tiempo < Cuota.monto - Cuota.condonado)
    judged = exists().where(Falta.prestamo_id == Prestamo.id, Falta.semana == semana)
    alive = or_(Cliente.fecha_fallecimiento.is_(None), Cliente.fecha_fallecimiento > last)
    found = select(Prestamo.id).join(Cliente, Cliente.id == Prestamo.cliente_id)
    of_slice = found.where(Prestamo.id.between(tramo.desde_id, tramo.hasta_id), Prestamo.estado.in_(ABIERTOS))
    return list(session.scalars(of_slice.where(due, ~judged, alive).order_by(Prestamo.id).limit(limite)))


class Deudor(NamedTuple):
    """A loan in the week that is judged, with the sums of its rows."""

    id: int
    condiciones: str
    """The JSON of its terms."""
    cuota: Decimal
    saldo: Decimal
    saldo_cargos: Decimal
    reestructurado: bool
    fecha_fallecimiento: date | None
    numero: int
    """Number of the first installment that was due in the week."""
    esperado: Decimal
    a_tiempo: Decimal
    """The part of it that was paid on time."""
    abonado: Decimal
    """Payments of the week that somebody collected."""
    pago_despues: bool
    """Whether it has a valid payment of a later day."""
    vigentes: int
    """Missed weeks until then that count."""
    penas: int
    """The number of them with a charge."""
    con_pena: bool
    """Whether the installment brought one."""


def deudores(session: Session, ids: Collection[int], semana: date) -> list[Deudor]:
    """Loans that are locked, still open, and had an installment due in a week, by id."""
    values = {"ids": list(ids), "first": semana, "last": semana + _SEIS_DIAS}
    return _deudores(**values).all(session, Deudor) if ids else []


@cached_query
def _deudores() -> Select[Any]:
    due, paid, missed = _debido(), _cobrado(), _vigentes()
    loan = (_LOANS.cuota, _LOANS.saldo, _LOANS.saldo_cargos, _LOANS.reestructurado)
    penalty = exists().where(
        _CARGOS.prestamo_id == _LOANS.id,
        _CARGOS.tipo == TipoCargo.PENA.value,
        _CARGOS.cuota_numero == due.c.numero,
    )
    columns = (_LOANS.id, cast(_LOANS.condiciones, Text), *loan, _CLIENTES.fecha_fallecimiento, *due.c, *paid.c)
    joined = Prestamo.__table__.join(Cliente.__table__, _CLIENTES.id == _LOANS.cliente_id)
    for rows in (due, paid, missed):
        joined = joined.join(rows, true())
    own = select(*columns, *missed.c, penalty).select_from(joined)
    return own.where(_LOANS.id == any_(parameter("ids", list)), abierto()).order_by(_LOANS.id)


def _debido() -> FromClause:
    """Installments of a loan that were due in the week; no row if none was."""
    sums = (
        func.min(_CUOTAS.numero).label("numero"),
        func.sum(_CUOTAS.monto - _CUOTAS.condonado).label("esperado"),
        func.sum(_CUOTAS.a_tiempo).label("a_tiempo"),
    )
    in_week = _CUOTAS.fecha_vencimiento.between(parameter("first", date), parameter("last", date))
    return _del_prestamo(select(*sums).where(_CUOTAS.prestamo_id == _LOANS.id, in_week).having(func.count() > 0), "due")


def _cobrado() -> FromClause:
    """Money that was collected of a loan in the week, and whether anything was paid after it."""
    last = parameter("last", date)
    collected = (_PAGOS.metodo != metodo.value for metodo in sorted(SIN_COBRO))
    in_week = func.sum(_PAGOS.monto).filter(_PAGOS.fecha <= last, *collected)
    later = func.coalesce(func.bool_or(_PAGOS.fecha > last), false())
    own = select(func.coalesce(in_week, 0).label("abonado"), later.label("pago_despues")).where(
        _PAGOS.prestamo_id == _LOANS.id,
        _PAGOS.estado == EstadoPago.VALIDO.value,
        _PAGOS.fecha >= parameter("first", date),
    )
    return _del_prestamo(own, "paid")


def _vigentes() -> FromClause:
    """Missed weeks of a loan that count, and how many of them brought a charge."""
    falta = _FALTAS.c
    charged = (_CARGOS.falta_id == falta.id) & (_CARGOS.prestamo_id == falta.prestamo_id)
    counts: tuple[ColumnElement[Any], ...] = (func.count().label("vigentes"), func.count(_CARGOS.id).label("penas"))
    own = (
        select(*counts)
        .select_from(_FALTAS.outerjoin(Cargo.__table__, charged))
        .where(falta.prestamo_id == _LOANS.id, falta.estado == EstadoFalta.VIGENTE.value)
    )
    return _del_prestamo(own, "missed")


def _del_prestamo(rows: Select[Any], name: str) -> FromClause:
    return rows.correlate(Prestamo.__table__).lateral(name)


def insertar_faltas(session: Session, rows: Sequence[Row]) -> list[int]:
    """Store missed weeks, all with the same columns, and return their ids in that order."""
    ids = reserve_ids(session, _FALTAS, len(rows)) if rows else []
    if rows:
        insert_rows(session, _FALTAS, [{"id": key, **row} for key, row in zip(ids, rows, strict=True)])
    return ids
