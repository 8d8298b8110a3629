"""Managing users."""

from typing import Any

from sqlalchemy.orm import Session

from app.domains.auth.models import AccountRecord, User
from app.domains.auth.repository import SessionRepository, UserFilter, UserRepository
from app.domains.auth.rules import Role, password_problem
from app.infra import clock
from app.infra.db import release_connection
from app.infra.passwords import PasswordHasher
from app.kernel.addresses import limiting_key
from app.kernel.errors import Conflict, Invalid
from app.kernel.identity import Identity
from app.kernel.paging import Page, PageRequest

COMMAND_LINE = "command line"
"""In place of an address, where there is none."""


class UserService:
    """Creates, changes and removes users; there is always an active admin."""

    def __init__(self, session: Session, passwords: PasswordHasher, address: str) -> None:
        self.session = session
        self.address = address
        self.users = UserRepository(session)
        self.sessions = SessionRepository(session)
        self.passwords = passwords

    def get(self, user_id: int) -> Any:
        """One user."""
        return self.users.get(user_id)

    def account(self, identity: Identity) -> AccountRecord:
        """One's own user, with what they may do."""
        user = self.users.get(identity.user_id)
        shown = {name: value for name, value in user._asdict().items() if name in AccountRecord._fields}
        return AccountRecord(**shown, permissions=sorted(identity.permissions))

    def find_active(self, name: str) -> User | None:
        """The user of this name, if there is one who may log in."""
        user = self.users.named(name)
        return user if user is not None and user.is_active else None

    def page(self, request: PageRequest) -> Page[Any]:
        """Users, a page at a time."""
        return self.users.page(UserFilter(), request)

    def create(self, *, password: str, **values: Any) -> User:
        """A new user."""
        self._check(password, values["username"], values["email"])
        return self.users.add(User(password_hash=self._hash(password), **values))

    def update(self, user_id: int, *, password: str | None = None, **changes: Any) -> User:
        """Change a user. A new role, a new password or deactivation ends their sessions."""
        if password is not None:
            known = self.users.get(user_id)
            self._check(password, changes.get("username", known.username), changes.get("email", known.email))
            changes["password_hash"] = self._hash(password)
        admins = self.users.hold_active_admins()
        user = self.users.get_for_update(user_id)
        before = (user.role, user.is_active)
        self.users.change(user, changes)
        if user.role is not Role.ADMIN or not user.is_active:
            self._keep_an_admin(admins, user)
        if password is not None or (user.role, user.is_active) != before:
            self.sessions.end_all_of(user.id, clock.now())
        return user

    def delete(self, user_id: int) -> None:
        """Remove a user with their sessions."""
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
        """Hashed before anything is locked, and without a connection."""
        release_connection(self.session)
        return self.passwords.hash(password, limiting_key(self.address))
