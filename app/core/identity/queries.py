"""Queries of users with their roles: the caller of a request, and who administers."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, select, table
from sqlalchemy.orm import Session

from app.core.access.models import Role
from app.core.access.rules import ADMINISTRATION
from app.core.identity.models import ApiToken, ApiTokenUse, SecondFactor, User, UserScope, UserSession
from app.infra import logs, origins
from app.infra.db import mark_actor_set, set_actor_columns
from app.infra.db.columns import revision
from app.infra.queries.cached import cached_query, parameter


class ActiveUser(NamedTuple):
    """User of a session with the rights of the role, and the actor that was set for the audit trigger."""

    id: int
    role: str
    permissions: list[str]
    all_scopes: list[str]
    scopes: list[str]
    """Kind and id of the rows that the user was given, as in `credito.ruta:7`."""
    company_revision: str | None
    two_factor_missing: bool
    being_erased: bool
    session_id: int
    set_user: str
    set_session: str
    set_request: str
    set_origin: str


def find_active(session: Session, sid: UUID, user_id: int, now: datetime) -> ActiveUser | None:
    """The active user of a session that has not ended; else None. Sets the transaction's actor."""
    request_id = logs.request_id.get()
    values = {"request_id": request_id, "origin": origins.current.get().as_setting()}
    found = _active(sid=sid, user_id=user_id, now=now, **values).first(session, ActiveUser)
    if found is not None:
        mark_actor_set(session, found.id, found.session_id, request_id)
    return found


@cached_query
def _active() -> Select[Any]:
    users, sessions = User.__table__.c, UserSession.__table__.c
    return (
        select(
            *_rights(),
            select(revision("company")).select_from(table("company")).scalar_subquery().label("company_revision"),
            _two_factor_missing(),
            users.erase_on.is_not(None).label("being_erased"),
            sessions.id.label("session_id"),
            *set_actor_columns(users.id, sessions.id, parameter("request_id", str), parameter("origin", str)),
        )
        .join(UserSession, UserSession.user_id == User.id)
        .join(Role, Role.code == User.role)
        .where(
            UserSession.sid == parameter("sid", UUID),
            User.id == parameter("user_id", int),
            UserSession.ended_at.is_(None),
            UserSession.expires_at > parameter("now", datetime),
            User.is_active,
        )
    )


class Bearer(NamedTuple):
    """The user of an API token with the rights of the role, and what the token itself may do."""

    id: int
    role: str
    permissions: list[str]
    all_scopes: list[str]
    scopes: list[str]
    two_factor_missing: bool
    token_id: int
    token_permissions: list[str]
    last_used_at: datetime | None


def find_bearer(session: Session, token_hash: str, now: datetime) -> Bearer | None:
    """The active user of an API token that has not expired; else None."""
    return _bearer(token_hash=token_hash, now=now).first(session, Bearer)


@cached_query
def _bearer() -> Select[Any]:
    tokens = ApiToken.__table__.c
    return (
        select(
            *_rights(),
            _two_factor_missing(),
            tokens.id.label("token_id"),
            tokens.permissions.label("token_permissions"),
            ApiTokenUse.__table__.c.last_used_at,
        )
        .join(ApiToken, ApiToken.user_id == User.id)
        .outerjoin(ApiTokenUse, ApiTokenUse.token_id == ApiToken.id)
        .join(Role, Role.code == User.role)
        .where(
            tokens.token_hash == parameter("token_hash", str),
            tokens.expires_at > parameter("now", datetime),
            User.is_active,
        )
    )


def _rights() -> tuple[ColumnElement[Any], ...]:
    """Columns of a user and of what the role and the given scopes allow."""
    users, roles = User.__table__.c, Role.__table__.c
    return users.id, users.role, roles.permissions, roles.all_scopes, _scopes_of(users.id)


def _two_factor_missing() -> ColumnElement[bool]:
    """Whether the role requires a second factor that the user has not confirmed."""
    factor = SecondFactor.__table__.c
    confirmed = exists().where(factor.user_id == User.id, factor.confirmed_at.is_not(None)).correlate(User)
    return and_(Role.two_factor_required, ~confirmed).label("two_factor_missing")


def _scopes_of(user_id: ColumnElement[int]) -> ColumnElement[list[str]]:
    given = UserScope.__table__.c
    named = given.kind + ":" + cast(given.row_id, String)
    return func.array(select(named).where(given.user_id == user_id).correlate(User).scalar_subquery())


def users_with(session: Session, permission: str) -> list[int]:
    """Ids of the active users whose role has the permission."""
    entitled = (User.is_active, Role.permissions.contains([permission]))
    return list(session.scalars(select(User.id).join(Role, Role.code == User.role).where(*entitled)))


def somebody_administers(session: Session) -> bool:
    """Whether an active user may write users and roles."""
    administering = (User.is_active, Role.permissions.contains(sorted(ADMINISTRATION)))
    found = select(exists().where(User.role == Role.code, *administering))
    return bool(session.scalar(found))
