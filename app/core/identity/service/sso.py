"""Sign-in by an account of another provider."""

import secrets
from datetime import timedelta
from typing import NamedTuple

from app.core.identity.models import User
from app.core.identity.repository import SsoLinkRepository, SsoNonceRepository
from app.core.identity.rules import ADDRESS_LIMIT
from app.core.identity.service.counting import RequestCounter, address_key
from app.infra.context import Context
from app.infra.db import release_connection, separate_transaction
from app.infra.openid import OpenIdClaims, OpenIdProvider
from app.kernel.addresses import limiting_key
from app.kernel.errors import Conflict, Invalid, NotFound, Unauthenticated
from app.kernel.identity import Identity, token_hash

GOOGLE = "google"
NONCE_LIFETIME = timedelta(minutes=10)


class Nonce(NamedTuple):
    """A nonce for one id token, and the seconds for which it is valid."""

    nonce: str
    expires_in: int


class SsoService:
    """Gives nonces, links accounts to users, and finds the users of accounts."""

    def __init__(self, context: Context, provider: OpenIdProvider) -> None:
        self.session = context.session
        self.clock = context.clock
        self.provider = provider
        self.links = SsoLinkRepository(context.session, GOOGLE)
        self.caller = limiting_key(context.address)

    def nonce(self) -> Nonce:
        """Give a nonce, which must be in the id token and counts once."""
        self._count("sso-nonce")
        nonce, now = secrets.token_urlsafe(24), self.clock.now()
        SsoNonceRepository(self.session).add(token_hash(nonce), now + NONCE_LIFETIME)
        return Nonce(nonce, int(NONCE_LIFETIME.total_seconds()))

    def find_user(self, id_token: str) -> User:
        """The active user who has linked the account of this token; Unauthenticated without one."""
        self._count("sso-login")
        claims = self._checked(id_token)
        user = self.links.find_user(claims.subject)
        if user is None:
            raise Unauthenticated("No active user has linked this account.", code="sso_not_linked")
        return user

    def link(self, identity: Identity, id_token: str) -> None:
        """Link the account of this token to the caller."""
        release_connection(self.session)
        self._count("sso-link")
        try:
            claims = self._checked(id_token)
        except Unauthenticated as error:  # not of the caller's session, which a 401 would say
            raise Invalid(error.message, code=error.code, errors={"id_token": [error.message]}) from None
        if not self.links.add(identity.user_id, claims.subject, claims.email, self.clock.now()):
            message = "The account is linked to another user, or you have linked another account."
            raise Conflict(message, code="sso_account_taken")

    def unlink(self, identity: Identity) -> None:
        """Remove the caller's link."""
        if not self.links.remove(identity.user_id):
            raise NotFound("You have linked no account.")

    def _checked(self, id_token: str) -> OpenIdClaims:
        """The claims of a genuine token whose nonce was given here and not used; it is used up, whatever follows."""
        claims = self.provider.claims(id_token)  # may ask the provider for its keys, so no connection is held
        with separate_transaction() as session:
            if not SsoNonceRepository(session).use(token_hash(claims.nonce), self.clock.now()):
                raise Unauthenticated("The id token is not valid.", code="id_token_invalid")
        return claims

    def _count(self, kind: str) -> None:
        RequestCounter(kind).count({address_key(self.caller): ADDRESS_LIMIT}, self.clock.now())
