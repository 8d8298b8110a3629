"""Logging in and out, and knowing who is there."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.domains.auth.models import LONGEST_ACCOUNT, User, UserSession
from app.domains.auth.repository import LoginFailureRepository, SessionRepository, UserRepository
from app.domains.auth.rules import Role, password_problem, permissions_of
from app.domains.auth.service.limits import FailureLimits
from app.infra import clock, idempotency
from app.infra.db import separate_transaction
from app.infra.passwords import PasswordHasher
from app.kernel.errors import Invalid, Unauthenticated
from app.kernel.identity import Identity

KEEP_ENDED_SESSIONS = timedelta(days=30)


class _Account(NamedTuple):
    """What a login needs to know of a name; an unknown name looks the same."""

    name: str
    user_id: int | None
    password_hash: str | None


class PresenceService:
    """Knows who is there; each request asks."""

    def __init__(self, session: Session) -> None:
        self.sessions = SessionRepository(session)

    def identify(self, session_id: int, user_id: int) -> Identity | None:
        """Who is in the session now; the role is read anew each time, so that a demotion holds at once."""
        row = self.sessions.living(session_id, user_id, clock.now())
        return _identity(session_id, row.id, row.username, Role(row.role)) if row else None


class SessionService:
    """Opens and ends sessions."""

    def __init__(
        self,
        session: Session,
        passwords: PasswordHasher,
        limits: FailureLimits,
        lifetime: timedelta = timedelta(days=30),
    ) -> None:
        self.session = session
        self.passwords = passwords
        self.limits = limits
        self.lifetime = lifetime
        self.users = UserRepository(session)
        self.sessions = SessionRepository(session)

    def login(self, name: str, password: str, address: str) -> tuple[Identity, User]:
        """A new session for the right password; wrong user and wrong password look and take the same."""
        now = clock.now()
        account = self._account(name.strip(), address, now)
        user = self._entitled(account) if self.passwords.matches(password, account.password_hash) else None
        if user is None:
            self.limits.record(account.name, address, now)
            raise Unauthenticated("Wrong user name or password.", code="invalid_credentials")
        opened = self.sessions.add(
            UserSession(user_id=user.id, address=address, created_at=now, expires_at=now + self.lifetime)
        )
        return _identity(opened.id, user.id, user.username, user.role), user

    def logout(self, identity: Identity) -> None:
        """End the session: both its tokens are dead at once, in every worker."""
        self.sessions.end(identity.session_id, clock.now())

    def change_password(self, identity: Identity, current: str, new: str, address: str) -> None:
        """Replace one's own password; every session of the user ends."""
        now = clock.now()
        user = self.users.take(identity.user_id)
        account = _counted_as(user.username)
        self.limits.check(LoginFailureRepository(self.session), account, address, now)
        if not self.passwords.matches(current, user.password_hash):
            self.limits.record(account, address, now)
            raise Invalid.field("current_password", "Is not your password.")
        if current == new:
            raise Invalid.field("new_password", "Must differ from the current one.")
        if problem := password_problem(new, username=user.username, email=user.email):
            raise Invalid.field("new_password", problem)
        self.users.change(user, {"password_hash": self.passwords.hash(new)})
        self.sessions.end_all_of(user.id, now)

    def purge_expired(self, now: datetime) -> dict[str, int]:
        """Remove what is of no more use: sessions long over, old failures, keys past their day."""
        return {
            "sessions": self.sessions.purge(now - KEEP_ENDED_SESSIONS),
            "login_failures": LoginFailureRepository(self.session).purge(now - timedelta(days=1)),
            "idempotency_keys": idempotency.purge(self.session, now),
        }

    def _entitled(self, account: _Account) -> User | None:
        if account.user_id is None or account.password_hash is None:
            return None
        return self.users.still_entitled(account.user_id, account.password_hash)

    def _account(self, name: str, address: str, now: datetime) -> _Account:
        """Looked up in a transaction of its own: no connection is held while bcrypt works."""
        with separate_transaction() as session:
            user = UserRepository(session).named(name)
            known = _counted_as(user.username if user else name)
            self.limits.check(LoginFailureRepository(session), known, address, now)
            if user is None or not user.is_active:
                return _Account(known, None, None)
            return _Account(known, user.id, user.password_hash)


def _counted_as(name: str) -> str:
    """The name under which failures are counted; a letter's other case may be two letters, the column is as wide."""
    return name.lower()[:LONGEST_ACCOUNT]


def _identity(session_id: int, user_id: int, username: str, role: Role) -> Identity:
    return Identity(user_id, session_id, username, role.value, permissions_of(role))
