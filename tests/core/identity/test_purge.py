"""The job purge-expired deletes expired rows, and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.identity.models import (
    ApiToken,
    CodeAttempt,
    LoginAttempt,
    LoginChallenge,
    MailedToken,
    RequestCount,
    SsoNonce,
    User,
    UserSession,
)
from app.core.identity.rules import Purpose
from app.infra import clock
from app.infra.db import Base, db
from app.infra.idempotency import IdempotencyKey
from app.infra.scheduler import run_job
from tests.factories.auth import UserFactory

NOW = datetime(2026, 3, 31, 8, 40, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def session(created: timedelta, lives: timedelta, ended: timedelta | None = None) -> Callable[[int], Base]:
    """Create a session with this age, lifetime and time since its end."""
    return lambda user_id: UserSession(
        user_id=user_id,
        address="192.0.2.1",
        created_at=NOW - created,
        expires_at=NOW - created + lives,
        ended_at=None if ended is None else NOW - ended,
        last_used_at=NOW - created,
    )


def attempt(ago: timedelta) -> Callable[[int], Base]:
    return lambda _user_id: LoginAttempt(
        account="somebody", address="192.0.2.1", succeeded=False, attempted_at=NOW - ago
    )


def challenge(ago: timedelta) -> Callable[[int], Base]:
    return lambda user_id: LoginChallenge(user_id=user_id, token_hash=str(ago), expires_at=NOW - ago)


def code(ago: timedelta) -> Callable[[int], Base]:
    return lambda user_id: CodeAttempt(user_id=user_id, address="192.0.2.1", attempted_at=NOW - ago)


def token(ago: timedelta) -> Callable[[int], Base]:
    return lambda user_id: ApiToken(
        user_id=user_id, name="old", permissions=["clients:read"], token_hash=str(ago), expires_at=NOW - ago
    )


def mailed(ago: timedelta) -> Callable[[int], Base]:
    return lambda user_id: MailedToken(
        purpose=Purpose.RESET,
        user_id=user_id,
        email="ana@brisa.example",
        token_hash=str(ago),
        token="sealed",
        created_at=NOW - ago - DAY,
        expires_at=NOW - ago,
    )


def count(ago: timedelta) -> Callable[[int], Base]:
    return lambda _user_id: RequestCount(kind="register", key="address 192.0.2.1", counted_at=NOW - ago)


def nonce(ago: timedelta) -> Callable[[int], Base]:
    return lambda _user_id: SsoNonce(nonce_hash=str(ago), expires_at=NOW - ago)


def key(ago: timedelta) -> Callable[[int], Base]:
    return lambda user_id: IdempotencyKey(
        user_id=user_id, method="POST", path="/api/clients", key=str(ago), fingerprint=b"x", created_at=NOW - ago
    )


def purge(app: Flask) -> Any:
    [job] = [job for job in app.extensions["scheduler"].jobs if job.name == "purge-expired"]
    with clock.frozen(NOW), app.app_context():
        return run_job(job, slot=NOW)


@pytest.mark.parametrize(
    ("make", "counted", "goes"),
    [
        (session(DAY, 30 * DAY), "sessions", False),
        (session(60 * DAY, 30 * DAY + SECOND), "sessions", False),
        (session(60 * DAY, 30 * DAY), "sessions", False),
        (session(60 * DAY, 30 * DAY - SECOND), "sessions", True),
        (session(40 * DAY, 60 * DAY, ended=30 * DAY - SECOND), "sessions", False),
        (session(40 * DAY, 60 * DAY, ended=30 * DAY), "sessions", False),
        (session(40 * DAY, 60 * DAY, ended=30 * DAY + SECOND), "sessions", True),
        (attempt(timedelta(0)), "login_attempts", False),
        (attempt(DAY - SECOND), "login_attempts", False),
        (attempt(DAY), "login_attempts", False),
        (attempt(DAY + SECOND), "login_attempts", True),
        (challenge(timedelta(0)), "login_challenges", False),
        (challenge(SECOND), "login_challenges", True),
        (code(DAY), "code_attempts", False),
        (code(DAY + SECOND), "code_attempts", True),
        (token(30 * DAY), "api_tokens", False),
        (token(30 * DAY + SECOND), "api_tokens", True),
        (mailed(DAY), "mailed_tokens", False),
        (mailed(DAY + SECOND), "mailed_tokens", True),
        (count(DAY), "request_counts", False),
        (count(DAY + SECOND), "request_counts", True),
        (nonce(timedelta(0)), "sso_nonces", False),
        (nonce(SECOND), "sso_nonces", True),
        (key(DAY - SECOND), "idempotency_keys", False),
        (key(DAY + SECOND), "idempotency_keys", True),
    ],
)
def test_only_what_is_of_no_more_use_goes(
    app: Flask, database: None, make: Callable[[int], Base], counted: str, goes: bool
) -> None:
    user_id = UserFactory().id
    with app.app_context():
        row = make(user_id)
        model = type(row)
        db.session.add(row)
        db.session.commit()
    found = purge(app)
    assert {kind: number for kind, number in found.items() if number} == ({counted: 1} if goes else {})
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(model)) == 1 - int(goes)
        assert db.session.scalar(select(func.count()).select_from(User)) == 1
