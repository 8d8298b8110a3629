"""Repository of the refresh tokens of a session."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.core.identity.models import RefreshToken, RefreshUse
from app.core.identity.repository.windows import nth_latest

WINDOW = timedelta(minutes=1)
"""Time within which the uses of a session are counted."""


class RotationRepository:
    """The refresh tokens of one session, which the caller has locked."""

    def __init__(self, session: Session, session_id: int) -> None:
        self.session = session
        self.session_id = session_id
        self._own = RefreshToken.session_id == session_id

    def newest_generation(self) -> int:
        """Generation of the newest token; 0 is that of the login."""
        return self.session.scalar(select(func.max(RefreshToken.generation)).where(self._own)) or 0

    def find(self, generation: int) -> RefreshToken | None:
        """The token of this generation, or None if it has no row any more."""
        return self.session.scalar(select(RefreshToken).where(self._own, RefreshToken.generation == generation))

    def add(self, generation: int, sealed: str) -> None:
        """Store a new token."""
        self.session.add(RefreshToken(session_id=self.session_id, generation=generation, token=sealed))
        self.session.flush()

    def mark_used(self, generation: int, now: datetime) -> None:
        """Store the first use of a token; later ones change nothing."""
        unused = (self._own, RefreshToken.generation == generation, RefreshToken.first_used_at.is_(None))
        self.session.execute(update(RefreshToken).where(*unused).values(first_used_at=now))

    def delete_used_before(self, before: datetime) -> None:
        """Delete tokens that were first used before this time: those they replaced are dead."""
        self.session.execute(delete(RefreshToken).where(self._own, RefreshToken.first_used_at < before))

    def limited_until(self, most: int, now: datetime) -> datetime | None:
        """When the session may be refreshed again if it was so many times within a minute; else None."""
        recent = (RefreshUse.session_id == self.session_id, RefreshUse.used_at > now - WINDOW)
        last = self.session.scalar(nth_latest(RefreshUse.used_at, most, *recent))
        return None if last is None else last + WINDOW

    def count_use(self, now: datetime) -> None:
        """Count a use; those of earlier minutes are not kept."""
        old = (RefreshUse.session_id == self.session_id, RefreshUse.used_at <= now - WINDOW)
        self.session.execute(delete(RefreshUse).where(*old))
        self.session.add(RefreshUse(session_id=self.session_id, used_at=now))
        self.session.flush()
