"""Verified e-mail addresses: a link by mail shows that the user reads what is sent there."""

from app.core.identity.models import User
from app.core.identity.repository import UserRepository
from app.core.identity.rules import ACCOUNT_LIMIT, ADDRESS_LIMIT, Purpose
from app.core.identity.service.counting import RequestCounter, account_key, address_key
from app.core.identity.service.mailed import MailedTokens, is_addressee, token_invalid
from app.core.identity.service.mails import verification_mail
from app.infra.context import Context
from app.infra.db import release_connection
from app.infra.mail import Mail
from app.infra.tasks import enqueue
from app.kernel.addresses import limiting_key
from app.kernel.identity import Identity

VERIFICATION_MAIL = "verification-mail"
"""The kind of task that mails a link to verify an address."""


class VerificationService:
    """Sends links that verify addresses, and verifies them."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.clock = context.clock
        self.users = UserRepository(context.session)
        self.tokens = MailedTokens(context, Purpose.VERIFY)
        self.caller = limiting_key(context.address)

    def send(self, user: User) -> None:
        """Mail a link to a user whose address is not verified, if links can be made."""
        if user.email_verified_at is None and self.context.settings.public_url is not None:
            made = self.tokens.make(user.email, user.id)
            enqueue(self.session, VERIFICATION_MAIL, {"token": made.id})

    def ask(self, identity: Identity) -> None:
        """Mail a link to the caller."""
        release_connection(self.session)
        limits = {account_key(str(identity.user_id)): ACCOUNT_LIMIT, address_key(self.caller): ADDRESS_LIMIT}
        RequestCounter(VERIFICATION_MAIL).count(limits, self.clock.now())
        self.send(self.users.get_for_update(identity.user_id))

    def mail(self, token_id: int) -> Mail | None:
        """The mail with a link; None if it was used, replaced or is too old, or the user has another address now."""
        found = self.tokens.to_mail(token_id, "verify-email#token")
        if found is None:
            return None
        row, link = found
        user = self.users.get(row.user_id or 0)
        return (
            verification_mail(row, user.username, link, self.context.company.name) if is_addressee(user, row) else None
        )

    def verify(self, token: str) -> None:
        """Mark the address of a mailed link as verified, if it is still the user's."""
        release_connection(self.session)
        RequestCounter("verify-email").count({address_key(self.caller): ADDRESS_LIMIT}, self.clock.now())
        row = self.tokens.use(token)
        user = self.users.get_for_update(row.user_id or 0)
        if user.email != row.email:
            raise token_invalid()
        self.users.change(user, {"email_verified_at": self.clock.now()})
