"""Missed weeks within the caller's scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, FromClause, Select, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.parties.models import Party
from app.infra import clock
from app.infra.db import require_writable
from app.infra.queries.records import fields_of
from app.infra.queries.repository import Filter, equal
from app.infra.queries.scoped import ScopedRepository
from app.suites.credito.cobranza.models import Falta, FaltaRecord
from app.suites.credito.cobranza.rules.faltas import EstadoFalta
from app.suites.credito.prestamos.models import Cargo, Prestamo
from app.suites.credito.prestamos.rules.faltas import TipoFalta

_FAST = {"synchronize_session": False}
_FALTAS, _LOANS, _CARGOS = Falta.__table__.c, Prestamo.__table__.c, Cargo.__table__.c


@dataclass(frozen=True, slots=True)
class FaltaFilter(Filter):
    """Criteria of missed weeks; a week begins on its Monday."""

    prestamo_id: int | None = None
    cliente_id: int | None = None
    grupo_id: int | None = None
    semana: date | None = None
    estado: EstadoFalta | None = None
    tipo: TipoFalta | None = None
    tolerada: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        return equal(
            (_FALTAS.prestamo_id, self.prestamo_id),
            (_LOANS.cliente_id, self.cliente_id),
            (_LOANS.grupo_id, self.grupo_id),
            (_FALTAS.semana, self.semana),
            (Falta.estado, self.estado),
            (Falta.tipo, self.tipo),
            (Falta.tolerada, self.tolerada),
        )


class FaltaRepository(ScopedRepository[Falta, FaltaRecord]):
    """Missed weeks of loans of the groups within the scope."""

    model = Falta
    record = FaltaRecord
    scoped_by: ClassVar[str] = "grupo_id"
    joined_columns: ClassVar[dict[str, InstrumentedAttribute[Any]]] = {"cliente": Party.name}

    @classmethod
    def scope_column(cls) -> ColumnElement[int]:
        column: ColumnElement[int] = _LOANS.grupo_id
        return column

    @classmethod
    def base_query(cls) -> Select[Any]:
        others = {
            "folio": _LOANS.folio,
            "cliente": Party.__table__.c.name,
            "grupo_id": _LOANS.grupo_id,
            "cargo_id": select(_CARGOS.id)
            .where(_CARGOS.prestamo_id == _FALTAS.prestamo_id, _CARGOS.falta_id == _FALTAS.id)
            .scalar_subquery(),
        }
        columns = (others[name] if name in others else _FALTAS[name] for name in fields_of(FaltaRecord))
        return select(*columns).select_from(_joined())

    @classmethod
    def count_query(cls, criteria: Filter) -> Select[Any]:
        return select(func.count()).select_from(_joined()).where(*criteria.conditions())

    def _within(self) -> list[ColumnElement[bool]]:
        ids = self.scope.ids
        return [] if ids is None else [_FALTAS.prestamo_id.in_(select(_LOANS.id).where(_LOANS.grupo_id.in_(ids)))]


def _joined() -> FromClause:
    loans = Falta.__table__.join(Prestamo.__table__, _LOANS.id == _FALTAS.prestamo_id)
    return loans.join(Party.__table__, Party.__table__.c.id == _LOANS.cliente_id)


def faltas_vigentes(session: Session, prestamos: Collection[int]) -> Sequence[Falta]:
    """Missed weeks of loans that count, by loan and week."""
    of_loans = select(Falta).where(Falta.prestamo_id.in_(prestamos), Falta.estado == EstadoFalta.VIGENTE)
    return session.scalars(of_loans.order_by(Falta.prestamo_id, Falta.semana)).all() if prestamos else ()


def retirar_de_semana(session: Session, semana: date, prestamos: Collection[int], motivo: str) -> list[int]:
    """Withdraw the missed weeks of loans in a week, with their charges; ids of those that had one."""
    require_writable(session)
    counting = (Falta.semana == semana, Falta.estado == EstadoFalta.VIGENTE, Falta.prestamo_id.in_(prestamos))
    taken = {"motivo": motivo, "updated_at": clock.now()}
    gone = update(Falta).where(*counting).values(estado=EstadoFalta.RETIRADA, version=Falta.version + 1, **taken)
    found = session.execute(gone.returning(Falta.id, Falta.prestamo_id), execution_options=_FAST).all()
    if found:
        charges = update(Cargo).where(Cargo.falta_id.in_([falta for falta, _ in found]))
        forgiven = {"pagado": 0, "condonado": Cargo.monto + Cargo.iva, "version": Cargo.version + 1, **taken}
        session.execute(charges.values(forgiven), execution_options=_FAST)
    return sorted({loan for _, loan in found})


def cargos_de_faltas(session: Session, faltas: Collection[int]) -> Sequence[Cargo]:
    """Charges that missed weeks brought."""
    return session.scalars(select(Cargo).where(Cargo.falta_id.in_(faltas)).order_by(Cargo.id)).all() if faltas else ()
