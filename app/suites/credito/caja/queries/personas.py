"""People as far as their cash goes."""

from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.identity.models import User
from app.infra.queries.cached import cached_query, parameter
from app.kernel.errors import NotFound
from app.suites.credito.equipo.models import Personal
from app.suites.credito.equipo.rules import Puesto

_PEOPLE = Personal.__table__.c


class Tenedor(NamedTuple):
    """A person who holds cash, with the role of their user."""

    id: int
    user_id: int
    clave: str
    jefe_id: int | None
    role: str


class _Found(NamedTuple):
    id: int


def tenedor(session: Session, personal_id: int) -> Tenedor:
    """A person by id."""
    found = _tenedor(personal_id=personal_id).first(session, Tenedor)
    if found is None:
        raise NotFound(f"Personal {personal_id} does not exist.")
    return found


def persona_de(session: Session, user_id: int) -> int | None:
    """Id of the person that a user is, or None."""
    return _of_user(user_id=user_id).scalar(session, int)


def cajeros(session: Session) -> frozenset[int]:
    """Ids of all cashiers."""
    return frozenset(found.id for found in _of_role(role=Puesto.CAJERO.value).all(session, _Found))


def _with_user() -> Select[Any]:
    columns = (_PEOPLE.id, _PEOPLE.user_id, _PEOPLE.clave, _PEOPLE.jefe_id, User.__table__.c.role)
    return select(*columns).join(User.__table__, User.__table__.c.id == _PEOPLE.user_id)


@cached_query
def _tenedor() -> Select[Any]:
    return _with_user().where(_PEOPLE.id == parameter("personal_id", int))


@cached_query
def _of_user() -> Select[Any]:
    return select(_PEOPLE.id).where(_PEOPLE.user_id == parameter("user_id", int))


@cached_query
def _of_role() -> Select[Any]:
    people = select(_PEOPLE.id).join(User.__table__, User.__table__.c.id == _PEOPLE.user_id)
    return people.where(User.__table__.c.role == parameter("role", str))
