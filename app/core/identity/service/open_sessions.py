"""Open sessions, to look at and to end."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.core.identity.models import UserSessionRecord
from app.core.identity.repository import SessionFilter, SessionRepository, UserRepository
from app.infra.context import Context
from app.kernel.errors import NotFound
from app.kernel.identity import Identity
from app.kernel.paging import Page, PageRequest, Sort

LAST_USED_FIRST = (Sort("last_used_at", descending=True),)


class OpenSession(NamedTuple):
    """A session as its user sees it."""

    id: str
    created_at: datetime
    last_used_at: datetime
    address: str
    user_agent: str
    current: bool


class OpenSessionService:
    """Lists and ends open sessions."""

    def __init__(self, context: Context) -> None:
        self.clock = context.clock
        self.users = UserRepository(context.session)
        self.sessions = SessionRepository(context.session)

    def page(self, identity: Identity, request: PageRequest) -> Page[OpenSession]:
        """One page of the caller's own sessions."""
        sorted_request = request if request.sort else replace(request, sort=LAST_USED_FIRST)
        page = self.sessions.page(SessionFilter(identity.user_id, self.clock.now()), sorted_request)
        return Page(_shown(page.items, identity.sid), page.total, request)

    def end(self, identity: Identity, session_id: str) -> None:
        """End one of the caller's own sessions."""
        now = self.clock.now()
        found = self.sessions.find_open(_uuid(session_id), identity.user_id, now)
        if found is None:
            raise _unknown(session_id)
        session = self.sessions.get_for_update(found)
        self.sessions.end(session.sid, now)

    def end_all(self, user_id: int) -> None:
        """End all sessions of a user."""
        self.users.get_for_update(user_id)
        self.sessions.end_all_of(user_id, self.clock.now())


def _shown(sessions: Iterable[UserSessionRecord], current: UUID | None) -> Iterable[OpenSession]:
    return (
        OpenSession(str(one.sid), one.created_at, one.last_used_at, one.address, one.user_agent, one.sid == current)
        for one in sessions
    )


def _uuid(session_id: str) -> UUID:
    try:
        return UUID(session_id)
    except ValueError:
        raise _unknown(session_id) from None


def _unknown(session_id: str) -> NotFound:
    return NotFound(f"Session {session_id} does not exist.")
