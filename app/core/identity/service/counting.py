"""Limits of requests, counted in the database for all workers; requests don't wait for each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.core.identity.repository import RequestCountRepository
from app.core.identity.rules import RequestLimit
from app.infra.db import separate_transaction
from app.kernel.errors import TooManyAttempts


@dataclass(frozen=True, slots=True)
class RequestCounter:
    """Counts requests of one kind by keys, such as an account and an address."""

    kind: str

    def count(self, limits: Mapping[str, RequestLimit], now: datetime) -> None:
        """Count a request, or raise TooManyAttempts if a limit of one of its keys is reached.

        It counts although the request fails. Of many at once none is answered that is beyond a limit: each is stored
        before it looks at the others. What is refused at the first look is not stored.
        """
        with separate_transaction() as session:
            repository = RequestCountRepository(session, self.kind)
            self._check(repository, limits, now, set())
            own = repository.add(limits, now)
        with separate_transaction() as session:
            self._check(RequestCountRepository(session, self.kind), limits, now, own)

    def _check(
        self, counts: RequestCountRepository, limits: Mapping[str, RequestLimit], now: datetime, besides: set[int]
    ) -> None:
        found = [counts.reached_until(key, limit.most, limit.window, now, besides) for key, limit in limits.items()]
        reached = [until for until in found if until is not None]
        if reached:
            raise TooManyAttempts.until(max(reached), now, "Too many requests; try again later.")


def account_key(name: str) -> str:
    """Key of an account, known or not, by its name or e-mail address."""
    return f"account {name.strip().lower()}"[:260]


def address_key(address: str) -> str:
    """Key of a network address, which `limiting_key` made."""
    return f"address {address}"
