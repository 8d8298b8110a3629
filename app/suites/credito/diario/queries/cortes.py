"""Cuts within the caller's scope."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session

from app.infra.queries.cached import Values, cached_query, parameter
from app.infra.queries.references import lock_rows
from app.infra.queries.repository import Filter, Repository, equal
from app.infra.queries.scoped import ScopedRepository
from app.kernel.errors import Conflict, DomainError
from app.kernel.identity import Scope
from app.suites.credito.diario.models import Corte, CorteRecord
from app.suites.credito.diario.rules import EstadoCorte
from app.suites.credito.equipo.models import Personal

_OPEN = EstadoCorte.ABIERTO.value
_DELIVERED = EstadoCorte.ENTREGADO.value


@dataclass(frozen=True, slots=True)
class CorteFilter(Filter):
    """Criteria of cuts; days are those on which a cut was open."""

    personal_id: int | None = None
    estado: EstadoCorte | None = None
    desde: date | None = None
    hasta: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        state = None if self.estado is None else self.estado.value
        found = equal((Corte.personal_id, self.personal_id), (Corte.estado, state))
        if self.desde is not None:
            found.append(or_(Corte.hasta.is_(None), Corte.hasta >= self.desde))
        if self.hasta is not None:
            found.append(Corte.desde <= self.hasta)
        return found


class CorteRepository(ScopedRepository[Corte, CorteRecord]):
    """Cuts of the people within the scope; with `delivered` those of everybody that wait to be confirmed, too."""

    model = Corte
    record = CorteRecord
    scoped_by: ClassVar[str] = "personal_id"
    conflicts: ClassVar[dict[str, DomainError]] = dict.fromkeys(
        ("uq_credito_cortes_abierto", "ex_credito_cortes_periodo"),
        Conflict("There is an open cut already.", code="corte_abierto"),
    )

    def __init__(self, session: Session, scope: Scope, *, delivered: bool = False) -> None:
        super().__init__(session, scope)
        self.delivered = delivered

    @classmethod
    def scope_condition(cls) -> ColumnElement[bool]:
        return or_(super().scope_condition(), Corte.__table__.c.estado == parameter("seen_anyhow", str))

    def scope_values(self) -> Values:
        return {**super().scope_values(), "seen_anyhow": _DELIVERED if self.delivered else ""}

    def add(self, row: Corte) -> Corte:
        """Store a new cut, whose person the caller has been checked for."""
        return Repository.add(self, row)

    def lock_person(self, personal_id: int) -> None:
        """Let one transaction at a time open a cut of a person."""
        lock_rows(self.session, Personal, [personal_id])

    def find_open(self, personal_id: int) -> CorteRecord | None:
        """The open cut of a person, or None."""
        return _open(personal_id=personal_id).first(self.session, CorteRecord)

    def find_open_for_update(self, personal_id: int) -> Corte | None:
        """The open cut of a person, locked, or None."""
        found = select(Corte).where(Corte.personal_id == personal_id, Corte.estado == _OPEN).with_for_update()
        return self.session.scalar(found, execution_options={"populate_existing": True})

    def last_seed(self, personal_id: int) -> Decimal:
        """Cash that the last cut of a person left to the next one; none at first."""
        return _seed(personal_id=personal_id).scalar(self.session, Decimal) or Decimal(0)

    def _within(self) -> list[ColumnElement[bool]]:
        own = super()._within()
        waiting = Corte.__table__.c.estado == _DELIVERED if self.delivered else false()
        return [or_(*own, waiting)] if own else []


@cached_query
def _open() -> Select[Any]:
    own = (Corte.personal_id == parameter("personal_id", int), Corte.estado == _OPEN)
    return CorteRepository.base_query().where(*own)


@cached_query
def _seed() -> Select[Any]:
    last = select(Corte.semilla_siguiente).where(Corte.personal_id == parameter("personal_id", int))
    handed_over = last.where(Corte.estado != EstadoCorte.ANULADO.value, Corte.estado != _OPEN)
    return handed_over.order_by(Corte.entregado_en.desc(), Corte.id.desc()).limit(1)
