"""Repository of accounts that are, or were, erased."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.core.identity.models import Erasure, ErasureRecord, User
from app.infra.db import require_writable
from app.infra.queries.repository import Repository

_CHECK_NOW = text("SET CONSTRAINTS ALL IMMEDIATE")
_CHECK_LATER = text("SET CONSTRAINTS ALL DEFERRED")


class AccountKey(NamedTuple):
    """An account: its id, and the time of its creation in microseconds, for ids may be given anew after a restore."""

    id: int
    created: int


class ErasureRepository(Repository[Erasure, ErasureRecord]):
    """Accounts that are, or were, erased."""

    model = Erasure
    record = ErasureRecord

    def due(self, day: date) -> list[int]:
        """Ids of the accounts to erase by a day."""
        found = select(User.id).where(User.erase_on.is_not(None), User.erase_on <= day).order_by(User.id)
        return list(self.session.scalars(found))

    def accounts(self) -> list[AccountKey]:
        """All accounts there are."""
        found = self.session.execute(select(User.id, User.created_at).order_by(User.id))
        return [AccountKey(user_id, int(created.timestamp() * 1_000_000)) for user_id, created in found]

    def hashes(self) -> list[str]:
        """Keyed hashes of the accounts that were erased."""
        return list(self.session.scalars(select(Erasure.user_hmac).order_by(Erasure.id)))

    def put(self, user_hmac: str, day: date, counts: Mapping[str, int]) -> None:
        """Record an erased account; one that is erased again after a restore keeps its row."""
        require_writable(self.session)
        new = insert(Erasure).values(user_hmac=user_hmac, day=day, counts=dict(counts))
        self.session.execute(new.on_conflict_do_nothing(constraint="uq_erasures_user_hmac"))

    def forget_refused_names(self, names: Sequence[str]) -> int:
        """Take names that logins tried out of all refused ones, which stay; returns of how many."""
        return int(self.session.scalar(select(func.forget_refused_names(list(names)))) or 0)

    def check(self) -> None:
        """Check deferred constraints now: else one account would fail all that are erased with it."""
        self.session.flush()
        self.session.execute(_CHECK_NOW)
        self.session.execute(_CHECK_LATER)
