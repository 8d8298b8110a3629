"""Services of users."""

from typing import NotRequired, TypedDict, Unpack

from app.core.identity.models import AccountRecord, User, UserRecord
from app.core.identity.repository import SessionRepository, UserFilter, UserRepository
from app.core.identity.rules import Role, password_problem
from app.infra.context import Context
from app.infra.db import release_connection
from app.kernel.addresses import limiting_key
from app.kernel.errors import Conflict, Invalid
from app.kernel.identity import Identity
from app.kernel.paging import Page, PageRequest


class UserValues(TypedDict):
    """The values of a new user, besides the password."""

    username: str
    email: str
    role: NotRequired[Role]
    is_active: NotRequired[bool]


class NewUser(UserValues):
    """The values of a new user."""

    password: str


class UserChanges(TypedDict, total=False):
    """The values of a user that may be changed, besides the password."""

    username: str
    email: str
    role: Role
    is_active: bool


class UserUpdate(UserChanges, total=False):
    """The values of a user that may be changed."""

    password: str


class UserService:
    """Creates, changes and deletes users; there is always an active admin."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.users = UserRepository(context.session)
        self.sessions = SessionRepository(context.session)

    def get(self, user_id: int) -> UserRecord:
        """One user."""
        return self.users.get(user_id)

    def account(self, identity: Identity) -> AccountRecord:
        """The caller's own user, with the permissions."""
        user = self.users.get(identity.user_id)
        shown = {name: value for name, value in user._asdict().items() if name in AccountRecord._fields}
        return AccountRecord(**shown, permissions=sorted(identity.permissions))

    def find_active(self, name: str) -> User | None:
        """Active user of this name, or None."""
        user = self.users.named(name)
        return user if user is not None and user.is_active else None

    def page(self, request: PageRequest) -> Page[UserRecord]:
        """One page of users."""
        return self.users.page(UserFilter(), request)

    def create(self, *, password: str, **values: Unpack[UserValues]) -> User:
        """Create a user."""
        self._check(password, values["username"], values["email"])
        return self.users.add(User(password_hash=self._hash(password), **values))

    def update(self, user_id: int, *, password: str | None = None, **changes: Unpack[UserChanges]) -> User:
        """Change a user. A new role, a new password or deactivation ends the user's sessions."""
        replaced: dict[str, object] = {}
        if password is not None:
            known = self.users.get(user_id)
            self._check(password, changes.get("username", known.username), changes.get("email", known.email))
            replaced = {"password_hash": self._hash(password)}
        admins = self.users.hold_active_admins()
        user = self.users.get_for_update(user_id)
        before = (user.role, user.is_active)
        self.users.change(user, {**changes, **replaced})
        if user.role is not Role.ADMIN or not user.is_active:
            self._keep_an_admin(admins, user)
        if password is not None or (user.role, user.is_active) != before:
            self.sessions.end_all_of(user.id, self.context.clock.now())
        return user

    def delete(self, user_id: int) -> None:
        """Delete a user with all sessions."""
        admins = self.users.hold_active_admins()
        user = self.users.get_for_update(user_id)
        self._keep_an_admin(admins, user)
        self.users.delete(user)

    def _keep_an_admin(self, admins: set[int], leaving: User) -> None:
        if admins == {leaving.id}:
            raise Conflict("The last active admin must stay.", code="last_admin")

    def _check(self, password: str, username: str, email: str) -> None:
        if problem := password_problem(password, username=username, email=email):
            raise Invalid.field("password", problem)

    def _hash(self, password: str) -> str:
        """Hash the password before anything is locked, and without a connection."""
        release_connection(self.context.session)
        return self.context.passwords.hash(password, limiting_key(self.context.address))
