"""Questions about users, sessions and failed logins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.domains.auth.models import LoginFailure, User, UserSession
from app.domains.auth.rules import Role
from app.infra import logs
from app.infra.db import telling_actor, was_told
from app.infra.prepared import parameter, planned
from app.infra.repository import Filter, Repository
from app.kernel.errors import Conflict

WINDOW = timedelta(minutes=1)


def _taken(field: str, what: str) -> Conflict:
    return Conflict(f"This {what} is taken.", code=f"{field}_taken", errors={field: [f"This {what} is taken."]})


@dataclass(frozen=True, slots=True)
class UserFilter(Filter):
    """Every user."""

    def conditions(self) -> list[ColumnElement[bool]]:
        return []


class UserRepository(Repository[User]):
    """Users."""

    model = User
    conflicts: ClassVar = {
        "uq_users_username": _taken("username", "user name"),
        "uq_users_email": _taken("email", "e-mail"),
    }

    def named(self, name: str) -> User | None:
        """The user with this name or e-mail, in any case."""
        plain = func.lower(name)  # the database's lower(), which the unique indexes know; Python's differs
        same = or_(func.lower(User.username) == plain, func.lower(User.email) == plain)
        return self.session.scalar(select(User).where(same))

    def still_entitled(self, user_id: int, password_hash: str) -> User | None:
        """The user, locked, unless their password was changed or they were deactivated meanwhile."""
        unchanged = select(User).where(User.id == user_id, User.password_hash == password_hash, User.is_active)
        return self.session.scalar(unchanged.with_for_update(read=True))

    def hold_active_admins(self) -> set[int]:
        """The ids of all active admins, locked so that no two requests can each remove "the other one"."""
        active = select(User.id).where(User.role == Role.ADMIN, User.is_active).order_by(User.id)
        return set(self.session.scalars(active.with_for_update()))


class SessionRepository(Repository[UserSession]):
    """Sessions."""

    model = UserSession

    def living(self, session_id: int, user_id: int, now: datetime) -> Any:
        """Who is in this session, if it still goes on and the user is active; else None."""
        request_id = logs.request_id.get()
        found = _living(session_id=session_id, user_id=user_id, now=now, request_id=request_id).first(self.session)
        if found is not None:
            was_told(self.session, found.id, request_id)
        return found

    def end(self, session_id: int, now: datetime) -> None:
        """End one session."""
        self.session.execute(
            update(UserSession).where(UserSession.id == session_id, UserSession.ended_at.is_(None)).values(ended_at=now)
        )

    def end_all_of(self, user_id: int, now: datetime) -> None:
        """End every session of a user."""
        self.session.execute(
            update(UserSession)
            .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
            .values(ended_at=now)
        )

    def purge(self, before: datetime) -> int:
        """Remove sessions that were over before then."""
        over = or_(UserSession.ended_at < before, UserSession.expires_at < before)
        return len(self.delete_where(over))


@planned
def _living() -> Select[Any]:
    return (
        select(
            *(User.__table__.c[name] for name in ("id", "username", "role")),
            *telling_actor(User.id, parameter("request_id", str)),
        )
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.id == parameter("session_id", int),
            User.id == parameter("user_id", int),
            UserSession.ended_at.is_(None),
            UserSession.expires_at > parameter("now", datetime),
            User.is_active,
        )
    )


class LoginFailureRepository:
    """Failed logins of the last minute."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def take_turns(self, account: str) -> None:
        """Until the end of this transaction nobody else counts for this account."""
        self.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"login:{account}", 0))))

    def add(self, account: str, address: str, now: datetime) -> None:
        """Remember one."""
        self.session.add(LoginFailure(account=account, address=address, failed_at=now))
        self.session.flush()

    def latest(self, now: datetime, count: int, **where: str) -> list[datetime]:
        """The newest `count` failures within the window, newest first."""
        statement = (
            select(LoginFailure.failed_at)
            .filter_by(**where)
            .where(LoginFailure.failed_at > now - WINDOW)
            .order_by(LoginFailure.failed_at.desc())
            .limit(count)
        )
        return list(self.session.scalars(statement))

    def purge(self, before: datetime) -> int:
        """Forget those from before then."""
        old = delete(LoginFailure).where(LoginFailure.failed_at < before).returning(LoginFailure.id)
        return len(self.session.scalars(old).all())
