"""Repositories of users, sessions and login attempts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    cast,
    column,
    delete,
    func,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.orm import Session

from app.core.identity.models import (
    LoginAttempt,
    LoginChallenge,
    User,
    UserRecord,
    UserScope,
    UserScopeRecord,
    UserSession,
    UserSessionRecord,
)
from app.core.identity.repository.windows import nth_latest
from app.core.identity.rules import LoginLimits, Origin, counted_as
from app.infra.queries.repository import Filter, Repository
from app.kernel.errors import Conflict, Invalid

WINDOW = timedelta(minutes=1)
USE_KEPT = timedelta(minutes=1)
"""Time within which the last use of a session is not updated again."""


def _taken(field: str, what: str) -> Conflict:
    return Conflict(f"This {what} is taken.", code=f"{field}_taken", errors={field: [f"This {what} is taken."]})


@dataclass(frozen=True, slots=True)
class UserFilter(Filter):
    """Criteria of users."""

    def conditions(self) -> list[ColumnElement[bool]]:
        return []


class UserRepository(Repository[User, UserRecord]):
    """Users."""

    model = User
    record = UserRecord
    conflicts: ClassVar = {
        "uq_users_username": _taken("username", "user name"),
        "uq_users_email": _taken("email", "e-mail"),
        "fk_users_role_roles": Invalid.field("role", "There is no such role."),
    }

    def named(self, name: str) -> User | None:
        """User with this name or e-mail in any case, or None."""
        plain = func.lower(name)  # lower() of the database, as in the unique indexes; Python's differs
        same = or_(func.lower(User.username) == plain, func.lower(User.email) == plain)
        return self.session.scalar(select(User).where(same))

    def get_entitled(self, user_id: int, password_hash: str) -> User | None:
        """Lock the user; None if the password was changed or the user deactivated in the meantime."""
        unchanged = select(User).where(User.id == user_id, User.password_hash == password_hash, User.is_active)
        return self.session.scalar(unchanged.with_for_update(read=True))

    def get_active(self, user_id: int) -> User | None:
        """Lock the user; None if it was deleted or deactivated."""
        active = select(User).where(User.id == user_id, User.is_active)
        return self.session.scalar(active.with_for_update(read=True))

    def replace_hash(self, user_id: int, before: str, after: str) -> User | None:
        """Replace the hash by another of the same password; version and `updated_at` stay."""
        unchanged = (User.id == user_id, User.password_hash == before, User.is_active)
        changed = update(User).where(*unchanged).values(password_hash=after, updated_at=User.updated_at).returning(User)
        return self.session.scalar(changed)

    def usual_cost(self) -> int | None:
        """Most frequent bcrypt rounds of the stored hashes; None without any."""
        rounds = cast(func.split_part(User.password_hash, "$", 3), Integer)
        return self.session.scalar(select(rounds).group_by(rounds).order_by(func.count().desc(), rounds.desc()))


@dataclass(frozen=True, slots=True)
class SessionFilter(Filter):
    """Criteria of sessions: open ones of a user."""

    user_id: int
    now: datetime

    def conditions(self) -> list[ColumnElement[bool]]:
        return [UserSession.user_id == self.user_id, *open_at(self.now)]


def open_at(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Conditions of sessions that have not ended."""
    return UserSession.ended_at.is_(None), UserSession.expires_at > now


