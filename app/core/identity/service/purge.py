"""Deletion of expired rows."""

from datetime import timedelta

from app.core.identity.repository import LoginAttemptRepository, SessionRepository
from app.infra import idempotency
from app.infra.context import Context

KEEP_ENDED_SESSIONS = timedelta(days=30)
KEEP_ATTEMPTS = timedelta(days=1)


def purge_expired(context: Context) -> dict[str, int]:
    """Delete sessions that ended long ago, old login attempts, and keys older than a day."""
    session, now = context.session, context.clock.now()
    return {
        "sessions": SessionRepository(session).purge(now - KEEP_ENDED_SESSIONS),
        "login_attempts": LoginAttemptRepository(session).purge(now - KEEP_ATTEMPTS),
        "idempotency_keys": idempotency.purge(session, now),
    }
