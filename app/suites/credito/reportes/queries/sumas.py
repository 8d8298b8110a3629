"""Rows of which the kept sums are, as triggers add them up."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    SmallInteger,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
    union_all,
)

from app.infra.queries.rollups import MarkedRollup, Rollup
from app.suites.credito.prestamos.models import Cuota, Pago, Prestamo
from app.suites.credito.prestamos.rules.estados import ABIERTOS, EstadoPrestamo
from app.suites.credito.prestamos.rules.pagos import EstadoPago, MetodoPago
from app.suites.credito.productos.rules.condiciones import ComisionModo, Frecuencia
from app.suites.credito.reportes.models import HASTA_DOMINGO, CarteraSum, CuotaSum, DiaSum, ProductoSum

_LOANS, _CUOTAS, _PAGOS = Prestamo.__table__.c, Cuota.__table__.c, Pago.__table__.c
_NOTHING = literal(0)


def _gracia() -> ColumnElement[int]:
    own = _LOANS.condiciones["gracia_mora"].astext
    weekly = _LOANS.condiciones["frecuencia"].astext == Frecuencia.SEMANAL.value
    return case((own.is_not(None), cast(own, SmallInteger)), (weekly, HASTA_DOMINGO), else_=0).label("gracia")


def _es(estados: frozenset[EstadoPrestamo]) -> ColumnElement[bool]:
    return or_(*(_LOANS.estado == estado.value for estado in sorted(estados)))


def _prestado() -> Select[Any]:
    """Loans that were handed over, as cells of a day."""
    apart = _LOANS.condiciones["comision_modo"].astext == ComisionModo.APARTE.value
    return select(
        _LOANS.fecha_desembolso.label("fecha"),
        _LOANS.grupo_id,
        _LOANS.entregado_por_id.label("cobrador_id"),
        *(_NOTHING.label(name) for name in ("efectivo", "bancos", "renovado")),
        _LOANS.monto.label("papel"),
        _LOANS.monto_entregado.label("entregado"),
        case((apart, _LOANS.comision), else_=0).label("comisiones"),
        literal(1).label("creditos"),
    ).where(_LOANS.fecha_desembolso.is_not(None), _LOANS.estado != EstadoPrestamo.CANCELADO.value)


def _cobrado(fecha: ColumnElement[date], sign: int, *conditions: ColumnElement[bool]) -> Select[Any]:
    """Payments of loans that are valid, or were, as cells of a day."""

    def of(*metodos: MetodoPago) -> ColumnElement[Decimal]:
        return case((or_(*(_PAGOS.metodo == metodo.value for metodo in metodos)), sign * _PAGOS.monto), else_=0)

    joined = Pago.__table__.join(Prestamo.__table__, _LOANS.id == _PAGOS.prestamo_id)
    return (
        select(
            fecha.label("fecha"),
            _LOANS.grupo_id,
            _PAGOS.cobrador_id,
            of(MetodoPago.EFECTIVO).label("efectivo"),
            of(MetodoPago.TRANSFERENCIA, MetodoPago.DEPOSITO).label("bancos"),
            of(MetodoPago.RENOVACION).label("renovado"),
            *(_NOTHING.label(name) for name in ("papel", "entregado", "comisiones", "creditos")),
        )
        .select_from(joined)
        .where(_PAGOS.metodo != MetodoPago.SEGURO.value, *conditions)
    )


def _dias() -> FromClause:
    reversed_later = _PAGOS.fecha_reverso.is_not(None)
    counted = or_(_PAGOS.estado == EstadoPago.VALIDO.value, reversed_later)
    taken, given_back = _cobrado(_PAGOS.fecha, 1, counted), _cobrado(_PAGOS.fecha_reverso, -1, reversed_later)
    return union_all(_prestado(), taken, given_back).subquery("dias")


def _cuotas() -> FromClause:
    due = _CUOTAS.fecha_vencimiento
    lunes = due - (cast(extract("isodow", due), Integer) - 1)
    counts = and_(_LOANS.fecha_desembolso < lunes, or_(_LOANS.fecha_cierre.is_(None), _LOANS.fecha_cierre >= lunes))
    exigible = _CUOTAS.monto - _CUOTAS.condonado
    return (
        select(
            due.label("fecha"),
            _gracia(),
            _LOANS.grupo_id,
            case((counts, exigible), else_=0).label("debido"),
            case((counts, _CUOTAS.a_tiempo), else_=0).label("a_tiempo"),
            case((_LOANS.fecha_cierre.is_(None), exigible - _CUOTAS.pagado), else_=0).label("pendiente"),
        )
        .select_from(Cuota.__table__.join(Prestamo.__table__, _LOANS.id == _CUOTAS.prestamo_id))
        .subquery("cuotas")
    )


def _abiertos(*columns: ColumnElement[Any]) -> FromClause:
    own = (_LOANS.vence_mas_antiguo.label("vence"), _gracia(), _LOANS.reestructurado)
    return select(*columns, *own, _LOANS.saldo_capital.label("capital")).where(_es(ABIERTOS)).subquery("abiertos")


def _cartera() -> FromClause:
    return _abiertos(_LOANS.grupo_id, _LOANS.saldo_interes.label("interes"), _LOANS.saldo_cargos.label("cargos"))


def _productos() -> FromClause:
    mes = func.month_of(_LOANS.fecha_desembolso, type_=Date).label("mes")
    return _abiertos(_LOANS.tipo_prestamo_id, mes)


SUMS = (
    MarkedRollup(DiaSum, _dias(), ("efectivo", "bancos", "renovado", "papel", "entregado", "comisiones", "creditos")),
    MarkedRollup(CuotaSum, _cuotas(), ("debido", "a_tiempo", "pendiente")),
    Rollup(CarteraSum, _cartera(), ("capital", "interes", "cargos")),
    Rollup(ProductoSum, _productos(), ("capital",)),
)
"""Sums of this domain."""