class SessionRepository(Repository[UserSession, UserSessionRecord]):
    """Sessions."""

    model = UserSession
    record = UserSessionRecord

    def find_open(self, sid: UUID, user_id: int, now: datetime) -> int | None:
        """Serial id of an open session of this user, or None."""
        own = (UserSession.sid == sid, *SessionFilter(user_id, now).conditions())
        return self.session.scalar(select(UserSession.id).where(*own))

    def get_active_for_update(self, sid: UUID | None, now: datetime) -> UserSession | None:
        """Lock a session that has not ended; None if it has."""
        living = select(UserSession).where(UserSession.sid == sid, *open_at(now))
        return self.session.scalar(living.with_for_update(key_share=True))

    def touch(self, sid: UUID | None, now: datetime) -> None:
        """Record the use of a session, to the minute."""
        stale = UserSession.last_used_at < now - USE_KEPT
        self.session.execute(update(UserSession).where(UserSession.sid == sid, stale).values(last_used_at=now))

    def end(self, sid: UUID | None, now: datetime) -> None:
        """End one session."""
        self.session.execute(
            update(UserSession).where(UserSession.sid == sid, UserSession.ended_at.is_(None)).values(ended_at=now)
        )

    def end_surplus(self, user_id: int, most: int, unused_since: datetime, now: datetime) -> None:
        """End what is more than so many sessions of a user, longest unused first; none that was used since then.

        Rows that another login is ending at this moment are left to it, so logins never wait for each other here.
        """
        living = SessionFilter(user_id, now).conditions()
        latest = (UserSession.last_used_at.desc(), UserSession.id.desc())
        surplus = select(UserSession.id).where(*living).order_by(*latest).offset(most)
        unused = (
            select(UserSession.id)
            .where(UserSession.id.in_(surplus), UserSession.last_used_at < unused_since)
            .with_for_update(skip_locked=True)
        )
        self.session.execute(update(UserSession).where(UserSession.id.in_(unused)).values(ended_at=now))

    def end_all_of(self, user_id: int, now: datetime) -> None:
        """End every session of a user, and every login that waits for a second factor."""
        self.session.execute(
            update(UserSession)
            .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
            .values(ended_at=now)
        )
        self.session.execute(delete(LoginChallenge).where(LoginChallenge.user_id == user_id))

    def purge(self, before: datetime) -> int:
        """Delete sessions that ended before this time."""
        over = or_(UserSession.ended_at < before, UserSession.expires_at < before)
        return self.delete_where(over)


class ScopeRepository(Repository[UserScope, UserScopeRecord]):
    """Rows to which users are limited."""

    model = UserScope
    record = UserScopeRecord

    def of_user(self, user_id: int, kinds: Collection[str]) -> list[UserScope]:
        """The rows of a user of these kinds, by kind and id."""
        own = select(UserScope).where(UserScope.user_id == user_id, UserScope.kind.in_(kinds))
        return list(self.session.scalars(own.order_by(UserScope.kind, UserScope.row_id)))

    def missing(self, of_table: str, ids: Collection[int]) -> set[int]:
        """Those of the ids that the table does not have."""
        row_id = column("id", BigInteger)
        found = self.session.scalars(select(row_id).select_from(table(of_table)).where(row_id.in_(ids)))
        return set(ids).difference(found)


class LoginAttemptRepository:
    """Login attempts of the last minute."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, origin: Origin, now: datetime, *, succeeded: bool) -> int:
        """Store an attempt; returns its id."""
        attempt = LoginAttempt(
            account=origin.account,
            address=origin.address,
            device=origin.device,
            succeeded=succeeded,
            attempted_at=now,
        )
        self.session.add(attempt)
        self.session.flush()
        return attempt.id

    def reached(self, limits: LoginLimits, origin: Origin, now: datetime, *, besides: int) -> datetime | None:
        """When the last of all limits that are reached is no longer so; None where none is.

        The attempt `besides` is not counted.
        """
        within = (LoginAttempt.attempted_at > now - WINDOW, LoginAttempt.id != besides)
        account, address = LoginAttempt.account == origin.account, LoginAttempt.address == origin.address
        wrong = ~LoginAttempt.succeeded
        success = select(func.max(LoginAttempt.id)).where(account, address, ~wrong, *within).scalar_subquery()
        since_success = LoginAttempt.id > func.coalesce(success, 0)
        counted = (
            (limits.tries, (account, address)),
            (limits.failures, (account, address, wrong, since_success)),
            (limits.account_failures, (account, wrong, LoginAttempt.device.is_not_distinct_from(origin.device))),
            (limits.address_failures, (address, wrong)),
        )
        latest = [
            nth_latest(LoginAttempt.attempted_at, limit, *where, *within).scalar_subquery() for limit, where in counted
        ]
        found: datetime | None = self.session.scalar(select(func.greatest(*latest)))  # GREATEST ignores NULLs
        return None if found is None else found + WINDOW

    def forget(self, names: Sequence[str]) -> None:
        """Delete the attempts with these names."""
        accounts = [counted_as(name) for name in names]
        self.session.execute(delete(LoginAttempt).where(LoginAttempt.account.in_(accounts)))

    def purge(self, before: datetime) -> int:
        """Delete attempts before this time."""
        old = delete(LoginAttempt).where(LoginAttempt.attempted_at < before).returning(LoginAttempt.id)
        return len(self.session.scalars(old).all())
