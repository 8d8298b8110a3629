"""Repository of API tokens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.identity.models import ApiToken, ApiTokenRecord, ApiTokenUse
from app.infra.queries.repository import Filter, Repository, equal

TOKEN_USE_KEPT = timedelta(minutes=1)
"""Time within which the last use of a token is not updated again."""


@dataclass(frozen=True, slots=True)
class ApiTokenFilter(Filter):
    """Criteria of API tokens."""

    user_id: int

    def conditions(self) -> list[ColumnElement[bool]]:
        return equal((ApiToken.user_id, self.user_id))


class ApiTokenRepository(Repository[ApiToken, ApiTokenRecord]):
    """API tokens."""

    model = ApiToken
    record = ApiTokenRecord

    def owner(self, token_id: int) -> int | None:
        """Id of the user whose token it is, or None."""
        return self.session.scalar(select(ApiToken.user_id).where(ApiToken.id == token_id))

    def last_uses(self, token_ids: Iterable[int]) -> dict[int, datetime]:
        """Last uses of those tokens that were used, by their ids."""
        found = select(ApiTokenUse.token_id, ApiTokenUse.last_used_at).where(ApiTokenUse.token_id.in_(list(token_ids)))
        return {row.token_id: row.last_used_at for row in self.session.execute(found)}

    def touch(self, token_id: int, now: datetime) -> None:
        """Record the use of a token, to the minute; who finds another recording it leaves it to that one."""
        stale = select(ApiTokenUse.id).where(
            ApiTokenUse.token_id == token_id, ApiTokenUse.last_used_at <= now - TOKEN_USE_KEPT
        )
        free = stale.with_for_update(skip_locked=True).scalar_subquery()
        self.session.execute(update(ApiTokenUse).where(ApiTokenUse.id == free).values(last_used_at=now))

    def begin_uses(self, token_id: int, now: datetime) -> None:
        """Record the first use of a token."""
        self.session.execute(insert(ApiTokenUse).values(token_id=token_id, last_used_at=now).on_conflict_do_nothing())

    def end_all_of(self, user_id: int) -> None:
        """End all tokens of a user."""
        self.session.execute(delete(ApiToken).where(ApiToken.user_id == user_id))

    def purge(self, before: datetime) -> int:
        """Delete tokens that expired before this time."""
        return self.delete_where(ApiToken.expires_at < before)
