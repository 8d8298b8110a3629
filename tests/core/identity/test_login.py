"""Logins by name or e-mail, which reveal nothing about accounts."""

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import bcrypt
import pytest
from flask import Flask

from app.core.identity.models import User
from app.infra.db import db
from app.infra.passwords import PasswordHasher, cost_of
from tests.factories.auth import PASSWORD, UserFactory, hashed
from tests.support import Caller

LOGIN = "/api/auth/login"


def try_login(caller: Caller, name: str, password: str, **options: Any) -> Any:
    return caller.send("POST", LOGIN, json={"username": name, "password": password}, **options)


@pytest.mark.parametrize(
    "typed", ["Ñandú.Gómez", "ñandú.gómez", "ÑANDÚ.GÓMEZ", "Gomez@Example.com", "  gomez@EXAMPLE.COM "]
)
def test_a_login_takes_name_or_email_in_any_case(anonymous: Caller, typed: str) -> None:
    made = UserFactory(username="Ñandú.Gómez", email="Gomez@example.com")
    answer = anonymous.post(LOGIN, {"username": typed, "password": PASSWORD}, 200)
    assert answer["user"]["id"] == made.id
    assert set(answer) == {"access_token", "refresh_token", "device_token", "user", "financial_summary"}


@pytest.mark.parametrize("name", ["İstanbul", "straße", "ΣΊΣΥΦΟΣ", "ǅ"])
def test_a_name_whose_case_is_a_matter_of_taste_logs_in_as_it_was_given(anonymous: Caller, name: str) -> None:
    UserFactory(username=name, email="taste@example.com")
    anonymous.post(LOGIN, {"username": name, "password": PASSWORD}, 200)


def test_wrong_user_wrong_password_and_deactivated_look_the_same(anonymous: Caller) -> None:
    active, gone = UserFactory(), UserFactory(is_active=False)
    tries = ((active.username, "wrong password"), ("nobody", PASSWORD), (gone.username, PASSWORD))
    answers = [try_login(anonymous, name, password) for name, password in tries]
    bodies = [{**answer.get_json(), "request_id": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["code"] == "invalid_credentials"
    assert [set(answer.headers.keys()) for answer in answers[1:]] == [set(answers[0].headers.keys())] * 2


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """CPU times of hashing threads."""
    taken: list[float] = []

    def timed(work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: bytes) -> Any:
            started = time.thread_time()
            try:
                return work(*given)
            finally:
                taken.append(time.thread_time() - started)

        return run

    for name in ("checkpw", "hashpw"):
        monkeypatch.setattr(bcrypt, name, timed(getattr(bcrypt, name)))
    return taken


@pytest.mark.parametrize("rounds", [8, 10, 6], ids=["as they were", "raised since", "lowered since"])
def test_wrong_user_wrong_password_and_deactivated_take_the_same_time(
    app: Flask, anonymous: Caller, monkeypatch: pytest.MonkeyPatch, hashing: list[float], rounds: int
) -> None:
    monkeypatch.setitem(app.extensions, "passwords", PasswordHasher(rounds))
    for limit in ("LOGIN", "ACCOUNT", "ADDRESS"):
        monkeypatch.setitem(app.config, f"{limit}_FAILURES_PER_MINUTE", 10_000)
    stored = hashed(PASSWORD, 8)
    known, gone = UserFactory(password_hash=stored), UserFactory(password_hash=stored, is_active=False)
    tries = {"known": (known.username, "wrong password"), "too long": (known.username, "x" * 73)}
    tries |= {"nobody": ("nobody", PASSWORD), "deactivated": (gone.username, PASSWORD)}
    times: dict[str, list[float]] = {name: [] for name in tries}
    for _ in range(8):
        for name in random.sample(list(tries), len(tries)):
            hashing.clear()
            started = time.thread_time()  # the work of both threads: what else the machine does is no part of it
            assert try_login(anonymous, *tries[name]).status_code == 401
            times[name].append(time.thread_time() - started + sum(hashing))
    usual = {name: statistics.quantiles(taken, n=4)[0] for name, taken in times.items()}
    assert min(usual.values()) > 0.01, "nothing was hashed"
    assert max(usual.values()) - min(usual.values()) < max(0.005, 0.25 * usual["known"]), usual


@pytest.mark.parametrize("rounds", [6, 4])
def test_a_login_makes_the_hash_anew_at_the_cost_that_is_set(
    app: Flask, anonymous: Caller, monkeypatch: pytest.MonkeyPatch, rounds: int
) -> None:
    made = UserFactory(password_hash=hashed(PASSWORD, 5))
    first = anonymous.post(LOGIN, {"username": made.username, "password": PASSWORD}, 200)
    monkeypatch.setitem(app.extensions, "passwords", PasswordHasher(rounds))
    for _ in range(2):
        anonymous.post(LOGIN, {"username": made.username, "password": PASSWORD}, 200)
    with app.app_context():
        now = db.session.get_one(User, made.id)
        assert cost_of(now.password_hash) == rounds
        assert (now.version, now.updated_at) == (made.version, made.updated_at)
    anonymous.with_headers(Authorization=f"Bearer {first['access_token']}").get("/api/auth/me")
    anonymous.post(LOGIN, {"username": made.username, "password": "wrong password"}, 401)


def test_a_wrong_password_leaves_the_hash_as_it_is(
    app: Flask, anonymous: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = UserFactory(password_hash=hashed(PASSWORD, 5))
    monkeypatch.setitem(app.extensions, "passwords", PasswordHasher(6))
    assert try_login(anonymous, made.username, "wrong password").status_code == 401
    with app.app_context():
        assert db.session.get_one(User, made.id).password_hash == made.password_hash


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, {"username", "password"}),
        ({"username": "x", "password": ""}, {"password"}),
        ({"username": "x", "password": None}, {"password"}),
        ({"username": "a\x00b", "password": "x"}, {"username"}),
        ({"username": ["x"], "password": "x"}, {"username"}),
        ({"username": "x" * 201, "password": "x"}, {"username"}),
        ({"username": "x", "password": "x" * 1001}, {"password"}),
        ({"username": "x", "password": "x", "role": "admin"}, {"role"}),
    ],
)
def test_a_login_that_is_none_is_400(anonymous: Caller, body: dict[str, Any], named: set[str]) -> None:
    assert set(anonymous.post(LOGIN, body, 400)["errors"]) == named


