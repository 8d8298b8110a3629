"""Removing what is of no more use."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.domains.auth.repository import LoginAttemptRepository, SessionRepository
from app.infra import idempotency

KEEP_ENDED_SESSIONS = timedelta(days=30)
KEEP_ATTEMPTS = timedelta(days=1)


def purge_expired(session: Session, now: datetime) -> dict[str, int]:
    """Remove sessions long over, old login attempts, keys past their day."""
    return {
        "sessions": SessionRepository(session).purge(now - KEEP_ENDED_SESSIONS),
        "login_attempts": LoginAttemptRepository(session).purge(now - KEEP_ATTEMPTS),
        "idempotency_keys": idempotency.purge(session, now),
    }
