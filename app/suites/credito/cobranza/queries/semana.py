"""Loans of a slice whose week is judged, and their missed weeks until then."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from app.infra.queries.bulk import Row, insert_rows, reserve_ids
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.cobranza.models import Falta
from app.suites.credito.cobranza.rules.faltas import EstadoFalta
from app.suites.credito.prestamos.models import Cargo, Cuota, Prestamo, Tramo
from app.suites.credito.prestamos.rules.estados import ABIERTOS

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
