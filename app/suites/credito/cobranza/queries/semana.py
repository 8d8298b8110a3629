"""Loans of a slice, the rows by which their week is judged, and their missed weeks until then."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, any_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.infra.queries.bulk import Row, insert_rows, reserve_ids
from app.infra.queries.cached import cached_query, parameter
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.cobranza.models import Falta
from app.suites.credito.cobranza.rules.faltas import EstadoFalta
from app.suites.credito.prestamos.models import Cargo, Cuota, Pago, Prestamo, Tramo
from app.suites.credito.prestamos.rules.cuotas import CuotaVigente, TipoCargo
from app.suites.credito.prestamos.rules.estados import ABIERTOS
from app.suites.credito.prestamos.rules.faltas import PagoCobrado
from app.suites.credito.prestamos.rules.pagos import SIN_COBRO, EstadoPago

_CUOTAS, _CARGOS, _PAGOS = Cuota.__table__.c, Cargo.__table__.c, Pago.__table__.c
_FALTAS = Falta.metadata.tables[Falta.__tablename__]
_SEIS_DIAS = timedelta(days=6)


def por_juzgar(session: Session, tramo: Tramo, semana: date) -> list[int]:
    """Ids of the open loans of a slice that missed a week and have no missed week of it yet.

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
    return list(session.scalars(of_slice.where(due, ~judged, alive).order_by(Prestamo.id)))


class Deudor(NamedTuple):
    """A loan whose week is judged."""

    id: int
    condiciones: Mapping[str, object]
    cuota: Decimal
    saldo: Decimal
    saldo_cargos: Decimal
    reestructurado: bool
    fecha_fallecimiento: date | None


def deudores(session: Session, ids: Collection[int]) -> list[Deudor]:
    """Loans that are locked, and still open, by id."""
    columns = (Prestamo.id, Prestamo.condiciones, Prestamo.cuota, Prestamo.saldo, Prestamo.saldo_cargos)
    found = select(*columns, Prestamo.reestructurado, Cliente.fecha_fallecimiento)
    own = found.join(Cliente, Cliente.id == Prestamo.cliente_id).where(
        Prestamo.id.in_(ids), Prestamo.estado.in_(ABIERTOS)
    )
    return [Deudor(*row) for row in session.execute(own.order_by(Prestamo.id))] if ids else []


class Agenda(NamedTuple):
    """Rows of many loans up to the end of a week, by the id of the loan."""

    cuotas: Mapping[int, list[CuotaVigente]]
    cobros: Mapping[int, list[PagoCobrado]]
    penas: Mapping[int, list[int]]
    """Numbers of installments that brought a penalty for a missed week."""
    pagaron_despues: set[int]
    """Loans with a valid payment of a later day."""


def agenda_de(session: Session, ids: Collection[int], ultimo: date) -> Agenda:
    """Rows of loans up to a day, which `falta_de` needs, by four statements."""
    cuotas, cobros, penas = defaultdict(list), defaultdict(list), defaultdict(list)
    values = {"ids": list(ids), "last": ultimo}
    for loan, *cuota in _cuotas_hasta(**values).rows(session):
        cuotas[loan].append(CuotaVigente(*cuota))
    for loan, *pago in _cobros_hasta(**values).rows(session):
        cobros[loan].append(PagoCobrado(*pago))
    for loan, numero in _penas(ids=values["ids"]).rows(session):
        penas[loan].append(numero)
    return Agenda(cuotas, cobros, penas, {loan for (loan,) in _pagaron_despues(**values).rows(session)})


@cached_query
def _cuotas_hasta() -> Select[Any]:
    parts = (_CUOTAS.capital, _CUOTAS.interes, _CUOTAS.iva, _CUOTAS.pagado, _CUOTAS.condonado)
    own = select(_CUOTAS.prestamo_id, _CUOTAS.numero, _CUOTAS.fecha_vencimiento, *parts)
    due = and_(
        _CUOTAS.prestamo_id == any_(parameter("ids", list)), _CUOTAS.fecha_vencimiento <= parameter("last", date)
    )
    return own.where(due).order_by(_CUOTAS.prestamo_id, _CUOTAS.numero)


@cached_query
def _cobros_hasta() -> Select[Any]:
    own = select(_PAGOS.prestamo_id, _PAGOS.fecha, _PAGOS.monto, _PAGOS.capital + _PAGOS.interes + _PAGOS.iva)
    collected = (_PAGOS.metodo != metodo.value for metodo in sorted(SIN_COBRO))
    return own.where(_validos(), *collected, _PAGOS.fecha <= parameter("last", date))


@cached_query
def _pagaron_despues() -> Select[Any]:
    return select(_PAGOS.prestamo_id).where(_validos(), _PAGOS.fecha > parameter("last", date)).distinct()


@cached_query
def _penas() -> Select[Any]:
    own = and_(_CARGOS.prestamo_id == any_(parameter("ids", list)), _CARGOS.tipo == TipoCargo.PENA.value)
    return select(_CARGOS.prestamo_id, _CARGOS.cuota_numero).where(own)


def _validos() -> ColumnElement[bool]:
    return and_(_PAGOS.prestamo_id == any_(parameter("ids", list)), _PAGOS.estado == EstadoPago.VALIDO.value)


def vigentes_por_prestamo(session: Session, ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """Missed weeks of loans that count, and how many of them brought a charge."""
    own = select(Falta.prestamo_id, func.count(), func.count(Cargo.id)).outerjoin(
        Cargo, (Cargo.falta_id == Falta.id) & (Cargo.prestamo_id == Falta.prestamo_id)
    )
    counted = own.where(Falta.prestamo_id.in_(ids), Falta.estado == EstadoFalta.VIGENTE).group_by(Falta.prestamo_id)
    return {loan: (weeks, charges) for loan, weeks, charges in session.execute(counted)} if ids else {}


def insertar_faltas(session: Session, rows: Sequence[Row]) -> list[int]:
    """Store missed weeks, all with the same columns, and return their ids in that order."""
    ids = reserve_ids(session, _FALTAS, len(rows)) if rows else []
    if rows:
        insert_rows(session, _FALTAS, [{"id": key, **row} for key, row in zip(ids, rows, strict=True)])
    return ids
