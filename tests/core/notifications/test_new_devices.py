"""Notifications of sign-ins from other devices."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra.db import db
from tests.factories.auth import PASSWORD, UserFactory
from tests.support import Caller

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0"
CURL = "curl/8.14.1"


def login(caller: Caller, name: str, user_agent: str, address: str = "192.0.2.1") -> Caller:
    sent: dict[str, Any] = {"username": name, "password": PASSWORD}
    options = {"json": sent, "headers": {"User-Agent": user_agent}, "environ_overrides": {"REMOTE_ADDR": address}}
    response = caller.send("POST", "/api/auth/login", **options)
    assert response.status_code == 200, response.data
    return caller.with_headers(Authorization=f"Bearer {response.get_json()['access_token']}")


def told(caller: Caller) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = caller.get("/api/notifications")["data"]
    return [row for row in rows if row["kind"] == "new_sign_in"]


@pytest.fixture
def name(database: None) -> str:
    return str(UserFactory().username)


def test_the_first_device_and_a_newer_version_are_not_told(anonymous: Caller, name: str) -> None:
    login(anonymous, name, FIREFOX.format(140))
    caller = login(anonymous, name, FIREFOX.format(141))
    assert told(caller) == []


def test_another_device_is_told_once(app: Flask, anonymous: Caller, name: str) -> None:
    login(anonymous, name, FIREFOX.format(140))
    for _ in range(2):
        caller = login(anonymous, name, CURL, "198.51.100.7")
        login(anonymous, name, FIREFOX.format(140))
    [row] = told(caller)
    assert row["title"] == "Ingreso desde otro dispositivo"
    assert "con curl desde la dirección 198.51.100.7 el " in row["body"]
    with app.app_context():
        mails = text("SELECT count(*) FROM tasks.procrastinate_jobs WHERE task_name = 'notification-mail'")
        assert db.session.scalar(mails) == 1


def test_a_failed_login_is_no_device(anonymous: Caller, name: str) -> None:
    caller = login(anonymous, name, FIREFOX.format(140))
    sent = {"username": name, "password": "wrong password"}
    anonymous.send("POST", "/api/auth/login", json=sent, headers={"User-Agent": CURL})
    assert told(caller) == []


def test_the_device_of_another_user_is_not_ones_own(anonymous: Caller, name: str) -> None:
    other = str(UserFactory().username)
    login(anonymous, other, CURL)
    caller = login(anonymous, name, FIREFOX.format(140))
    assert told(caller) == []
    assert len(told(login(anonymous, name, CURL))) == 1


def test_a_device_is_known_though_its_sessions_were_removed(app: Flask, anonymous: Caller, name: str) -> None:
    login(anonymous, name, CURL)
    login(anonymous, name, FIREFOX.format(140))
    with app.app_context():
        db.session.execute(text("DELETE FROM sessions"))
        db.session.commit()
    assert len(told(login(anonymous, name, CURL))) == 1
