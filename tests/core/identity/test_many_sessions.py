"""A user has at most fifty sessions, but none in use is ended by that limit."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.identity.models import UserSession
from app.core.identity.service.sessions import MOST_SESSIONS
from app.infra import clock
from app.infra.db import db
from tests.factories.auth import PASSWORD, UserFactory
from tests.support import Caller

LOGIN = "/api/auth/login"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
UNUSED = 31 * MINUTE
"""Longer than the 15 minutes of an access token and 15 more."""


@pytest.fixture
def made(anonymous: Caller) -> Any:
    return UserFactory()


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def store(app: Flask, user_id: int, *ages: timedelta) -> None:
    """Create sessions of the user, last used that long ago."""
    with app.app_context():
        for age in ages:
            used = NOON - age
            values = {"created_at": used, "last_used_at": used, "expires_at": used + timedelta(days=30)}
            db.session.add(UserSession(user_id=user_id, address=f"{age}", **values))
        db.session.commit()


def log_in(anonymous: Caller, made: Any) -> Any:
    return anonymous.post(LOGIN, {"username": made.username, "password": PASSWORD}, 200)


def living(app: Flask, user_id: int) -> list[timedelta]:
    """Times since the last use of the active sessions, latest first."""
    alive = select(UserSession.last_used_at).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
    with app.app_context():
        return sorted(NOON - used for used in db.session.scalars(alive))


def test_the_longest_unused_end(app: Flask, anonymous: Caller, noon: None, made: Any) -> None:
    store(app, made.id, *(UNUSED + number * MINUTE for number in range(60)))
    log_in(anonymous, made)
    kept = [timedelta(0), *(UNUSED + number * MINUTE for number in range(MOST_SESSIONS - 1))]
    assert (MOST_SESSIONS, living(app, made.id)) == (50, kept)


def test_fifty_are_not_too_many(app: Flask, anonymous: Caller, noon: None, made: Any) -> None:
    store(app, made.id, *[UNUSED] * 49)
    log_in(anonymous, made)
    assert len(living(app, made.id)) == 50


def test_none_that_was_used_lately_ends_and_no_login_is_refused(
    app: Flask, anonymous: Caller, noon: None, made: Any
) -> None:
    store(app, made.id, *[30 * MINUTE] * 52, *[UNUSED] * 3)
    log_in(anonymous, made)
    assert living(app, made.id) == [timedelta(0), *[30 * MINUTE] * 52]


def test_ended_and_expired_ones_and_those_of_others_are_not_counted(
    app: Flask, anonymous: Caller, noon: None, made: Any
) -> None:
    other = UserFactory()
    store(app, other.id, *[UNUSED] * 55)
    store(app, made.id, *[timedelta(days=30)] * 20)  # which is how long they live
    store(app, made.id, *[UNUSED] * 49)
    log_in(anonymous, made)
    assert len(living(app, made.id)) == 20 + 50
    assert len(living(app, other.id)) == 55


def used(app: Flask) -> list[datetime]:
    with app.app_context():
        return list(db.session.scalars(select(UserSession.last_used_at)))


def test_a_refresh_is_a_use_to_the_minute_and_a_read_is_none(app: Flask, anonymous: Caller, made: Any) -> None:
    started = datetime.now(UTC)
    with clock.frozen(started):
        tokens = log_in(anonymous, made)
    bearer = {kind: {"Authorization": f"Bearer {tokens[f'{kind}_token']}"} for kind in ("access", "refresh")}
    with clock.frozen(started + 10 * MINUTE):
        anonymous.with_headers(**bearer["access"]).get("/api/auth/me")
    assert used(app) == [started]
    for after, expected in ((MINUTE / 2, started), (10 * MINUTE, started + 10 * MINUTE)):
        with clock.frozen(started + after):
            anonymous.with_headers(**bearer["refresh"]).post("/api/auth/refresh", expect=200)
        assert used(app) == [expected]


def test_a_session_in_use_survives_a_crowd_of_newer_ones(app: Flask, anonymous: Caller, made: Any) -> None:
    started = datetime.now(UTC)
    with clock.frozen(started):
        tokens = log_in(anonymous, made)
    refresh = anonymous.with_headers(Authorization=f"Bearer {tokens['refresh_token']}")
    with clock.frozen(started + 60 * MINUTE):
        refresh.post("/api/auth/refresh", expect=200)
    with clock.frozen(started + 85 * MINUTE):
        for _ in range(60):
            log_in(anonymous, made)
        refresh.post("/api/auth/refresh", expect=200)
