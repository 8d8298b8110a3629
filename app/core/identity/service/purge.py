"""Deletion of expired rows."""

from datetime import timedelta

from app.core.identity.repository import (
    ApiTokenRepository,
    ChallengeRepository,
    CodeAttemptRepository,
    LoginAttemptRepository,
    MailedTokenRepository,
    RequestCountRepository,
    SessionRepository,
    SsoNonceRepository,
)
from app.infra import idempotency
from app.infra.context import Context

KEEP_ENDED_SESSIONS = timedelta(days=30)
KEEP_ATTEMPTS = timedelta(days=1)


def purge_expired(context: Context) -> dict[str, int]:
    """Delete what ended long ago (sessions, API tokens), old attempts and unfinished logins, and old keys."""
    session, now = context.session, context.clock.now()
    return {
        "sessions": SessionRepository(session).purge(now - KEEP_ENDED_SESSIONS),
        "login_attempts": LoginAttemptRepository(session).purge(now - KEEP_ATTEMPTS),
        "login_challenges": ChallengeRepository(session).purge(now),
        "api_tokens": ApiTokenRepository(session).purge(now - KEEP_ENDED_SESSIONS),
        "code_attempts": CodeAttemptRepository(session).purge(now - KEEP_ATTEMPTS),
        "mailed_tokens": MailedTokenRepository(session).purge(now - KEEP_ATTEMPTS),
        "request_counts": RequestCountRepository.purge(session, now - KEEP_ATTEMPTS),
        "sso_nonces": SsoNonceRepository(session).purge(now),
        "idempotency_keys": idempotency.purge(session, now),
    }
