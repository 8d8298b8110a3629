"""Loan types."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import ColumnElement, select

from app.infra.db.columns import containing
from app.infra.queries.records import columns_of, reader
from app.infra.queries.repository import Filter, Repository, equal
from app.kernel.errors import Conflict, DomainError
from app.suites.credito.productos.models import TipoPrestamo, TipoPrestamoRecord
from app.suites.credito.productos.rules.condiciones import Frecuencia, Metodo

_TAKEN = "A loan type has this name."


@dataclass(frozen=True, slots=True)
class TipoPrestamoFilter(Filter):
    """Criteria of loan types."""

    q: str | None = None
    metodo: Metodo | None = None
    frecuencia: Frecuencia | None = None
    activo: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        same = equal(
            (TipoPrestamo.metodo, self.metodo),
            (TipoPrestamo.frecuencia, self.frecuencia),
            (TipoPrestamo.activo, self.activo),
        )
        return [*same, *([] if self.q is None else [containing(self.q, TipoPrestamo.nombre)])]


class TipoPrestamoRepository(Repository[TipoPrestamo, TipoPrestamoRecord]):
    """Loan types."""

    model = TipoPrestamo
    record = TipoPrestamoRecord
    conflicts: ClassVar[dict[str, DomainError]] = {
        "uq_credito_tipos_prestamo_nombre": Conflict(_TAKEN, code="nombre_taken", errors={"nombre": [_TAKEN]})
    }

    def all(self) -> Sequence[TipoPrestamoRecord]:
        """Every loan type."""
        found = select(*columns_of(TipoPrestamoRecord, TipoPrestamo.__table__)).order_by(TipoPrestamo.id)
        return reader(TipoPrestamoRecord)(self.session.execute(found))
