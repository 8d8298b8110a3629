"""Groups with their assignments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, select
from sqlalchemy.orm import Session

from app.infra.db.columns import containing
from app.infra.queries.cached import Values, cached_query, parameter
from app.infra.queries.repository import Filter, Repository, equal
from app.infra.queries.scoped import ScopedRepository
from app.kernel.errors import Conflict, DomainError, Invalid
from app.kernel.identity import Scope
from app.suites.credito.equipo.models import Asignacion, AsignacionRecord, Grupo, GrupoRecord, vigente
from app.suites.credito.equipo.queries.periodos import succeed

_TAKEN = "A group of this route has this name."


@dataclass(frozen=True, slots=True)
class GrupoFilter(Filter):
    """Criteria of groups, by whose they are on the day."""

    q: str | None = None
    ruta_id: int | None = None
    titular_id: int | None = None
    cobrador_id: int | None = None
    dia_reunion: int | None = None
    activo: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        same = equal(
            (Asignacion.ruta_id, self.ruta_id),
            (Asignacion.titular_id, self.titular_id),
            (Asignacion.cobrador_id, self.cobrador_id),
            (Grupo.dia_reunion, self.dia_reunion),
            (Grupo.activo, self.activo),
        )
        return [*same, *([] if self.q is None else [containing(self.q, Grupo.nombre)])]


class GrupoRepository(ScopedRepository[Grupo, GrupoRecord]):
    """Groups within the caller's scope, as they are assigned on a day."""

    model = Grupo
    record = GrupoRecord
    scoped_by: ClassVar[str] = "id"
    conflicts: ClassVar[dict[str, DomainError]] = {
        "uq_credito_grupos_nombre": Conflict(_TAKEN, code="nombre_taken", errors={"nombre": [_TAKEN]}),
        "fk_credito_grupos_presidenta_id_credito_clientes": Invalid.field(
            "presidenta_id", "Is no client of this group."
        ),
    }

    def __init__(self, session: Session, scope: Scope, day: date) -> None:
        super().__init__(session, scope)
        self.day = day

    @classmethod
    def base_query(cls) -> Select[Any]:
        own: dict[str, ColumnElement[Any]] = {**Asignacion.__table__.c, **Grupo.__table__.c, "version": _version()}
        return select(*(own[name] for name in GrupoRecord._fields)).select_from(_assigned())

    @classmethod
    def count_query(cls, criteria: Filter) -> Select[Any]:
        return select(func.count()).select_from(_assigned()).where(*criteria.conditions())

    def query_values(self) -> Values:
        return {"day": self.day}

    def add(self, row: Grupo) -> Grupo:
        """Store a new group, whose route the caller has been checked for: it is in no scope yet."""
        return Repository.add(self, row)

    def version_of(self, row: Grupo) -> int:
        """Version of a group, which also grows when a planned assignment begins."""
        found = select(_version()).select_from(_assigned()).where(Grupo.id == row.id)
        return self.session.execute(found, self.query_values()).scalar_one()

    def assign(self, grupo_id: int, desde: date, values: Mapping[str, object]) -> None:
        """Give a group to a route and people from a day on."""
        before = select(func.coalesce(func.max(Asignacion.numero), 0) + 1).where(Asignacion.grupo_id == grupo_id)
        numbered = {**values, "numero": before.scalar_subquery()}
        succeed(self.session, Asignacion, Asignacion.grupo_id, grupo_id, desde, numbered)

    def forget(self, grupo_id: int) -> None:
        """Delete the assignments of a group that is about to be deleted."""
        self.session.query(Asignacion).filter_by(grupo_id=grupo_id).delete(synchronize_session=False)


def _version() -> ColumnElement[int]:
    return (Grupo.__table__.c.version + Asignacion.__table__.c.numero).label("version")


def _assigned() -> FromClause:
    """Groups, each with its assignment of the day."""
    of_day = and_(Asignacion.grupo_id == Grupo.id, vigente(Asignacion, parameter("day", date)))
    return Grupo.__table__.join(Asignacion.__table__, of_day)


@dataclass(frozen=True, slots=True)
class AsignacionFilter(Filter):
    """Criteria of assignments."""

    grupo_id: int | None = None
    ruta_id: int | None = None
    titular_id: int | None = None
    cobrador_id: int | None = None
    fecha: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        same = equal(
            (Asignacion.grupo_id, self.grupo_id),
            (Asignacion.ruta_id, self.ruta_id),
            (Asignacion.titular_id, self.titular_id),
            (Asignacion.cobrador_id, self.cobrador_id),
        )
        return [*same, *([] if self.fecha is None else [vigente(Asignacion, self.fecha)])]


class AsignacionRepository(ScopedRepository[Asignacion, AsignacionRecord]):
    """Assignments of the groups within the caller's scope."""

    model = Asignacion
    record = AsignacionRecord
    scoped_by: ClassVar[str] = "grupo_id"

    def of_group(self, grupo_id: int) -> list[AsignacionRecord]:
        """The assignments of a group, the first one first."""
        return _of_group(grupo_id=grupo_id).all(self.session, AsignacionRecord)

    def last(self, grupo_id: int) -> AsignacionRecord:
        """The last assignment of a group, which may be planned."""
        last = select(Asignacion.id).where(Asignacion.grupo_id == grupo_id).order_by(Asignacion.desde.desc()).limit(1)
        return self.get(self.session.execute(last).scalar_one())


@cached_query
def _of_group() -> Select[Any]:
    of_group = Asignacion.grupo_id == parameter("grupo_id", int)
    return AsignacionRepository.base_query().where(of_group).order_by(Asignacion.desde)
