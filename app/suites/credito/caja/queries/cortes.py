"""Cuts with the sums of their lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    false,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from app.infra.db import require_writable
from app.infra.queries.cached import Values, parameter
from app.infra.queries.records import fields_of
from app.infra.queries.repository import Filter, equal
from app.infra.queries.scoped import ScopedRepository
from app.kernel.identity import Scope
from app.suites.credito.caja.models import Abono, BonoGanado, Devolucion, Entrega, Gasto
from app.suites.credito.caja.rules.cortes import Cifras, EstadoEntrega
from app.suites.credito.diario.models import Corte
from app.suites.credito.diario.rules import EstadoCorte
from app.suites.credito.prestamos.models import Pago, Prestamo
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.prestamos.rules.pagos import EstadoPago, MetodoPago
from app.suites.credito.productos.rules.condiciones import ComisionModo

_CUTS, _PAGOS, _LOANS = Corte.__table__.c, Pago.__table__.c, Prestamo.__table__.c
_DELIVERED = EstadoCorte.ENTREGADO.value
_BANK = (MetodoPago.TRANSFERENCIA.value, MetodoPago.DEPOSITO.value)
_MODELS = (Pago, Prestamo, Gasto, Entrega, Abono, BonoGanado, Devolucion)
LINES: tuple[Table, ...] = tuple(one.__table__ for one in _MODELS)  # type: ignore[misc]  # each is a table
"""Tables whose rows carry the cut that they are lines of."""


class CorteDeCaja(NamedTuple):
    """A cut with the sums of its lines."""

    id: int
    numero: int
    personal_id: int
    recibe_id: int | None
    desde: date
    hasta: date | None
    estado: EstadoCorte
    semilla: Decimal
    entregas: Decimal
    cobranza_efectivo: Decimal
    cobranza_bancos: Decimal
    comisiones: Decimal
    abonos: Decimal
    prestamos_entregados: Decimal
    devoluciones: Decimal
    gastos: Decimal
    bonos: Decimal
    semilla_siguiente: Decimal
    contado_al_entregar: Decimal | None
    contado_al_confirmar: Decimal | None
    conteo: dict[str, int] | None
    notas: str | None
    motivo: str | None
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def cifras(self) -> Cifras:
        """The sums of its lines, as the rules have them."""
        return Cifras(
            semilla=self.semilla,
            entregas=self.entregas,
            cobranza_efectivo=self.cobranza_efectivo,
            comisiones=self.comisiones,
            abonos=self.abonos,
            prestamos_entregados=self.prestamos_entregados,
            devoluciones=self.devoluciones,
            gastos=self.gastos,
            bonos=self.bonos,
            semilla_siguiente=self.semilla_siguiente,
        )

    @property
    def esperado(self) -> Decimal:
        """Cash that is to be handed over."""
        return self.cifras.esperado

    @property
    def contado(self) -> Decimal | None:
        """Cash that the last one who counted found."""
        return self.contado_al_entregar if self.contado_al_confirmar is None else self.contado_al_confirmar

    @property
    def diferencia(self) -> Decimal | None:
        """Difference between counted and expected cash."""
        return None if self.contado is None else self.contado - self.esperado


def _sum(amount: ColumnElement[Any], *conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    found = select(func.coalesce(func.sum(amount), 0)).where(*conditions)
    return found.correlate(Corte.__table__).scalar_subquery()


def _of_cut(
    table: type[Gasto | Entrega | Abono | BonoGanado | Devolucion], *conditions: ColumnElement[bool]
) -> ColumnElement[Any]:
    columns = table.__table__.c
    return _sum(columns.monto, columns.corte_id == _CUTS.id, *conditions)


def _sums() -> Mapping[str, ColumnElement[Any]]:
    """Sums of the lines of a cut, by kind."""
    lent = (_LOANS.corte_id == _CUTS.id, _LOANS.estado != EstadoPrestamo.CANCELADO.value)
    apart = _LOANS.condiciones["comision_modo"].astext == ComisionModo.APARTE.value
    meanwhile = (
        _PAGOS.registrado_en >= _CUTS.abierto_en,
        or_(_CUTS.entregado_en.is_(None), _PAGOS.registrado_en < _CUTS.entregado_en),
    )
    by_bank = (_PAGOS.cobrador_id == _CUTS.personal_id, or_(*(_PAGOS.metodo == one for one in _BANK)), *meanwhile)
    cash = _PAGOS.metodo == MetodoPago.EFECTIVO.value
    return {
        "entregas": _of_cut(Entrega, Entrega.__table__.c.estado == EstadoEntrega.ACEPTADA.value),
        "cobranza_efectivo": _sum(_PAGOS.monto, _PAGOS.corte_id == _CUTS.id, cash)
        - _sum(_PAGOS.monto, _PAGOS.reverso_corte_id == _CUTS.id, cash),
        "cobranza_bancos": _sum(_PAGOS.monto, *by_bank),
        "comisiones": _sum(_LOANS.comision, *lent, apart),
        "abonos": _of_cut(Abono),
        "prestamos_entregados": _sum(_LOANS.monto_entregado, *lent),
        "devoluciones": _of_cut(Devolucion),
        "gastos": _of_cut(Gasto),
        "bonos": _of_cut(BonoGanado),
    }


@dataclass(frozen=True, slots=True)
class CorteFilter(Filter):
    """Criteria of cuts; days are those on which a cut was open."""

    personal_id: int | None = None
    estado: EstadoCorte | None = None
    desde: date | None = None
    hasta: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        state = None if self.estado is None else self.estado.value
        found = equal((_CUTS.personal_id, self.personal_id), (_CUTS.estado, state))
        if self.desde is not None:
            found.append(or_(_CUTS.hasta.is_(None), _CUTS.hasta >= self.desde))
        if self.hasta is not None:
            found.append(_CUTS.desde <= self.hasta)
        return found


class CajaRepository(ScopedRepository[Corte, CorteDeCaja]):
    """Cuts of the people within the scope; with `delivered` those of everybody that wait to be confirmed, too."""

    model = Corte
    record = CorteDeCaja
    scoped_by: ClassVar[str] = "personal_id"

    def __init__(self, session: Session, scope: Scope, *, delivered: bool = False) -> None:
        super().__init__(session, scope)
        self.delivered = delivered

    @classmethod
    def base_query(cls) -> Select[Any]:
        sums = _sums()
        columns = (sums.get(name, _CUTS.get(name)) for name in fields_of(CorteDeCaja))
        named = zip(columns, fields_of(CorteDeCaja), strict=True)
        return select(*(column.label(name) for column, name in named if column is not None)).select_from(_cuts())

    @classmethod
    def count_query(cls, criteria: Filter) -> Select[Any]:
        return select(func.count()).select_from(_cuts()).where(*criteria.conditions())

    @classmethod
    def scope_condition(cls) -> ColumnElement[bool]:
        return or_(super().scope_condition(), _CUTS.estado == parameter("seen_anyhow", str))

    def scope_values(self) -> Values:
        return {**super().scope_values(), "seen_anyhow": _DELIVERED if self.delivered else ""}

    def siguiente(self, corte: Corte) -> Corte | None:
        """The cut of the same person that follows this one, locked, or None."""
        later = (Corte.personal_id == corte.personal_id, Corte.abierto_en >= corte.abierto_en, Corte.id != corte.id)
        found = select(Corte).where(*later, Corte.estado != EstadoCorte.ANULADO.value)
        in_order = found.order_by(Corte.abierto_en, Corte.id).limit(1).with_for_update()
        return self.session.scalar(in_order, execution_options={"populate_existing": True})

    def mover(self, corte_id: int, otro_id: int) -> None:
        """Make the lines of a cut those of another."""
        require_writable(self.session)
        for table in LINES:
            self.session.execute(update(table).where(table.c.corte_id == corte_id).values(corte_id=otro_id))
        given_back = update(Pago).where(Pago.reverso_corte_id == corte_id)
        self.session.execute(given_back.values(reverso_corte_id=otro_id))

    def rechazar_pendientes(self, corte_id: int) -> None:
        """Refuse the cash from the office that the holder of a cut never accepted."""
        require_writable(self.session)
        own = (Entrega.corte_id == corte_id, Entrega.estado == EstadoEntrega.PENDIENTE)
        self.session.execute(update(Entrega).where(*own).values(estado=EstadoEntrega.RECHAZADA))

    def _within(self) -> list[ColumnElement[bool]]:
        own = super()._within()
        waiting = _CUTS.estado == _DELIVERED if self.delivered else false()
        return [or_(*own, waiting)] if own else []


def _cuts() -> FromClause:
    return Corte.__table__


def por_revisar(session: Session, corte_id: int) -> int:
    """Number of the payments of a cut that wait for a supervisor."""
    waiting = (_PAGOS.corte_id == corte_id, _PAGOS.estado == EstadoPago.POR_REVISAR.value)
    return session.scalar(select(func.count()).select_from(Pago.__table__).where(*waiting)) or 0


def tiene_pagos_del_grupo(session: Session, personal_id: int, grupo_id: int) -> bool:
    """Whether the open cut of a person holds payments of loans of a group."""
    paid = and_(_PAGOS.corte_id == _CUTS.id, _PAGOS.prestamo_id == _LOANS.id, _LOANS.grupo_id == grupo_id)
    own = (_CUTS.personal_id == personal_id, _CUTS.estado == EstadoCorte.ABIERTO.value, paid)
    return session.scalar(select(true()).where(*own).limit(1)) is not None
