"""Repositories of tokens that are sent by mail, and of counted requests."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.core.identity.models import MailedToken, MailedTokenRecord, RequestCount
from app.core.identity.repository.windows import nth_latest
from app.core.identity.rules import Purpose
from app.infra.queries.records import columns_of, reader

_COLUMNS = columns_of(MailedTokenRecord, MailedToken.__table__)


class MailedTokenRepository:
    """Tokens in mails."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def put(self, values: dict[str, object]) -> int:
        """Store a token in place of an older one for the same purpose and user, or address; returns its id."""
        new = {**values, "used_at": None}
        statement = postgresql.insert(MailedToken).values(new)
        is_invitation = values["user_id"] is None
        replacing = statement.on_conflict_do_update(
            index_elements=[func.lower(MailedToken.email)] if is_invitation else ["user_id", "purpose"],
            index_where=MailedToken.user_id.is_(None) if is_invitation else MailedToken.user_id.is_not(None),
            set_=new,
        )
        row_id: int = self.session.execute(replacing.returning(MailedToken.id)).scalar_one()
        return row_id

    def find(self, token_id: int) -> MailedTokenRecord | None:
        """The token with this id, or None."""
        found = select(*_COLUMNS).where(MailedToken.id == token_id)
        return _first(self.session.execute(found).all())

    def find_valid(self, purpose: Purpose, token_hash: str, now: datetime) -> MailedTokenRecord | None:
        """The token, unless it was used, is too old, or is for another purpose."""
        found = select(*_COLUMNS).where(*_valid(purpose, token_hash, now))
        return _first(self.session.execute(found).all())

    def use(self, purpose: Purpose, token_hash: str, now: datetime) -> MailedTokenRecord | None:
        """Mark a valid token as used, and return it; of several callers at once one gets it."""
        used = update(MailedToken).where(*_valid(purpose, token_hash, now)).values(used_at=now)
        return _first(self.session.execute(used.returning(*_COLUMNS)).all())

    def purge(self, before: datetime) -> int:
        """Delete tokens that expired before this time; returns their number."""
        gone = delete(MailedToken).where(MailedToken.expires_at < before).returning(MailedToken.id)
        return len(self.session.scalars(gone).all())


def _first(rows: Sequence[Sequence[object]]) -> MailedTokenRecord | None:
    found = reader(MailedTokenRecord)(rows)
    return found[0] if found else None


def _valid(purpose: Purpose, token_hash: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        MailedToken.token_hash == token_hash,
        MailedToken.purpose == purpose,
        MailedToken.used_at.is_(None),
        MailedToken.expires_at > now,
    )


class RequestCountRepository:
    """Counted requests of one kind."""

    def __init__(self, session: Session, kind: str) -> None:
        self.session = session
        self.kind = kind

    def add(self, keys: Iterable[str], now: datetime) -> set[int]:
        """Count a request under these keys; returns the ids of the counts."""
        rows = [{"kind": self.kind, "key": key, "counted_at": now} for key in keys]
        return set(self.session.scalars(insert(RequestCount).returning(RequestCount.id), rows))

    def reached_until(
        self, key: str, most: int, window: timedelta, now: datetime, besides: Collection[int] = ()
    ) -> datetime | None:
        """When a limit that is reached no longer is; None if it is not. The counts `besides` are not counted."""
        within = (
            RequestCount.kind == self.kind,
            RequestCount.key == key,
            RequestCount.counted_at > now - window,
            RequestCount.id.not_in(besides),
        )
        found = self.session.scalar(nth_latest(RequestCount.counted_at, most, *within))
        return None if found is None else found + window

    @staticmethod
    def purge(session: Session, before: datetime) -> int:
        """Delete counts of any kind from before this time; returns their number."""
        gone = delete(RequestCount).where(RequestCount.counted_at < before).returning(RequestCount.id)
        return len(session.scalars(gone).all())
