"""How many wrong passwords are too many, counted where every worker sees it."""

from dataclasses import dataclass
from datetime import datetime

from app.domains.auth.repository import WINDOW, LoginFailureRepository
from app.infra.db import separate_transaction
from app.kernel.errors import TooManyTries


@dataclass(frozen=True, slots=True)
class FailureLimits:
    """Failures within a minute after which no password is even looked at."""

    per_account_and_address: int
    per_account: int
    per_address: int

    def check(self, failures: LoginFailureRepository, account: str, address: str, now: datetime) -> None:
        """Raise TooManyTries while any limit is reached."""
        for limit, where in (
            (self.per_account_and_address, {"account": account, "address": address}),
            (self.per_account, {"account": account}),
            (self.per_address, {"address": address}),
        ):
            latest = failures.latest(now, limit, **where)
            if len(latest) >= limit:
                wait = (latest[-1] + WINDOW - now).total_seconds()
                raise TooManyTries("Too many failed tries; wait a little.", retry_after=max(1, int(-(-wait // 1))))

    def record(self, account: str, address: str, now: datetime) -> None:
        """Count a failure, though the request that made it fails; of many at once only as many as allowed."""
        with separate_transaction() as session:
            failures = LoginFailureRepository(session)
            failures.take_turns(account)
            self.check(failures, account, address, now)
            failures.add(account, address, now)
