"""Codes of second factors: of the authenticator, each time step once, and recovery codes, each once."""

import secrets
from base64 import b32encode

from app.core.identity.models import SecondFactor
from app.core.identity.repository import CodeAttemptRepository, SecondFactorRepository
from app.core.identity.rules import CODE_LIMITS, matching_step
from app.infra.context import Context
from app.infra.db import release_connection, separate_transaction
from app.kernel.addresses import limiting_key
from app.kernel.errors import TooManyAttempts
from app.kernel.identity import token_hash

RECOVERY_CODES = 10
_RECOVERY_BYTES = 10


class CodeChecker:
    """Checks codes, of which a user and an address may try only a few."""

    def __init__(self, context: Context) -> None:
        self.session = context.session
        self.clock = context.clock
        self.sealer = context.sealer
        self.address = limiting_key(context.address)
        self.factors = SecondFactorRepository(context.session)

    def count_try(self, user_id: int) -> int:
        """Count a code before it is looked at, though the request fails; returns the try's id.

        Raises TooManyAttempts at a limit. Of many at once none is answered that is beyond: each is stored before it
        counts the others.
        """
        release_connection(self.session)
        now = self.clock.now()
        self._check_limits(user_id, besides=0)
        with separate_transaction() as session:
            own = CodeAttemptRepository(session).add(user_id, self.address, now)
        self._check_limits(user_id, besides=own)
        return own

    def mark_succeeded(self, attempt: int) -> None:
        """Record that the code of a try was right."""
        CodeAttemptRepository(self.session).mark_succeeded(attempt)

    def step_of(self, factor: SecondFactor, code: str) -> int | None:
        """Time step of a code of the authenticator; None for a wrong one."""
        return matching_step(self.sealer.unseal(factor.secret), plain(code), self.clock.now())

    def use(self, user_id: int, code: str) -> bool:
        """Use a code of the authenticator or a recovery code; False for one that is wrong or was used."""
        factor = self.factors.find(user_id)
        if factor is None:
            return False
        step = self.step_of(factor, code)
        if step is not None:
            return self.factors.use_step(user_id, step)
        return self.factors.use_code(user_id, hash_of(code), self.clock.now())

    def _check_limits(self, user_id: int, *, besides: int) -> None:
        now = self.clock.now()
        with separate_transaction() as session:
            attempts = CodeAttemptRepository(session)
            until = attempts.reached(CODE_LIMITS, user_id, self.address, now, besides=besides)
        if until is not None:
            raise TooManyAttempts.until(until, now, "Too many codes were tried; try again later.")


def new_recovery_codes() -> list[str]:
    """Recovery codes, as they are shown once."""
    whole = [b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
    return ["-".join(one[start : start + 4] for start in range(0, len(one), 4)) for one in whole]


def plain(code: str) -> str:
    """The code without the spaces and dashes with which people write it."""
    return "".join(code.split()).replace("-", "").lower()


def hash_of(code: str) -> str:
    """Hash of a recovery code."""
    return token_hash(plain(code))
