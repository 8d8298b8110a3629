"""Devices that logged in before are exempt from the lock of an account after failures elsewhere."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from app.core.identity.service.devices import LIFETIME, DeviceTokens
from app.infra import clock
from app.infra.passwords import PasswordHasher
from tests.core.identity.test_login_limits import fail, reply, status
from tests.factories.auth import PASSWORD, UserFactory, hashed
from tests.support import Caller

HOME, ELSEWHERE = "203.0.113.1", "203.0.113.2"
NEW = "a new and better one"


@pytest.fixture(autouse=True)
def small_limits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An account is locked after eight failures from anywhere, within a minute that lasts as long as the test."""
    monkeypatch.setitem(app.config, "ACCOUNT_FAILURES_PER_MINUTE", 8)
    with clock.frozen(datetime.now(UTC)):
        yield


@pytest.fixture
def name(anonymous: Caller) -> str:
    return str(UserFactory().username)


@pytest.fixture
def device(anonymous: Caller, name: str) -> str:
    return token(anonymous, name)


def token(anonymous: Caller, name: str, password: str = PASSWORD) -> str:
    return str(reply(anonymous, name, password, address=HOME).get_json()["device_token"])


def lock(anonymous: Caller, name: str) -> None:
    for last in range(8):
        fail(anonymous, name, 1, address=f"198.51.100.{last}")
    assert status(anonymous, name, PASSWORD, address=HOME) == 429


def test_a_known_device_passes_the_lock_of_its_account(anonymous: Caller, name: str, device: str) -> None:
    lock(anonymous, name)
    assert status(anonymous, name, PASSWORD, address=ELSEWHERE, device=device) == 200


def test_it_does_not_pass_the_limit_of_account_and_address(anonymous: Caller, name: str, device: str) -> None:
    fail(anonymous, name, 5, address=HOME)
    assert status(anonymous, name, PASSWORD, address=HOME, device=device) == 429


def test_it_does_not_pass_the_limit_of_an_address(
    app: Flask, anonymous: Caller, monkeypatch: pytest.MonkeyPatch, name: str, device: str
) -> None:
    monkeypatch.setitem(app.config, "ADDRESS_FAILURES_PER_MINUTE", 3)
    for number in range(3):
        fail(anonymous, f"nobody{number}", 1, address=HOME)
    assert status(anonymous, name, PASSWORD, address=HOME, device=device) == 429


def test_a_stolen_one_has_so_many_guesses_over_all_addresses(anonymous: Caller, name: str, device: str) -> None:
    for last in range(8):
        fail(anonymous, name, 1, address=f"198.51.100.{last}", device=device)
    assert status(anonymous, name, PASSWORD, address=ELSEWHERE, device=device) == 429
    assert status(anonymous, name, PASSWORD, address=ELSEWHERE) == 200, "its guesses lock nobody else out"


def test_a_login_with_one_gives_a_new_one_of_the_same_device(anonymous: Caller, name: str, device: str) -> None:
    renewed = str(reply(anonymous, name, PASSWORD, address=HOME, device=device).get_json()["device_token"])
    for last in range(8):
        fail(anonymous, name, 1, address=f"198.51.100.{last}", device=renewed)
    assert status(anonymous, name, PASSWORD, address=ELSEWHERE, device=device) == 429


def forged(app: Flask, name: str, device: str) -> dict[str, str]:
    """Invalid device tokens for this account."""
    other = DeviceTokens("another secret of more than 32 characters")
    return {
        "empty": "",
        "garbage": "garbage",
        "not ASCII": "ñandú.é.í",
        "cut short": device[:-3],
        "another secret": other.issue(hashed(PASSWORD), None),
        "no stored hash": str(URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="device-token:None").dumps("x")),
    }


FORGED = ["empty", "garbage", "not ASCII", "cut short", "another secret", "no stored hash"]


@pytest.mark.parametrize("what", FORGED)
def test_one_that_is_not_valid_is_ignored(app: Flask, anonymous: Caller, name: str, device: str, what: str) -> None:
    bad = forged(app, name, device)[what]
    assert status(anonymous, name, PASSWORD, address=ELSEWHERE, device=bad) == 200
    assert status(anonymous, "nobody", PASSWORD, address=ELSEWHERE, device=bad) == 401
    lock(anonymous, name)
    assert status(anonymous, name, PASSWORD, address=ELSEWHERE, device=bad) == 429


def test_null_is_none(anonymous: Caller, name: str) -> None:
    body = {"username": name, "password": PASSWORD, "device_token": None}
    anonymous.post("/api/auth/login", body, 200)


def test_anothers_is_ignored(anonymous: Caller, name: str) -> None:
    other = UserFactory(password_hash=PasswordHasher(4).hash(PASSWORD, "tests"))
    theirs = token(anonymous, other.username)
    lock(anonymous, name)
    assert status(anonymous, name, PASSWORD, address=ELSEWHERE, device=theirs) == 429


def test_it_ends_with_the_password(anonymous: Caller, name: str, device: str) -> None:
    tokens = reply(anonymous, name, PASSWORD, address=HOME).get_json()
    caller = anonymous.with_headers(Authorization=f"Bearer {tokens['access_token']}")
    caller.post("/api/auth/change-password", {"current_password": PASSWORD, "new_password": NEW}, 200)
    lock(anonymous, name)
    assert status(anonymous, name, NEW, address=ELSEWHERE, device=device) == 429


def test_it_lasts_ninety_days(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, stored = DeviceTokens("a secret of more than thirty-two characters"), hashed(PASSWORD)
    issued = tokens.issue(stored, "known")
    assert timedelta(days=90) == LIFETIME
    assert tokens.read(issued, stored) == "known"
    for later, known in ((LIFETIME, "known"), (LIFETIME + timedelta(seconds=2), None)):
        moment = int((datetime.now(UTC) + later).timestamp())
        with monkeypatch.context() as moved:
            moved.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _self, at=moment: at)
            assert tokens.read(issued, stored) == known


def test_it_is_not_an_access_token(anonymous: Caller, device: str) -> None:
    anonymous.with_headers(Authorization=f"Bearer {device}").get("/api/auth/me", 401)
