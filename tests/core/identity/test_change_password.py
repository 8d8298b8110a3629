"""Changing one's own password."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from app.infra import clock
from tests.factories.auth import PASSWORD, UserFactory
from tests.support import Caller

CHANGE = "/api/auth/change-password"
LOGIN = "/api/auth/login"
NEW = "a new and better one"


def sign_in(anonymous: Caller, made: Any, password: str = PASSWORD) -> Caller:
    tokens = anonymous.post(LOGIN, {"username": made.username, "password": password}, 200)
    return anonymous.with_headers(Authorization=f"Bearer {tokens['access_token']}")


@pytest.fixture
def made(anonymous: Caller) -> Any:
    return UserFactory(username="ana.maria.gomez", email="ana.gomez@example.com")


@pytest.fixture
def ana(anonymous: Caller, made: Any) -> Caller:
    return sign_in(anonymous, made)


def body(new: str = NEW, current: str = PASSWORD) -> dict[str, str]:
    return {"current_password": current, "new_password": new}


@pytest.mark.parametrize("new", [NEW, "x" * 71 + "y", "ñ" * 35 + "xy", "1234567xyz", "  spaces count  "])
def test_the_new_password_logs_in_and_the_old_one_does_not(anonymous: Caller, ana: Caller, made: Any, new: str) -> None:
    assert ana.post(CHANGE, body(new), 200) == {"message": "Password changed"}
    anonymous.post(LOGIN, {"username": made.username, "password": PASSWORD}, 401)
    anonymous.post(LOGIN, {"username": made.username, "password": new}, 200)


def test_all_sessions_of_the_user_end_and_no_others(anonymous: Caller, ana: Caller, made: Any) -> None:
    second, other = sign_in(anonymous, made), sign_in(anonymous, UserFactory())
    ana.post(CHANGE, body(), 200)
    for ended in (ana, second):
        assert ended.get("/api/auth/me", 401)["code"] == "session_over"
    other.get("/api/auth/me")


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("ninebytes", "at least 10 bytes"),
        ("ñandú1", "at least 10 bytes"),
        ("x" * 72 + "y", "at most 72 bytes"),
        ("ñ" * 36 + "x", "at most 72 bytes"),
        ("😀" * 19, "at most 72 bytes"),
        ("ana.maria.gomez", "user name"),
        ("ANA.Maria.Gomez", "user name"),
        ("ana.gomez@example.com", "user name"),
        ("1234567890", "common"),
        ("Password123", "common"),
        ("aaaaaaaaaaaa", "common"),
        (PASSWORD, "differ"),
        (" " * 12, "blank"),
        ("nul\x00in the middle", "stored"),
    ],
)
def test_a_bad_new_password_is_refused_and_changes_nothing(ana: Caller, new: str, why: str) -> None:
    problem = ana.post(CHANGE, body(new), 400)
    assert why in problem["errors"]["new_password"][0]
    ana.get("/api/auth/me")


def test_a_wrong_current_password_is_named_and_changes_nothing(ana: Caller) -> None:
    assert list(ana.post(CHANGE, body(current="not the one"), 400)["errors"]) == ["current_password"]
    ana.get("/api/auth/me")


@pytest.fixture
def standing_clock() -> Iterator[None]:
    with clock.frozen(datetime.now(UTC)):
        yield


def test_failed_logins_count_against_it_too(standing_clock: None, anonymous: Caller, ana: Caller, made: Any) -> None:
    for _ in range(5):
        anonymous.post(LOGIN, {"username": made.email, "password": "wrong"}, 401)
    ana.post(CHANGE, body(), 429)


@pytest.mark.parametrize("role", ["admin", "user", "viewer"])
def test_everybody_may_change_their_own(app: Flask, anonymous: Caller, role: str) -> None:
    sign_in(anonymous, UserFactory(role=role)).post(CHANGE, body(), 200)
