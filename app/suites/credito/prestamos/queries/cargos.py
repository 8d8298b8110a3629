"""Charges within the caller's scope."""

from typing import Any, ClassVar

from sqlalchemy import ColumnElement, FromClause, Select, func, select

from app.infra.queries.records import columns_of
from app.infra.queries.repository import Filter
from app.infra.queries.scoped import ScopedRepository
from app.suites.credito.prestamos.models import Cargo, CargoRecord, Prestamo

_CARGOS, _LOANS = Cargo.__table__, Prestamo.__table__


class CargoRepository(ScopedRepository[Cargo, CargoRecord]):
    """Charges of loans of the groups within the scope."""

    model = Cargo
    record = CargoRecord
    scoped_by: ClassVar[str] = "grupo_id"

    @classmethod
    def scope_column(cls) -> ColumnElement[int]:
        column: ColumnElement[int] = _LOANS.c.grupo_id
        return column

    @classmethod
    def base_query(cls) -> Select[Any]:
        return select(*columns_of(CargoRecord, _CARGOS)).select_from(_joined())

    @classmethod
    def count_query(cls, criteria: Filter) -> Select[Any]:
        return select(func.count()).select_from(_joined()).where(*criteria.conditions())

    def _within(self) -> list[ColumnElement[bool]]:
        ids = self.scope.ids
        own = select(_LOANS.c.id).where(_LOANS.c.grupo_id.in_(ids or ()))
        return [] if ids is None else [_CARGOS.c.prestamo_id.in_(own)]


def _joined() -> FromClause:
    return _CARGOS.join(_LOANS, _LOANS.c.id == _CARGOS.c.prestamo_id)
