"""Logins, sessions, and the identity of a session's user."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, NotRequired, TypedDict
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.access.service import RoleService
from app.core.identity.events import NewDeviceSeen
from app.core.identity.models import User, UserRecord, UserSession
from app.core.identity.queries import find_active
from app.core.identity.repository import SessionRepository, UserAgentRepository, UserRepository
from app.core.identity.rules import LoginLimits, Origin, by_kind, counted_as, password_problem
from app.core.identity.service.challenges import Challenge, ChallengeService
from app.core.identity.service.devices import DeviceTokens
from app.core.identity.service.limits import AttemptCounter
from app.core.identity.service.verification import VerificationService
from app.infra import clock, logs, origins
from app.infra.audit_events import record_event
from app.infra.context import Context
from app.infra.db import act_as, release_connection, separate_transaction
from app.kernel.addresses import limiting_key
from app.kernel.errors import Invalid, Unauthenticated, Unavailable
from app.kernel.identity import Identity
from app.kernel.user_agents import family_of
from app.manifest import Catalog

MOST_SESSIONS = 50
"""Maximum number of sessions of a user; a login ends further ones, longest unused first."""
STAYS_USED = timedelta(minutes=15)
"""Time since the last use within which a session is never ended by that limit."""


class _Account(NamedTuple):
    """Active account, as it is before bcrypt works."""

    user_id: int
    password_hash: str


class LoginRequest(TypedDict):
    """Name or e-mail, password, and the device's token of an earlier login."""

    username: str
    password: str
    device_token: NotRequired[str | None]


class PasswordChange(TypedDict):
    """The current password and the new one."""

    current_password: str
    new_password: str


class OpenedLogin(NamedTuple):
    """A new session, its user, and the device token."""

    identity: Identity
    user: User
    device_token: str


class SecondStep(TypedDict):
    """The token of a login that waits, and the code of the second factor."""

    two_factor_token: str
    code: str


class PresenceService:
    """Finds the user of a session, at each request, before it has a context."""

    def __init__(self, session: Session, catalog: Catalog) -> None:
        self.session = session
        self.catalog = catalog

    def identify(self, sid: UUID, user_id: int) -> Identity | None:
        """Current identity of the session's user; rights are read each time, so that a change applies at once."""
        row = find_active(self.session, sid, user_id, clock.now())
        if row is None:
            return None
        return Identity(
            row.id,
            sid,
            row.role,
            permissions=frozenset(self.catalog.permissions.keys() & row.permissions),
            all_scopes=frozenset(row.all_scopes),
            scopes=by_kind(row.scopes),
            company_revision=row.company_revision,
            session_id=row.session_id,
            two_factor_missing=row.two_factor_missing,
            being_erased=row.being_erased,
        )


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """Limits of logins, the secret that signs device tokens, and the lifetimes of tokens."""

    limits: LoginLimits
    secret: str
    refresh_lifetime: timedelta
    access_lifetime: timedelta


