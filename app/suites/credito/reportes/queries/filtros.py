"""Groups of a report, and statements with the values of its criteria."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import TextClause
from sqlalchemy.orm import Session

from app.infra.queries.records import reader
from app.kernel.identity import Scope

R = TypeVar("R", bound=tuple[Any, ...])

GRUPOS = """
    grupos AS MATERIALIZED (
        SELECT own.id, own.nombre, own.activo, assigned.ruta_id, assigned.titular_id,
               coalesce(assigned.cobrador_id, assigned.titular_id) AS cobrador_id
        FROM credito_grupos own
        JOIN credito_asignaciones assigned ON assigned.grupo_id = own.id AND assigned.desde <= :dia
             AND (assigned.hasta IS NULL OR assigned.hasta >= :dia)
        WHERE (CAST(:alcance AS bigint[]) IS NULL OR own.id = ANY (:alcance))
          AND (CAST(:grupo_id AS bigint) IS NULL OR own.id = :grupo_id)
          AND (CAST(:ruta_id AS bigint) IS NULL OR assigned.ruta_id = :ruta_id)
          AND (CAST(:cobrador_id AS bigint) IS NULL
               OR coalesce(assigned.cobrador_id, assigned.titular_id) = :cobrador_id)
    )
"""
"""Table expression of the groups that match, as they were assigned on a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtro:
    """Criteria of a report, and the day on which groups had the routes and people that it names."""

    alcance: Scope
    dia: date
    ruta_id: int | None = None
    grupo_id: int | None = None
    cobrador_id: int | None = None

    @property
    def todo(self) -> bool:
        """Whether everything matches, also rows of no group."""
        return self.alcance.ids is None and (self.ruta_id, self.grupo_id, self.cobrador_id) == (None, None, None)

    @property
    def values(self) -> dict[str, object]:
        """Values of the parameters of `GRUPOS`, and whether rows of no group match."""
        ids = self.alcance.ids
        return {
            "alcance": None if ids is None else sorted(ids),
            "dia": self.dia,
            "ruta_id": self.ruta_id,
            "grupo_id": self.grupo_id,
            "cobrador_id": self.cobrador_id,
            "todo": self.todo,
        }


def leer(session: Session, record: type[R], statement: TextClause, **values: object) -> Sequence[R]:
    """Rows of a statement as records, whose fields are in the order of its columns."""
    return reader(record)(session.execute(statement, values).all())
