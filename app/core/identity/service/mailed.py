"""Tokens that are sent by mail: random, used once, stored as a hash."""

import secrets
from datetime import datetime
from typing import NamedTuple

from app.core.identity.models import MailedTokenRecord, User, UserRecord
from app.core.identity.repository import MailedTokenRepository
from app.core.identity.rules import LIFETIMES, Purpose
from app.infra.context import Context
from app.kernel.errors import Invalid
from app.kernel.identity import token_hash

_BYTES = 32


class MadeToken(NamedTuple):
    """A new token; its id is the payload of the task that mails it."""

    id: int
    token: str
    expires_at: datetime


class MailedTokens:
    """Makes, reads and uses the tokens of one purpose."""

    def __init__(self, context: Context, purpose: Purpose) -> None:
        self.clock = context.clock
        self.sealer = context.sealer
        self.url = context.settings.public_url
        self.purpose = purpose
        self.tokens = MailedTokenRepository(context.session)

    def make(self, email: str, user_id: int | None = None) -> MadeToken:
        """Make a token for an address; an older one of the same user, or invited address, ends."""
        token, now = secrets.token_urlsafe(_BYTES), self.clock.now()
        expires_at = now + LIFETIMES[self.purpose]
        row_id = self.tokens.put(
            {
                "purpose": self.purpose,
                "user_id": user_id,
                "email": email,
                "token_hash": token_hash(token),
                "token": self.sealer.seal(token),
                "created_at": now,
                "expires_at": expires_at,
            }
        )
        return MadeToken(row_id, token, expires_at)

    def to_mail(self, token_id: int, page: str) -> tuple[MailedTokenRecord, str] | None:
        """A token that can still be used, with the link to a page that takes it; else None, also without PUBLIC_URL."""
        found = self.tokens.find(token_id)
        if self.url is None or found is None or found.used_at is not None or found.expires_at <= self.clock.now():
            return None
        return found, f"{self.url}/{page}={self.sealer.unseal(found.token)}"

    def get(self, token: str) -> MailedTokenRecord:
        """The token, which stays unused; Invalid if it can't be used."""
        return _valid(self.tokens.find_valid(self.purpose, token_hash(token), self.clock.now()))

    def use(self, token: str) -> MailedTokenRecord:
        """The token, which is used up with this transaction; Invalid if it can't be used."""
        return _valid(self.tokens.use(self.purpose, token_hash(token), self.clock.now()))


def is_addressee(user: User | UserRecord, token: MailedTokenRecord) -> bool:
    """Whether the token of a user still is theirs: they may log in, and have the same address."""
    return user.is_active and user.email == token.email


def token_invalid(field: str = "token") -> Invalid:
    """Refusal of a token that is wrong, used, replaced or too old."""
    message = "It is not valid, or no longer: ask for a new one."
    return Invalid(message, code="token_invalid", errors={field: [message]})


def _valid(found: MailedTokenRecord | None) -> MailedTokenRecord:
    if found is None:
        raise token_invalid()
    return found
