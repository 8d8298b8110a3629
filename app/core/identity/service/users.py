"""Services of users."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NotRequired, TypedDict, Unpack

from app.core.access.service import RoleService
from app.core.identity.events import AccountChanged
from app.core.identity.models import AccountRecord, User, UserRecord
from app.core.identity.queries import somebody_administers, users_with
from app.core.identity.repository import ApiTokenRepository, SessionRepository, UserFilter, UserRepository
from app.core.identity.rules import password_problem
from app.core.identity.service.ownership import check_not_owned, has_books
from app.infra.context import Context
from app.infra.db import release_connection
from app.kernel.addresses import limiting_key
from app.kernel.errors import Conflict, Invalid
from app.kernel.identity import Identity
from app.kernel.paging import Page, PageRequest
from app.manifest import USER


class UserValues(TypedDict):
    """The values of a new user, besides the password."""

    username: str
    email: str
    full_name: NotRequired[str | None]
    role: NotRequired[str]
    is_active: NotRequired[bool]


class NewUser(UserValues):
    """The values of a new user."""

    password: str


class UserChanges(TypedDict, total=False):
    """The values of a user that may be changed, besides the password."""

    username: str
    email: str
    full_name: str | None
    role: str
    is_active: bool


class OwnChanges(TypedDict, total=False):
    """The values of one's own account that one may change, and fields of suites."""

    username: str
    full_name: str | None
    added: dict[str, object]


class UserUpdate(UserChanges, total=False):
    """The values of a user that may be changed."""

    password: str


class UserService:
    """Creates, changes and deletes users; somebody active always administers users and roles."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.users = UserRepository(context.session)
        self.sessions = SessionRepository(context.session)
        self.roles = RoleService(context)
        self.tokens = ApiTokenRepository(context.session)

    def get(self, user_id: int) -> UserRecord:
        """One user."""
        return self.users.get(user_id)

    def identity(self, user_id: int) -> Identity:
        """The user with the permissions of now, in no session: for work that is done for a user beside requests."""
        user = self.users.get(user_id)
        return Identity(user.id, None, user.role, self.roles.permissions_of(user.role))

    def account(self, identity: Identity) -> AccountRecord:
        """The caller's own user, with the permissions."""
        user = self.users.get(identity.user_id)
        shown = {name: value for name, value in user._asdict().items() if name in AccountRecord._fields}
        return AccountRecord(**shown, permissions=sorted(identity.permissions))

    def find_active(self, name: str) -> User | None:
        """Active user of this name, or None."""
        user = self.users.named(name)
        return user if user is not None and user.is_active else None

    def ids_with(self, permission: str) -> list[int]:
        """Ids of the active users whose role has the permission."""
        return users_with(self.users.session, permission)

    def page(self, request: PageRequest) -> Page[UserRecord]:
        """One page of users."""
        return self.users.page(UserFilter(), request)

    def create(self, *, password: str, **values: Unpack[UserValues]) -> User:
        """Create a user, with a role of which the caller has every permission."""
        self.roles.check_may_give(values.get("role", USER))
        self._check(password, values["username"], values["email"])
        return self.users.add(User(password_hash=self._hash(password), **values))

    def update(self, user_id: int, *, password: str | None = None, **changes: Unpack[UserChanges]) -> User:
        """Change a user. A new role, password or deactivation ends the sessions, the latter two also API tokens.

        A role is given, and the account of somebody else is taken over by a password or e-mail, only by a caller who
        has every permission of it; nobody takes over that of a user who has books.
        """
        replaced: dict[str, object] = {}
        if password is not None:
            known = self.users.get(user_id)
            self._check(password, changes.get("username", known.username), changes.get("email", known.email))
            replaced = {"password_hash": self._hash(password)}
        with self._keeping_administration(when=not changes.keys().isdisjoint({"role", "is_active"})):
            user = self.users.get_for_update(user_id)
            before = (user.role, user.is_active)
            if password is not None or changes.get("email", user.email) != user.email:
                self.roles.check_may_give(user.role)
                check_not_owned(self.context, user_id)
            if changes.get("role", user.role) != user.role:
                self.roles.check_may_give(changes["role"])
            if changes.get("email", user.email) != user.email:
                replaced["email_verified_at"] = None
            self.users.change(user, {**changes, **replaced})
        if password is not None or not user.is_active:
            self.tokens.end_all_of(user.id)
        if password is not None or (user.role, user.is_active) != before:
            self.sessions.end_all_of(user.id, self.context.clock.now())
        return user

    def update_own(self, identity: Identity, **changes: Unpack[OwnChanges]) -> None:
        """Change the caller's own account; what is of suites is passed on to them."""
        given = changes.pop("added", {})
        self.users.change(self.users.get_for_update(identity.user_id), changes)
        if given:
            self.context.publish(AccountChanged(identity.user_id, given))

    def delete(self, user_id: int) -> None:
        """Delete a user with all sessions; one who has books has to erase or leave them first."""
        with self._keeping_administration():
            user = self.users.get_for_update(user_id)
            if has_books(self.context, user_id):
                raise Conflict("The user has books.", code="has_books")
            self.users.delete(user)

    def keep_administration(self) -> None:
        """Raise Conflict if nobody active may write users and roles any more."""
        if not somebody_administers(self.context.session):
            raise Conflict("The last active admin must stay.", code="last_admin")

    @contextmanager
    def _keeping_administration(self, *, when: bool = True) -> Iterator[None]:
        """Lock out others who could take the last administrator away, and raise Conflict if what is done here did."""
        if not when:
            yield
            return
        self.roles.lock_administration()
        before = somebody_administers(self.context.session)
        yield
        if before:
            self.keep_administration()

    def _check(self, password: str, username: str, email: str) -> None:
        if problem := password_problem(password, username=username, email=email):
            raise Invalid.field("password", problem)

    def _hash(self, password: str) -> str:
        """Hash the password before anything is locked, and without a connection."""
        release_connection(self.context.session)
        return self.context.passwords.hash(password, limiting_key(self.context.address))
