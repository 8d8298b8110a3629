"""Routes, and who managed and supervised them when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy import ColumnElement

from app.infra.db.columns import containing
from app.infra.queries.repository import Filter, equal
from app.infra.queries.scoped import ScopedRepository
from app.kernel.errors import Conflict, DomainError
from app.suites.credito.equipo.models import MandoDeRuta, Ruta, RutaRecord
from app.suites.credito.equipo.queries.periodos import succeed

_TAKEN = "A route has this name."


@dataclass(frozen=True, slots=True)
class RutaFilter(Filter):
    """Criteria of routes."""

    q: str | None = None
    gerente_id: int | None = None
    supervisor_id: int | None = None
    activa: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        same = equal(
            (Ruta.gerente_id, self.gerente_id), (Ruta.supervisor_id, self.supervisor_id), (Ruta.activa, self.activa)
        )
        return [*same, *([] if self.q is None else [containing(self.q, Ruta.nombre)])]


class RutaRepository(ScopedRepository[Ruta, RutaRecord]):
    """Routes within the caller's scope."""

    model = Ruta
    record = RutaRecord
    scoped_by: ClassVar[str] = "id"
    conflicts: ClassVar[dict[str, DomainError]] = {
        "uq_credito_rutas_nombre": Conflict(_TAKEN, code="nombre_taken", errors={"nombre": [_TAKEN]})
    }

    def give(self, ruta_id: int, desde: date, people: Mapping[str, object]) -> None:
        """Record who manages and supervises a route from a day on."""
        succeed(self.session, MandoDeRuta, MandoDeRuta.ruta_id, ruta_id, desde, people)

    def forget(self, ruta_id: int) -> None:
        """Delete the history of a route that is about to be deleted."""
        self.session.query(MandoDeRuta).filter_by(ruta_id=ruta_id).delete(synchronize_session=False)
