"""Repository of the programs with which users have signed in."""

from datetime import datetime

from sqlalchemy import exists
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from app.core.identity.models import UserAgent


class UserAgentRepository:
    """Programs of users."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, user_id: int, family: str, now: datetime) -> bool:
        """Store a family; returns whether it is new, and not the user's first."""
        earlier = aliased(UserAgent)
        # RETURNING sees the rows of before the statement.
        has_others = exists().where(earlier.user_id == user_id)
        new = insert(UserAgent).values(user_id=user_id, family=family, first_seen_at=now)
        return bool(self.session.scalar(new.on_conflict_do_nothing().returning(has_others)))
