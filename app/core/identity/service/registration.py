"""Registration: people make accounts of their own, which open nothing of the company."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, NotRequired, TypedDict
from uuid import uuid4

from app.core.identity.events import UserRegistered
from app.core.identity.models import MailedTokenRecord, User
from app.core.identity.repository import UserRepository
from app.core.identity.rules import Outcome, Purpose, RegistrationPolicy, RequestLimit, password_problem
from app.core.identity.service.counting import RequestCounter, address_key
from app.core.identity.service.mailed import MailedTokens, token_invalid
from app.core.identity.service.mails import invitation_mail
from app.core.identity.service.verification import VerificationService
from app.infra.context import Context
from app.infra.db import release_connection, undone
from app.infra.mail import Mail
from app.infra.tasks import enqueue
from app.kernel.addresses import limiting_key
from app.kernel.errors import Conflict, Invalid
from app.manifest import PERSON

OUTCOME_MAIL = "registration-mail"
"""The kind of task that mails what became of a quiet registration."""
INVITATION_MAIL = "invitation-mail"
"""The kind of task that mails an invitation."""


class Registration(TypedDict):
    """The values of a new account, and the token of an invitation."""

    username: str
    email: str
    password: str
    invitation: NotRequired[str | None]
    added: NotRequired[dict[str, object]]
    """Fields of suites."""


class Invitation(NamedTuple):
    """An invitation; its token registers the invited address."""

    email: str
    token: str
    expires_at: datetime


class RegistrationService:
    """Makes accounts with the role `person`, by invitation only where the policy says so."""

    def __init__(self, context: Context, policy: RegistrationPolicy, limit: RequestLimit | None) -> None:
        self.context = context
        self.policy = policy
        self.limit = limit
        self.users = UserRepository(context.session)
        self.invitations = MailedTokens(context, Purpose.INVITE)
        self.caller = limiting_key(context.address)

    def register(self, given: Registration) -> User:
        """Make an account; an invitation is used up, and verifies the address."""
        return self._make(given, self._admitted(given))

    def register_quietly(self, given: Registration) -> None:
        """Make an account, or mail to the address that it or the user name is taken: the caller can't tell which.

        Where something is taken, as much is done as for a new account, and undone: the time tells nothing either.
        """
        password_hash, invitation = self._admitted(given), given.get("invitation")
        if invitation is not None:
            self._check(self.invitations.get, invitation, given["email"])
        outcome = self._outcome(given)
        if outcome is Outcome.MADE:
            self._make(given, password_hash)
        else:
            nobody = uuid4().hex
            with undone(self.context.session):
                other: Registration = {
                    **given,
                    "username": nobody,
                    "email": f"{nobody}@example.invalid",
                    "invitation": None,
                }
                self._make(other, password_hash)
        if outcome is not Outcome.MADE or self.context.settings.public_url is None:
            payload = {"key": uuid4().hex, "username": given["username"], "email": given["email"]}
            enqueue(self.context.session, OUTCOME_MAIL, {**payload, "outcome": outcome.value})

    def _outcome(self, given: Registration) -> Outcome:
        if self.users.named(given["email"]) is not None:
            return Outcome.EMAIL_TAKEN
        return Outcome.MADE if self.users.named(given["username"]) is None else Outcome.USERNAME_TAKEN

    def _admitted(self, given: Registration) -> str:
        """Hash of the password, once it is known that the caller may register, whatever the names."""
        release_connection(self.context.session)
        if self.limit is not None:
            RequestCounter("register").count({address_key(self.caller): self.limit}, self.context.clock.now())
        if given.get("invitation") is None and self.policy is RegistrationPolicy.INVITE:
            raise token_invalid("invitation")
        if problem := password_problem(given["password"], username=given["username"], email=given["email"]):
            raise Invalid.field("password", problem)
        return self.context.passwords.hash(given["password"], self.caller)

    def _make(self, given: Registration, password_hash: str) -> User:
        now, invitation = self.context.clock.now(), given.get("invitation")
        if invitation is not None:
            self._check(self.invitations.use, invitation, given["email"])
        user = self.users.add(
            User(
                username=given["username"],
                email=given["email"],
                password_hash=password_hash,
                role=PERSON,
                email_verified_at=None if invitation is None else now,
            )
        )
        self.context.publish(UserRegistered(user.id, given.get("added", {})))
        VerificationService(self.context).send(user)
        return user

    def _check(self, find: Callable[[str], MailedTokenRecord], invitation: str, email: str) -> None:
        """Raise Invalid unless the invitation can be used for an address."""
        try:
            row = find(invitation)
        except Invalid:
            raise token_invalid("invitation") from None
        if row.email.lower() != email.lower():
            raise token_invalid("invitation")


class InvitationService:
    """Invites people to register."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.users = UserRepository(context.session)
        self.invitations = MailedTokens(context, Purpose.INVITE)

    def invite(self, email: str) -> Invitation:
        """Make an invitation, and mail it if links can be made; an older one for the address ends."""
        if self.users.named(email) is not None:
            message = "There is an account with this address."
            raise Conflict(message, code="email_taken", errors={"email": [message]})
        made = self.invitations.make(email)
        if self.context.settings.public_url is not None:
            enqueue(self.context.session, INVITATION_MAIL, {"token": made.id})
        return Invitation(email, made.token, made.expires_at)

    def mail(self, token_id: int) -> Mail | None:
        """The mail of an invitation; None if it was used, replaced or is too old."""
        found = self.invitations.to_mail(token_id, "register#invitation")
        return None if found is None else invitation_mail(*found, self.context.company.name)
