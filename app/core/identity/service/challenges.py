"""Logins whose password was right, and which wait for the second factor."""

import secrets
from datetime import timedelta
from typing import NamedTuple

from app.core.identity.models import LoginChallenge, User
from app.core.identity.repository import ChallengeRepository, SecondFactorRepository, UserRepository
from app.core.identity.service.codes import CodeChecker
from app.infra.context import Context
from app.infra.db import separate_transaction
from app.kernel.errors import Unauthenticated
from app.kernel.identity import token_hash

LIFETIME = timedelta(minutes=5)


class Challenge(NamedTuple):
    """The answer to a login that has to bring a second factor."""

    two_factor_token: str
    expires_in: int
    """Seconds until the token expires."""
    two_factor_required: bool = True


class Passed(NamedTuple):
    """A user who brought the second factor, and the device."""

    user: User
    device: str | None


class ChallengeService:
    """Asks for second factors, and checks them."""

    def __init__(self, context: Context) -> None:
        self.clock = context.clock
        self.session = context.session
        self.codes = CodeChecker(context)
        self.users = UserRepository(context.session)
        self.challenges = ChallengeRepository(context.session)

    def is_needed(self, user: User) -> bool:
        """Whether the user has to bring a second factor."""
        return SecondFactorRepository(self.session).is_on(user.id)

    def create(self, user: User, device: str | None) -> Challenge:
        """A token for one login, with which the second factor is sent."""
        token = secrets.token_urlsafe(32)
        expires = self.clock.now() + LIFETIME
        self.challenges.add(
            LoginChallenge(user_id=user.id, token_hash=token_hash(token), device=device, expires_at=expires)
        )
        return Challenge(token, int(LIFETIME.total_seconds()))

    def name_of(self, token: str) -> str | None:
        """User name of the login that waits with this token, or None."""
        waiting = self.challenges.find(token_hash(token), self.clock.now())
        return None if waiting is None else self.users.get(waiting.user_id).username

    def redeem(self, token: str, code: str) -> Passed:
        """The user of the token, if the code is right; the token counts once, and few codes are tried with it."""
        hashed, now = token_hash(token), self.clock.now()
        waiting = self.challenges.find(hashed, now)
        if waiting is None:
            raise _unknown()
        user_id, device = waiting.user_id, waiting.device
        attempt = self.codes.count_try(user_id)
        with separate_transaction() as session:
            counted = ChallengeRepository(session).count_try(hashed, now)
        # The user is locked first: whoever changes the password meanwhile waits, or has ended the token.
        user = self.users.get_active(user_id)
        if not counted or user is None or not self.challenges.use(hashed):
            raise _unknown()
        if not self.codes.use(user_id, code):
            raise Unauthenticated("Wrong code.", code="two_factor_code_invalid")  # and the token is not used
        self.codes.mark_succeeded(attempt)
        return Passed(user, device)


def _unknown() -> Unauthenticated:
    return Unauthenticated("The login has expired; log in again.", code="two_factor_token_invalid")