def test_a_long_name_of_letters_that_grow_in_lower_case_is_just_unknown(anonymous: Caller) -> None:
    assert try_login(anonymous, "İ" * 200, PASSWORD).status_code == 401


@pytest.mark.parametrize("password", ["x" * 72, "x" * 73, "ñ" * 37, "x" * 1000, "😀" * 250, "%00", "' OR 1=1 --"])
def test_a_password_of_any_length_is_wrong_and_nothing_worse(anonymous: Caller, password: str) -> None:
    made = UserFactory(password="x" * 72 if password != "x" * 72 else PASSWORD)
    assert try_login(anonymous, made.username, password).status_code == 401


def test_a_password_is_not_what_it_starts_with(anonymous: Caller) -> None:
    made = UserFactory(password="p" * 72)
    assert try_login(anonymous, made.username, "p" * 72 + "q").status_code == 401
    assert try_login(anonymous, made.username, "p" * 72).status_code == 200


def test_me_has_the_user_and_the_permissions(viewer: Caller) -> None:
    account = viewer.get("/api/auth/me")["data"]
    assert (account["role"], "clients:read" in account["permissions"]) == ("viewer", True)
    assert "clients:write" not in account["permissions"]
    assert not {name for name in account if "password" in name}


def test_a_refresh_token_gives_access_tokens_until_the_logout(anonymous: Caller) -> None:
    made = UserFactory()
    tokens = anonymous.post(LOGIN, {"username": made.username, "password": PASSWORD}, 200)
    refresh = anonymous.with_headers(Authorization=f"Bearer {tokens['refresh_token']}")
    for _ in range(2):
        renewed = refresh.post("/api/auth/refresh", expect=200)
        assert set(renewed) == {"access_token", "refresh_token"}
        anonymous.with_headers(Authorization=f"Bearer {renewed['access_token']}").get("/api/auth/me")
    access = anonymous.with_headers(Authorization=f"Bearer {renewed['access_token']}")
    assert access.post("/api/auth/logout", expect=200) == {"message": "Logout successful"}
    assert refresh.post("/api/auth/refresh", expect=401)["code"] == "session_over"
    assert access.get("/api/auth/me", 401)["code"] == "session_over"


def test_a_logout_ends_one_session_and_no_other(anonymous: Caller) -> None:
    made = UserFactory()
    sessions = [
        anonymous.with_headers(
            Authorization="Bearer "
            + anonymous.post(LOGIN, {"username": made.username, "password": PASSWORD}, 200)["access_token"]
        )
        for _ in range(2)
    ]
    sessions[0].post("/api/auth/logout", expect=200)
    sessions[0].get("/api/auth/me", 401)
    sessions[1].get("/api/auth/me")


def test_a_login_takes_the_email_in_place_of_the_name(anonymous: Caller) -> None:
    made = UserFactory(email="Lucia@Example.com")
    answer = anonymous.post(LOGIN, {"email": "lucia@example.COM", "password": PASSWORD}, 200)
    assert answer["user"]["id"] == made.id
    wrong = anonymous.post(LOGIN, {"email": "nobody@example.com", "password": PASSWORD}, 401)
    assert wrong["code"] == "invalid_credentials"


@pytest.mark.parametrize("names", [{}, {"username": "a", "email": "a@example.com"}])
def test_a_login_takes_one_of_name_and_email(anonymous: Caller, names: dict[str, str]) -> None:
    assert list(anonymous.post(LOGIN, {**names, "password": PASSWORD}, 400)["errors"]) == ["username"]
