"""Cuts."""

from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Select, func, select

from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.references import lock_rows
from app.infra.queries.repository import Repository
from app.kernel.errors import Conflict, DomainError
from app.suites.credito.diario.models import Corte, CorteRecord
from app.suites.credito.diario.rules import EstadoCorte
from app.suites.credito.equipo.models import Personal

_OPEN = EstadoCorte.ABIERTO.value


class CorteRepository(Repository[Corte, CorteRecord]):
    """Cuts, by their people."""

    model = Corte
    record = CorteRecord
    conflicts: ClassVar[dict[str, DomainError]] = dict.fromkeys(
        ("uq_credito_cortes_abierto", "ex_credito_cortes_periodo"),
        Conflict("There is an open cut already.", code="corte_abierto"),
    )

    def lock_person(self, personal_id: int) -> None:
        """Let one transaction at a time open a cut of a person."""
        lock_rows(self.session, Personal, [personal_id])

    def find_open(self, personal_id: int) -> CorteRecord | None:
        """The open cut of a person, or None."""
        return _open(personal_id=personal_id).first(self.session, CorteRecord)

    def lock_open(self, personal_id: int) -> CorteRecord | None:
        """The open cut of a person, locked and not to be changed, or None."""
        return _open_locked(personal_id=personal_id).first(self.session, CorteRecord)

    def find_open_for_update(self, personal_id: int) -> Corte | None:
        """The open cut of a person, locked, or None."""
        found = select(Corte).where(Corte.personal_id == personal_id, Corte.estado == _OPEN).with_for_update()
        return self.session.scalar(found, execution_options={"populate_existing": True})

    def last_seed(self, personal_id: int) -> Decimal:
        """Cash that the last cut of a person left to the next one; none at first."""
        return _seed(personal_id=personal_id).scalar(self.session, Decimal) or Decimal(0)

    def por_confirmar(self, personal_id: int) -> Decimal:
        """Cash of the cuts that a person handed over and nobody confirmed yet."""
        return _handed_over(personal_id=personal_id).scalar(self.session, Decimal) or Decimal(0)


@cached_query
def _handed_over() -> Select[Any]:
    cash = func.sum(func.coalesce(Corte.esperado_al_entregar, Corte.contado_al_entregar))
    own = (Corte.personal_id == parameter("personal_id", int), Corte.estado == EstadoCorte.ENTREGADO.value)
    return select(cash).where(*own)


@cached_query
def _open() -> Select[Any]:
    own = (Corte.personal_id == parameter("personal_id", int), Corte.estado == _OPEN)
    return CorteRepository.base_query().where(*own)


@cached_query
def _open_locked() -> Select[Any]:
    own = (Corte.personal_id == parameter("personal_id", int), Corte.estado == _OPEN)
    return CorteRepository.base_query().where(*own).with_for_update()


@cached_query
def _seed() -> Select[Any]:
    last = select(Corte.semilla_siguiente).where(Corte.personal_id == parameter("personal_id", int))
    handed_over = last.where(Corte.estado != EstadoCorte.ANULADO.value, Corte.estado != _OPEN)
    return handed_over.order_by(Corte.entregado_en.desc(), Corte.id.desc()).limit(1)
