"""Open sessions are listed to their user, and ended by the user or an admin."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.infra import clock
from tests.factories.auth import PASSWORD, SessionFactory, UserFactory
from tests.support import Caller

LOGIN, SESSIONS, ME = "/api/auth/login", "/api/auth/sessions", "/api/auth/me"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def start() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def made(database: None) -> Any:
    return UserFactory()


def log_in(anonymous: Caller, made: Any, program: str = "tests") -> Caller:
    agent = anonymous.with_headers(User_Agent=program)
    tokens = agent.post(LOGIN, {"username": made.username, "password": PASSWORD}, 200)
    return anonymous.with_headers(Authorization=f"Bearer {tokens['access_token']}")


def listed(caller: Caller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get(SESSIONS)["data"]
    return found


def test_a_session_is_shown_with_when_where_and_by_which_program(anonymous: Caller, made: Any, start: datetime) -> None:
    SessionFactory(user_id=UserFactory().id, created_at=start)
    SessionFactory(user_id=made.id, created_at=start, ended_at=start + MINUTE)
    SessionFactory(user_id=made.id, created_at=start - timedelta(days=366))
    with clock.frozen(start):
        first = log_in(anonymous, made, "Mozilla/5.0 (X11)")
    with clock.frozen(start + MINUTE):
        second = log_in(anonymous, made, "curl\x7f/8" + "x" * 400)
    newer, older = listed(first)
    shown = {"address": "127.0.0.1", "user_agent": "Mozilla/5.0 (X11)", "current": True}
    assert older.items() >= shown.items()
    assert set(older) == {*shown, "id", "created_at", "last_used_at"}
    assert datetime.fromisoformat(older["created_at"]) == start
    assert (newer["current"], newer["user_agent"]) == (False, ("curl/8" + "x" * 400)[:300])
    assert [one["current"] for one in listed(second)] == [True, False]


def test_one_of_ones_own_sessions_is_ended_and_its_tokens_with_it(anonymous: Caller, made: Any) -> None:
    mine, other = log_in(anonymous, made), log_in(anonymous, made)
    [ended] = [one["id"] for one in listed(mine) if not one["current"]]
    assert mine.delete(f"{SESSIONS}/{ended}") == {"message": "Session ended"}
    assert other.get(ME, 401)["code"] == "session_over"
    assert [one["current"] for one in listed(mine)] == [True]
    mine.delete(f"{SESSIONS}/{ended}", expect=404)


@pytest.mark.parametrize("wrong", ["1", "none", "%00", "6f1b1d5e-8c0a-4d3f-9a51-2f0f6a6d9c3b", "a" * 300])
def test_a_session_that_is_none_is_404(anonymous: Caller, made: Any, wrong: str) -> None:
    log_in(anonymous, made).delete(f"{SESSIONS}/{wrong}", expect=404)


def test_nobody_ends_the_session_of_somebody_else_by_its_id(anonymous: Caller, admin: Caller, made: Any) -> None:
    mine = log_in(anonymous, made)
    admin.delete(f"{SESSIONS}/{listed(mine)[0]['id']}", expect=404)
    mine.get(ME)


def test_an_admin_ends_all_sessions_of_a_user_and_nobody_elses(anonymous: Caller, admin: Caller, made: Any) -> None:
    callers, other = [log_in(anonymous, made) for _ in range(2)], log_in(anonymous, UserFactory())
    assert admin.delete(f"/api/users/{made.id}/sessions") == {"message": "Sessions ended"}
    for caller in callers:
        caller.get(ME, 401)
    other.get(ME)
    other.delete(f"/api/users/{made.id}/sessions", expect=403)
    admin.delete("/api/users/987654321/sessions", expect=404)
