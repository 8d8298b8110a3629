"""Registration: people make accounts of their own, which open nothing of the company."""

from datetime import datetime
from typing import NamedTuple, NotRequired, TypedDict

from app.core.identity.events import UserRegistered
from app.core.identity.models import User
from app.core.identity.repository import UserRepository
from app.core.identity.rules import Purpose, RegistrationPolicy, RequestLimit, password_problem
from app.core.identity.service.counting import RequestCounter, address_key
from app.core.identity.service.mailed import MailedTokens, token_invalid
from app.core.identity.service.mails import invitation_mail
from app.core.identity.service.verification import VerificationService
from app.infra.context import Context
from app.infra.db import release_connection
from app.infra.mail import Mail
from app.infra.tasks import enqueue
from app.kernel.addresses import limiting_key
from app.kernel.errors import Conflict, Invalid
from app.manifest import PERSON

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
        now, invitation = self.context.clock.now(), given.get("invitation")
        release_connection(self.context.session)
        if self.limit is not None:
            RequestCounter("register").count({address_key(self.caller): self.limit}, now)
        if invitation is None and self.policy is RegistrationPolicy.INVITE:
            raise token_invalid("invitation")
        if problem := password_problem(given["password"], username=given["username"], email=given["email"]):
            raise Invalid.field("password", problem)
        password_hash = self.context.passwords.hash(given["password"], self.caller)
        if invitation is not None:
            self._use(invitation, given["email"])
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

    def _use(self, invitation: str, email: str) -> None:
        try:
            row = self.invitations.use(invitation)
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
