"""Shortages of people."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import ColumnElement

from app.infra.queries.repository import Filter, equal
from app.infra.queries.scoped import ScopedRepository
from app.suites.credito.caja.models import Faltante, FaltanteRecord
from app.suites.credito.caja.rules.cortes import EstadoFaltante


@dataclass(frozen=True, slots=True)
class FaltanteFilter(Filter):
    """Criteria of shortages."""

    personal_id: int | None = None
    corte_id: int | None = None
    estado: EstadoFaltante | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        return equal(
            (Faltante.personal_id, self.personal_id), (Faltante.corte_id, self.corte_id), (Faltante.estado, self.estado)
        )


class FaltanteRepository(ScopedRepository[Faltante, FaltanteRecord]):
    """Shortages of the people within the scope."""

    model = Faltante
    record = FaltanteRecord
    scoped_by: ClassVar[str] = "personal_id"
