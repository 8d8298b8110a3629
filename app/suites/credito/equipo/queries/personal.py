"""People who lend and collect."""

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, case, func, or_, select

from app.core.identity.models import User
from app.infra.db.columns import containing
from app.infra.locks import lock_key
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.repository import Filter, equal
from app.infra.queries.scoped import ScopedRepository
from app.kernel.errors import Conflict, DomainError, NotFound
from app.suites.credito.equipo.models import Personal, PersonalRecord
from app.suites.credito.equipo.rules import Puesto

_POSITIONS = tuple(one.value for one in Puesto)


class Colega(NamedTuple):
    """A person whom a route or group may be given to."""

    id: int
    puesto: Puesto | None
    activo: bool


@dataclass(frozen=True, slots=True)
class PersonalFilter(Filter):
    """Criteria of people."""

    q: str | None = None
    puesto: Puesto | None = None
    jefe_id: int | None = None
    activo: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        role = None if self.puesto is None else self.puesto.value
        same = equal((User.role, role), (Personal.jefe_id, self.jefe_id), (Personal.activo, self.activo))
        return [*same, *([] if self.q is None else [containing(self.q, Personal.nombre, Personal.clave)])]


def _taken(field: str, message: str) -> Conflict:
    return Conflict(message, code=f"{field}_taken", errors={field: [message]})


class PersonalRepository(ScopedRepository[Personal, PersonalRecord]):
    """People of the suite, with the positions that their users' roles are."""

    model = Personal
    record = PersonalRecord
    scoped_by: ClassVar[str] = "id"
    conflicts: ClassVar[dict[str, DomainError]] = {
        "uq_credito_personal_user_id": _taken("user_id", "This user is somebody of the suite already."),
        "uq_credito_personal_clave": _taken("clave", "This clave is taken."),
        "fk_credito_personal_user_id_users": NotFound("This user does not exist."),
    }

    @classmethod
    def base_query(cls) -> Select[Any]:
        own: dict[str, ColumnElement[Any]] = {**Personal.__table__.c, "puesto": _position(), "version": _version()}
        columns = [own[name] for name in PersonalRecord._fields]
        return select(*columns).select_from(_with_user())

    @classmethod
    def count_query(cls, criteria: Filter) -> Select[Any]:
        return select(func.count()).select_from(_with_user()).where(*criteria.conditions())

    def version_of(self, row: Personal) -> int:
        """Version of a person and of the user, whose role is the position."""
        return self.session.scalars(select(_version()).select_from(_with_user()).where(Personal.id == row.id)).one()

    def find_of_user(self, user_id: int) -> PersonalRecord | None:
        """The person that a user is, or None."""
        return _of_user(user_id=user_id).first(self.session, PersonalRecord)

    def find_of_user_for_update(self, user_id: int) -> PersonalRecord | None:
        """The person that a user is, locked, or None."""
        return _of_user_locked(user_id=user_id).first(self.session, PersonalRecord)

    def find_colleague(self, person_id: int) -> Colega | None:
        """A person by their id, whatever the scope, or None."""
        return _colleague(person_id=person_id).first(self.session, Colega)

    def superiors(self, person_id: int) -> set[int]:
        """Ids of the superiors of a person, up to the highest."""
        return set(self.session.scalars(_superiors(person_id)))

    def lock_chain_of_command(self) -> None:
        """Make changes of who is whose superior wait for each other, until the end of the transaction."""
        self.session.execute(select(func.pg_advisory_xact_lock(lock_key("credito-jefes"))))


def _position() -> ColumnElement[Any]:
    return case((or_(*(User.role == one for one in _POSITIONS)), User.role)).label("puesto")


def _version() -> ColumnElement[int]:
    return (Personal.__table__.c.version + User.__table__.c.version).label("version")


def _with_user() -> FromClause:
    return Personal.__table__.join(User.__table__, User.id == Personal.user_id)


@cached_query
def _of_user() -> Select[Any]:
    return PersonalRepository.base_query().where(Personal.user_id == parameter("user_id", int))


@cached_query
def _of_user_locked() -> Select[Any]:
    own = PersonalRepository.base_query().where(Personal.user_id == parameter("user_id", int))
    return own.with_for_update(of=Personal.__table__)


@cached_query
def _colleague() -> Select[Any]:
    columns = (Personal.__table__.c.id, _position(), Personal.__table__.c.activo)
    return select(*columns).select_from(_with_user()).where(Personal.id == parameter("person_id", int))


def _superiors(person_id: int) -> Select[tuple[int]]:
    own = Personal.__table__
    above = select(own.c.jefe_id.label("id")).where(own.c.id == person_id, own.c.jefe_id.is_not(None))
    chain = above.cte("chain", recursive=True)
    higher = select(own.c.jefe_id).join(chain, chain.c.id == own.c.id).where(own.c.jefe_id.is_not(None))
    return select(chain.union(higher).c.id)
