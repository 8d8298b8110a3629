"""Limits of login attempts, counted in the database for all workers; logins don't wait for each other."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.identity.repository import LoginAttemptRepository
from app.core.identity.rules import LoginLimits, Origin
from app.infra.db import separate_transaction
from app.kernel.errors import TooManyAttempts


@dataclass(frozen=True, slots=True)
class AttemptCounter:
    """Counts checked passwords, and raises when a limit is reached."""

    limits: LoginLimits

    def check(self, session: Session, origin: Origin, now: datetime, *, besides: int = 0) -> None:
        """Raise TooManyAttempts while any limit is reached, one attempt left out of account."""
        until = LoginAttemptRepository(session).reached(self.limits, origin, now, besides=besides)
        if until is not None:
            raise TooManyAttempts.until(until, now, "Too many attempts; try again later.")

    def record_success(self, session: Session, origin: Origin, now: datetime) -> None:
        """Count a right password in the caller's transaction, unless concurrent attempts have reached a limit."""
        self.check(session, origin, now)
        LoginAttemptRepository(session).add(origin, now, succeeded=True)

    def record(self, origin: Origin, now: datetime, *, succeeded: bool) -> None:
        """Count a password, though the request that brought it fails.

        Of many at once none is answered that is beyond a limit: each is stored before it counts the others.
        """
        with separate_transaction() as session:
            own = LoginAttemptRepository(session).add(origin, now, succeeded=succeeded)
        with separate_transaction() as session:
            self.check(session, origin, now, besides=own)
