"""Limits of login attempts and of failures."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.core.identity.models import LoginAttempt, UserSession
from app.infra import clock
from app.infra.db import db
from config import Config
from tests.factories.auth import PASSWORD, UserFactory
from tests.support import Caller

LOGIN = "/api/auth/login"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WRONG = "wrong password"


def status(caller: Caller, name: str, password: str = WRONG, **options: Any) -> int:
    return int(reply(caller, name, password, **options).status_code)


def reply(
    caller: Caller,
    name: str,
    password: str = WRONG,
    *,
    address: str = "192.0.2.1",
    device: str | None = None,
    **headers: str,
) -> Any:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    body = {"username": name, "password": password} | ({} if device is None else {"device_token": device})
    return caller.send("POST", LOGIN, json=body, headers=named, environ_overrides={"REMOTE_ADDR": address})


def fail(caller: Caller, name: str, times: int = 5, **options: str) -> None:
    assert [status(caller, name, **options) for _ in range(times)] == [401] * times


@pytest.mark.parametrize("known", [True, False])
def test_the_sixth_try_within_a_minute_is_refused(anonymous: Caller, known: bool) -> None:
    name = UserFactory().username if known else "nobody"
    with clock.frozen(NOON):
        fail(anonymous, name)
    with clock.frozen(NOON + timedelta(seconds=20)):
        refused = reply(anonymous, name)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "40"
    assert refused.get_json()["code"] == "too_many_tries"


def test_even_the_right_password_has_to_wait(anonymous: Caller) -> None:
    name = UserFactory().username
    fail(anonymous, name)
    assert status(anonymous, name, PASSWORD) == 429


def test_after_a_minute_it_goes_on(anonymous: Caller) -> None:
    name = UserFactory().username
    with clock.frozen(NOON):
        fail(anonymous, name)
    with clock.frozen(NOON + timedelta(seconds=59)):
        assert status(anonymous, name, PASSWORD) == 429
    with clock.frozen(NOON + timedelta(seconds=60)):
        assert status(anonymous, name, PASSWORD) == 200


def test_waiting_for_retry_after_is_enough(anonymous: Caller) -> None:
    name = UserFactory().username
    for second in range(5):
        with clock.frozen(NOON + timedelta(seconds=10 * second)):
            fail(anonymous, name, 1)
    with clock.frozen(NOON + timedelta(seconds=45)):
        wait = int(reply(anonymous, name).headers["Retry-After"])
    assert wait == 15
    with clock.frozen(NOON + timedelta(seconds=45 + wait)):
        assert status(anonymous, name, PASSWORD) == 200


def test_a_success_from_there_starts_anew(anonymous: Caller) -> None:
    name = UserFactory().username
    with clock.frozen(NOON):
        for _ in range(2):
            fail(anonymous, name, 4)
            assert status(anonymous, name, PASSWORD) == 200
        fail(anonymous, name)
        assert status(anonymous, name, PASSWORD) == 429


def test_a_success_from_elsewhere_does_not(anonymous: Caller) -> None:
    name = UserFactory().username
    fail(anonymous, name, 4)
    assert status(anonymous, name, PASSWORD, address="192.0.2.2") == 200
    fail(anonymous, name, 1)
    assert status(anonymous, name, PASSWORD) == 429


def test_a_success_of_another_account_from_there_does_not_either(anonymous: Caller) -> None:
    name, own = UserFactory().username, UserFactory().username
    fail(anonymous, name, 4)
    assert status(anonymous, own, PASSWORD) == 200
    fail(anonymous, name, 1)
    assert status(anonymous, name, PASSWORD) == 429


@pytest.mark.parametrize("limit", ["ACCOUNT", "ADDRESS"])
def test_a_success_is_none_against_the_limits_of_account_and_address(
    app: Flask, anonymous: Caller, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setitem(app.config, f"{limit}_FAILURES_PER_MINUTE", 6)
    name = UserFactory().username
    fail(anonymous, name, 3)
    assert status(anonymous, name, PASSWORD) == 200
    fail(anonymous, name, 3)
    assert status(anonymous, name, PASSWORD) == 429


def test_tries_of_any_kind_are_limited_by_account_and_address(
    app: Flask, anonymous: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LOGIN_TRIES_PER_MINUTE", 4)
    made, other = UserFactory(), UserFactory()
    with clock.frozen(NOON):
        assert [status(anonymous, made.username, PASSWORD) for _ in range(3)] == [200] * 3
        fail(anonymous, made.username, 1)
        refused = reply(anonymous, made.email, PASSWORD)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
        assert status(anonymous, made.username, PASSWORD, address="192.0.2.2") == 200
        assert status(anonymous, other.username, PASSWORD) == 200
    with clock.frozen(NOON + timedelta(seconds=60)):
        assert status(anonymous, made.username, PASSWORD) == 200


def test_a_hundred_and_twenty_tries_are_the_default() -> None:
    assert Config().login_tries_per_minute == 120


def test_a_refused_try_does_not_prolong_the_wait(anonymous: Caller) -> None:
    name = UserFactory().username
    with clock.frozen(NOON):
        fail(anonymous, name)
    with clock.frozen(NOON + timedelta(seconds=50)):
        assert [status(anonymous, name) for _ in range(5)] == [429] * 5
    with clock.frozen(NOON + timedelta(seconds=61)):
        assert status(anonymous, name, PASSWORD) == 200


def test_name_and_email_in_any_case_are_one_account(anonymous: Caller) -> None:
    made = UserFactory()
    for typed in (made.username, made.email, made.username.upper(), made.email.upper(), f" {made.username} "):
        fail(anonymous, typed, 1)
    assert status(anonymous, made.email, PASSWORD) == 429


def test_another_address_and_another_name_are_not_held_up(anonymous: Caller) -> None:
    one, other = UserFactory(), UserFactory()
    fail(anonymous, one.username)
    assert status(anonymous, one.username, PASSWORD, address="192.0.2.2") == 200
    assert status(anonymous, other.username, PASSWORD) == 200


@pytest.mark.parametrize("header", ["X_Forwarded_For", "X_Real_IP", "Forwarded", "Client_IP"])
def test_a_forged_address_has_no_effect(anonymous: Caller, header: str) -> None:
    name = UserFactory().username
    for last in range(5):
        assert status(anonymous, name, **{header: f"198.51.100.{last}"}) == 401
    assert status(anonymous, name, PASSWORD, **{header: "198.51.100.99"}) == 429


def test_many_addresses_on_one_account_are_too_many(anonymous: Caller) -> None:
    name = UserFactory().username
    for last in range(30):
        fail(anonymous, name, 1, address=f"198.51.100.{last}")
    assert status(anonymous, name, PASSWORD, address="203.0.113.1") == 429


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
    ],
)
def test_ipv6_counts_by_its_64(anonymous: Caller, one: str, other: str, same: bool) -> None:
    name = UserFactory().username
    fail(anonymous, name, address=one)
    assert status(anonymous, name, PASSWORD, address=other) == (429 if same else 200)


def test_a_session_keeps_the_whole_address(app: Flask, anonymous: Caller) -> None:
    name = UserFactory().username
    assert status(anonymous, name, PASSWORD, address="2001:db8:1:2::7") == 200
    with app.app_context():
        assert db.session.query(UserSession).one().address == "2001:db8:1:2::7"


def test_one_address_on_many_accounts_is_too_many(
    app: Flask, anonymous: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ADDRESS_FAILURES_PER_MINUTE", 12)
    for number in range(12):
        fail(anonymous, f"name{number}", 1)
    name = UserFactory().username
    assert status(anonymous, name, PASSWORD) == 429
    assert status(anonymous, name, PASSWORD, address="192.0.2.2") == 200


def test_a_failure_is_kept_without_a_word_of_the_password(app: Flask, anonymous: Caller) -> None:
    fail(anonymous, "nobody", 1)
    with app.app_context():
        row = db.session.query(LoginAttempt).one()
        assert (row.account, row.address, row.succeeded) == ("nobody", "192.0.2.1", False)
