"""Loans whose rows do not agree with each other."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.infra.queries.records import reader
from app.suites.credito.prestamos.models import Cargo, Cuota, Pago, Prestamo, Propuesta
from app.suites.credito.prestamos.queries.prestamos import IS_OPEN, is_late, values_of_day
from app.suites.credito.prestamos.rules.estados import ABIERTOS, EstadoPrestamo
from app.suites.credito.prestamos.rules.pagos import EstadoPago
from app.suites.credito.prestamos.rules.propuestas import EstadoPropuesta, TipoPropuesta

_LOANS, _CUOTAS = Prestamo.__table__.c, Cuota.__table__.c
_CARGOS, _PAGOS = Cargo.__table__.c, Pago.__table__.c


class Descuadre(NamedTuple):
    """A loan that violates a rule."""

    folio: str
    regla: str


def descuadres(session: Session) -> list[Descuadre]:
    """Loans whose installments, charges, payments and balances do not agree, by folio."""
    return sorted(reader(Descuadre)(session.execute(union_all(*_checks()))))


def _sums(column: ColumnElement[int], *sums: ColumnElement[Any], where: ColumnElement[bool] | None = None) -> Subquery:
    statement = select(column.label("prestamo_id"), *sums).group_by(column)
    return (statement if where is None else statement.where(where)).subquery()


def _sums_of_parts() -> tuple[Subquery, Subquery, Subquery]:
    """Sums of the installments, the charges and the payments of each loan."""
    left = _CUOTAS.monto - _CUOTAS.condonado - _CUOTAS.pagado
    cuotas = _sums(
        _CUOTAS.prestamo_id,
        func.sum(_CUOTAS.monto).label("monto"),
        func.sum(_CUOTAS.capital).label("capital"),
        func.sum(left).label("saldo"),
        func.sum(_CUOTAS.pagado).label("pagado"),
        func.count().label("number"),
        func.min(_CUOTAS.fecha_vencimiento).filter(left > 0).label("oldest"),
    )
    charged = _CARGOS.monto + _CARGOS.iva - _CARGOS.condonado - _CARGOS.pagado
    cargos = _sums(_CARGOS.prestamo_id, func.sum(charged).label("saldo"), func.sum(_CARGOS.pagado).label("pagado"))
    to_cuotas = _PAGOS.capital + _PAGOS.interes + _PAGOS.iva
    pagos = _sums(
        _PAGOS.prestamo_id,
        func.sum(to_cuotas).label("cuotas"),
        func.sum(_PAGOS.cargos).label("cargos"),
        func.sum(_PAGOS.a_favor).label("a_favor"),
        where=and_(_PAGOS.estado == EstadoPago.VALIDO.value, _PAGOS.prestamo_id.is_not(None)),
    )
    return cuotas, cargos, pagos


def _checks() -> list[Select[tuple[str, str]]]:
    """SELECT of the folios that violate each rule."""
    cuotas, cargos, pagos = _sums_of_parts()
    joined = (
        Prestamo.__table__.join(cuotas, cuotas.c.prestamo_id == _LOANS.id)
        .outerjoin(cargos, cargos.c.prestamo_id == _LOANS.id)
        .outerjoin(pagos, pagos.c.prestamo_id == _LOANS.id)
    )
    of_cargos, to_charges = func.coalesce(cargos.c.saldo, 0), func.coalesce(cargos.c.pagado, 0)
    rules = {
        "its installments do not sum to the loan": or_(
            cuotas.c.capital != _LOANS.monto,
            cuotas.c.monto != _LOANS.total_a_pagar,
            cuotas.c.number != _LOANS.numero_pagos,
        ),
        "its payments are not what was paid of installments and charges": or_(
            func.coalesce(pagos.c.cuotas, 0) != cuotas.c.pagado, func.coalesce(pagos.c.cargos, 0) != to_charges
        ),
        "its balances are not those of installments, charges and payments": or_(
            _LOANS.saldo != cuotas.c.saldo + of_cargos,
            _LOANS.saldo_cargos != of_cargos,
            _LOANS.pagado != cuotas.c.pagado + to_charges,
            _LOANS.saldo_a_favor + _LOANS.a_favor_usado != func.coalesce(pagos.c.a_favor, 0),
            _LOANS.vence_mas_antiguo.is_distinct_from(cuotas.c.oldest),
        ),
        "its state is not that of its balance": or_(
            and_(_LOANS.estado.in_([one.value for one in ABIERTOS]), _LOANS.saldo == 0),
            and_(_LOANS.estado == EstadoPrestamo.LIQUIDADO.value, _LOANS.saldo > 0),
        ),
    }
    return [
        select(_LOANS.folio, literal(rule).label("regla")).select_from(joined).where(broken)
        for rule, broken in (rules | _agreements()).items()
    ]


def _agreements() -> dict[str, ColumnElement[bool]]:
    """Rules of loans that two people wrote off or restructured."""

    def agreed(tipo: TipoPropuesta) -> ColumnElement[bool]:
        own = (Propuesta.prestamo_id == _LOANS.id, Propuesta.tipo == tipo)
        return exists().where(*own, Propuesta.estado == EstadoPropuesta.APLICADA)

    recovered = exists().where(_PAGOS.prestamo_id == _LOANS.id, _PAGOS.recuperacion)
    written_off = _LOANS.estado == EstadoPrestamo.CASTIGADO.value
    return {
        "it was restructured, and nobody proposed it": and_(_LOANS.reestructurado, ~agreed(TipoPropuesta.REESTRUCTURA)),
        "it is written off, and nobody proposed it": and_(written_off, ~agreed(TipoPropuesta.CASTIGO)),
        "it has recoveries, and is not written off": and_(recovered, ~written_off),
        "its write-off is not what was recovered and what is left": and_(
            written_off, _LOANS.saldo_castigado != _LOANS.recuperado + _LOANS.saldo
        ),
    }


def estados_contra_fechas(session: Session, today: date, closed_up_to: date | None) -> list[Descuadre]:
    """Loans stored as late that are not late today, or as not late though they were when days were closed last."""
    stored_late = _LOANS.estado == EstadoPrestamo.ATRASADO.value
    checks: list[tuple[str, ColumnElement[bool], date | None]] = [
        ("it is stored as late, and is not", and_(IS_OPEN, stored_late, ~is_late()), today),
        ("it is late, and its state was not closed", and_(is_late(), ~stored_late), closed_up_to),
    ]
    found: list[Descuadre] = []
    for rule, broken, day in checks:
        if day is not None:
            own = select(_LOANS.folio, literal(rule)).where(broken).order_by(_LOANS.folio)
            found += reader(Descuadre)(session.execute(own, values_of_day(day)))
    return found