class SessionService:
    """Opens and ends sessions."""

    def __init__(self, context: Context, settings: SessionSettings) -> None:
        self.context = context
        self.session = context.session
        self.clock = context.clock
        self.passwords = context.passwords
        self.address = context.address
        self.settings = settings
        self.roles = RoleService(context)
        self.attempts = AttemptCounter(settings.limits)
        self.devices = DeviceTokens(settings.secret)
        self.users = UserRepository(context.session)
        self.sessions = SessionRepository(context.session)
        self.challenges = ChallengeService(context)

    def login(self, name: str, password: str, device_token: str | None = None) -> OpenedLogin | Challenge:
        """Admit the user with the right password; a wrong name and a wrong password are indistinguishable."""
        now = self.clock.now()
        origin, account = self._find_account(name.strip(), device_token, now)
        right = self.passwords.matches(password, account.password_hash if account else None, origin.address)
        if account is None or not right:
            raise self._refused(origin, account, now)
        user = self._entitled(account, password, origin.address)
        self.attempts.record_success(self.session, origin, now)
        return self.admit(user, origin.device)

    def admit(self, user: User, device: str | None = None) -> OpenedLogin | Challenge:
        """Open a session, or ask for the second factor if the user has one."""
        if self.challenges.is_needed(user):
            return self.challenges.create(user, device)
        return self._opened(user, device)

    def complete(self, two_factor_token: str, code: str) -> OpenedLogin:
        """Open the session of a login that waited for the second factor."""
        return self._opened(*self.challenges.redeem(two_factor_token, code))

    def name_of(self, two_factor_token: str) -> str | None:
        """Name of the user whose login waits with this token, or None."""
        return self.challenges.name_of(two_factor_token)

    def confirm_password(self, identity: Identity, password: str, field: str) -> UserRecord:
        """The caller's own user, if the password is right; tries are counted, and a wrong one names the field."""
        now, user = self.clock.now(), self.users.get(identity.user_id)
        origin = Origin(counted_as(user.username), limiting_key(self.address))
        self.attempts.check(self.session, origin, now)
        release_connection(self.session)
        right = self.passwords.matches(password, user.password_hash, origin.address)
        self.attempts.record(origin, now, succeeded=right)
        if not right:
            raise Invalid.field(field, "Wrong password.")
        return user

    def logout(self, identity: Identity) -> None:
        """End the session: both its tokens become invalid at once, in every worker."""
        self.sessions.end(identity.sid, self.clock.now())

    def change_password(self, identity: Identity, current: str, new: str) -> None:
        """Replace one's own password; every session of the user ends."""
        now, user = self.clock.now(), self.confirm_password(identity, current, "current_password")
        if current == new:
            raise Invalid.field("new_password", "Must differ from the current one.")
        if problem := password_problem(new, username=user.username, email=user.email):
            raise Invalid.field("new_password", problem)
        made = self.passwords.hash(new, limiting_key(self.address))
        self._replace_password(user.id, user.password_hash, made, now)

    def change_email(self, identity: Identity, password: str, email: str) -> None:
        """Replace one's own address, which is not verified then; a link to verify it is mailed."""
        self.confirm_password(identity, password, "current_password")
        user = self.users.get_for_update(identity.user_id)
        if not user.is_active:
            raise Unauthenticated("The session is over; log in again.", code="session_over")
        if email != user.email:
            self.users.change(user, {"email": email, "email_verified_at": None})
            VerificationService(self.context).send(user)

    def _replace_password(self, user_id: int, before: str, after: str, now: datetime) -> None:
        """Store it, unless somebody else changed it or deactivated the user while bcrypt worked."""
        user = self.users.get_for_update(user_id)
        if not user.is_active:
            raise Unauthenticated("The session is over; log in again.", code="session_over")
        if user.password_hash != before:
            raise _changed_meanwhile()
        self.users.change(user, {"password_hash": after})
        self.sessions.end_all_of(user_id, now)

    def _find_account(self, name: str, device_token: str | None, now: datetime) -> tuple[Origin, _Account | None]:
        """Look up the account in a separate transaction: no connection is held while bcrypt works."""
        with separate_transaction() as session:
            users = UserRepository(session)
            self.passwords.learn_usual_cost(users.usual_cost)
            user = users.named(name)
            account = _Account(user.id, user.password_hash) if user and user.is_active else None
            device = self.devices.read(device_token, account.password_hash if account else None)
            origin = Origin(counted_as(user.username if user else name), limiting_key(self.address), device)
            self.attempts.check(session, origin, now)
            return origin, account

    def _refused(self, origin: Origin, account: _Account | None, now: datetime) -> Unauthenticated:
        """Count the failed login; the audit log has it where there is such an account, so strangers can't fill it."""
        self.attempts.record(origin, now, succeeded=False)
        if account is not None:
            with separate_transaction() as session:
                act_as(session, user_id=None, request_id=logs.request_id.get())
                record_event(session, "sign_in_failed", "users", account.user_id)
        return Unauthenticated("Wrong user name or password.", code="invalid_credentials")

    def _entitled(self, account: _Account, password: str, caller: str) -> User:
        """The user, with a hash of the configured cost, if the password is right."""
        if self.passwords.is_outdated(account.password_hash):
            user = self.users.replace_hash(*account, self.passwords.hash(password, caller))
        else:
            user = self.users.get_entitled(*account)
        if user is None:
            raise _changed_meanwhile()
        return user

    def _opened(self, user: User, device: str | None) -> OpenedLogin:
        record_event(self.session, "sign_in", "users", user.id)
        identity = self._open(user, self.clock.now())
        return OpenedLogin(identity, user, self.devices.issue(user.password_hash, device))

    def _open(self, user: User, now: datetime) -> Identity:
        expires = now + self.settings.refresh_lifetime
        opened = self.sessions.add(
            UserSession(
                user_id=user.id,
                address=self.address,
                user_agent=origins.current.get().user_agent or "",
                created_at=now,
                expires_at=expires,
                last_used_at=now,
            )
        )
        device = family_of(opened.user_agent)
        if UserAgentRepository(self.session).add(user.id, device, now):
            self.context.publish(NewDeviceSeen(user.id, opened.id, device))
        # The use of an access token is not recorded, so it may be in use until it expires.
        self.sessions.end_surplus(user.id, MOST_SESSIONS, now - STAYS_USED - self.settings.access_lifetime, now)
        return Identity(user.id, opened.sid, user.role, self.roles.permissions_of(user.role))


def _changed_meanwhile() -> Unavailable:
    return Unavailable("The password was changed concurrently; try again.", code="busy", retry_after=1)
