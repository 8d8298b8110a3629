"""Forgotten passwords: a link by mail, with which a new password is set once."""

from typing import TypedDict

from app.core.identity.models import User
from app.core.identity.repository import ApiTokenRepository, SessionRepository, UserRepository
from app.core.identity.rules import ACCOUNT_LIMIT, ADDRESS_LIMIT, Purpose, password_problem
from app.core.identity.service.counting import RequestCounter, account_key, address_key
from app.core.identity.service.mailed import MailedTokens, is_addressee, token_invalid
from app.core.identity.service.mails import reset_mail
from app.infra.context import Context
from app.infra.db import release_connection
from app.infra.mail import Mail
from app.infra.tasks import enqueue
from app.kernel.addresses import limiting_key
from app.kernel.errors import Conflict, Invalid

FORGOTTEN = "forgotten-password"
"""The kind of task that finds the account of a forgotten password."""
RESET_MAIL = "password-reset-mail"
"""The kind of task that mails a link to set a new password."""


class PasswordReset(TypedDict):
    """The token of a mailed link, and the new password."""

    token: str
    new_password: str


class ResetService:
    """Sends links to set a new password, and sets it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.clock = context.clock
        self.users = UserRepository(context.session)
        self.sessions = SessionRepository(context.session)
        self.api_tokens = ApiTokenRepository(context.session)
        self.tokens = MailedTokens(context, Purpose.RESET)
        self.caller = limiting_key(context.address)

    def ask(self, email: str) -> None:
        """Request a link; a task looks for the account, so neither answer nor time says whether there is one."""
        release_connection(self.session)
        limits = {account_key(email): ACCOUNT_LIMIT, address_key(self.caller): ADDRESS_LIMIT}
        RequestCounter(FORGOTTEN).count(limits, self.clock.now())
        enqueue(self.session, FORGOTTEN, {"email": email})

    def send_if_known(self, email: str) -> None:
        """Mail a link to the active user with this address, if there is one and links can be made."""
        user = self.users.named(email)
        if user is not None and user.is_active and self.context.settings.public_url is not None:
            self._send(user)

    def send_to(self, user_id: int) -> None:
        """Mail a link to a user, at the verified address, for an admin."""
        user = self.users.get_for_update(user_id)
        if not user.is_active:
            raise Conflict("The user is not active.", code="user_inactive")
        if user.email_verified_at is None:
            raise Conflict("The user's e-mail address is not verified.", code="email_not_verified")
        if self.context.settings.public_url is None:
            raise Conflict("Links can't be mailed: PUBLIC_URL is not set.", code="public_url_missing")
        self._send(user)

    def mail(self, token_id: int) -> Mail | None:
        """The mail with a link; None if it was used, replaced or is too old, or the user may not log in."""
        found = self.tokens.to_mail(token_id, "reset-password#token")
        if found is None:
            return None
        row, link = found
        user = self.users.get(row.user_id or 0)
        return reset_mail(row, user.username, link, self.context.company.name) if is_addressee(user, row) else None

    def reset(self, token: str, new_password: str) -> None:
        """Set a new password by the token of a mailed link: it is used up, and all sessions of the user end."""
        now = self.clock.now()
        release_connection(self.session)
        RequestCounter("reset-password").count({address_key(self.caller): ADDRESS_LIMIT}, now)
        row = self.tokens.get(token)
        user = self.users.get(row.user_id or 0)
        if not is_addressee(user, row):
            raise token_invalid()
        if problem := password_problem(new_password, username=user.username, email=user.email):
            raise Invalid.field("new_password", problem)
        release_connection(self.session)
        hashed = self.context.passwords.hash(new_password, self.caller)
        self._set(token, hashed)

    def _set(self, token: str, password_hash: str) -> None:
        """Use up the token, which may have been used or replaced while bcrypt worked."""
        row = self.tokens.use(token)
        user = self.users.get_for_update(row.user_id or 0)
        if not is_addressee(user, row):
            raise token_invalid()
        self.users.change(user, {"password_hash": password_hash})
        self.sessions.end_all_of(user.id, self.clock.now())
        self.api_tokens.end_all_of(user.id)

    def _send(self, user: User) -> None:
        made = self.tokens.make(user.email, user.id)
        enqueue(self.session, RESET_MAIL, {"token": made.id})
