"""Rotation of refresh tokens: each use answers the next one, and a dead one that comes again ends the session."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.core.identity.models import RefreshToken, UserSession
from app.core.identity.repository import RotationRepository, SessionRepository
from app.core.identity.rules import REFRESH_GRACE, is_reused
from app.infra import logs
from app.infra.audit_events import record_event
from app.infra.context import Context
from app.infra.db import act_as, release_connection, separate_transaction
from app.kernel.errors import TooManyAttempts, Unauthenticated
from app.kernel.identity import Identity

MOST_REFRESHES = 30
"""Maximum number of refreshes of a session within a minute."""

Issue = Callable[[int, datetime], str]
"""Makes the refresh token of a generation that expires at this time."""


class _Presented(NamedTuple):
    """A refresh token that was sent: its session and generation, and the one that replaced it, if there is one."""

    session: UserSession
    generation: int
    successor: RefreshToken | None
    is_newest: bool


class RotationService:
    """Replaces refresh tokens."""

    def __init__(self, context: Context) -> None:
        self.session = context.session
        self.clock = context.clock
        self.sealer = context.sealer

    def refresh(self, identity: Identity, generation: int, issue: Issue) -> str:
        """The refresh token that replaces the given generation; a dead one ends the session.

        The transaction is its own, so that the end of the session is kept although the request is refused.
        """
        release_connection(self.session)
        with separate_transaction() as session:
            act_as(
                session,
                user_id=identity.user_id,
                session_id=identity.session_id,
                request_id=logs.request_id.get(),
            )
            answered = self._answer(session, identity, generation, issue)
        if answered is None:
            raise Unauthenticated("This refresh token was replaced; the session has ended.", code="refresh_reused")
        return answered

    def _answer(self, session: Session, identity: Identity, generation: int, issue: Issue) -> str | None:
        """The next refresh token; None if the given one is dead, and the session now ended."""
        now, sessions = self.clock.now(), SessionRepository(session)
        locked = sessions.get_active_for_update(identity.sid, now)
        if locked is None:
            raise Unauthenticated("The session is over; log in again.", code="session_over")
        tokens = RotationRepository(session, locked.id)
        newest = tokens.newest_generation()
        presented = _Presented(locked, generation, tokens.find(generation + 1), generation >= newest)
        used_at = presented.successor.first_used_at if presented.successor else None
        if not presented.is_newest and (presented.successor is None or is_reused(used_at, now)):
            sessions.end(identity.sid, now)
            record_event(session, "refresh_reused", "sessions", locked.id)
            return None
        self._count(tokens, now)
        sessions.touch(identity.sid, now)
        return self._next_token(tokens, presented, issue, now)

    def _count(self, tokens: RotationRepository, now: datetime) -> None:
        """Count the refresh, or raise TooManyAttempts."""
        until = tokens.limited_until(MOST_REFRESHES, now)
        if until is not None:
            raise TooManyAttempts.until(until, now, "Too many refreshes of this session; try again later.")
        tokens.count_use(now)

    def _next_token(self, tokens: RotationRepository, presented: _Presented, issue: Issue, now: datetime) -> str:
        """The successor of the presented token, made at its first use."""
        if presented.successor is not None:
            return self.sealer.unseal(presented.successor.token)
        token = issue(presented.generation + 1, presented.session.expires_at)
        tokens.mark_used(presented.generation, now)
        tokens.delete_used_before(now - REFRESH_GRACE)
        tokens.add(presented.generation + 1, self.sealer.seal(token))
        return token
