"""The session in cookies: what sets them, what they authenticate, and what other sites can't do with them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.auth import PASSWORD, UserFactory
from tests.web.conftest import Variant

ME, LOGIN, LOGOUT, REFRESH, CLIENTS = (
    "/api/auth/me",
    "/api/auth/login",
    "/api/auth/logout",
    "/api/auth/refresh",
    "/api/clients",
)
CLIENT = {"name": "Brisa", "start_date": "2026-03-02"}
OURS = "https://app.example.com"


@pytest.fixture
def made(shared: Variant) -> Flask:
    return shared(auth_cookies=True, cors_origins=(OURS,))


@pytest.fixture
def logged_in(made: Flask) -> FlaskClient:
    """A browser after a login."""
    return log_in(made)


def log_in(made: Flask) -> FlaskClient:
    browser = made.test_client()
    user = UserFactory(role="admin").username
    assert browser.post(LOGIN, json={"username": user, "password": PASSWORD}).status_code == 200
    return browser


def cookie(browser: FlaskClient, name: str, path: str = "/api") -> Any:
    return browser.get_cookie(name, path=path)


def csrf(browser: FlaskClient) -> dict[str, str]:
    return {"X-CSRF-Token": cookie(browser, "csrf_token", "/").value}


def test_the_cookies_of_tokens_are_for_no_script_and_no_other_site(logged_in: FlaskClient) -> None:
    kept = {name: cookie(logged_in, name, path) for name, path in (("access_token", "/api"), ("csrf_token", "/"))}
    kept["refresh_token"] = cookie(logged_in, "refresh_token", REFRESH)
    assert {name: (one.http_only, one.same_site) for name, one in kept.items()} == {
        "access_token": (True, "Lax"),
        "refresh_token": (True, "Lax"),
        "csrf_token": (False, "Lax"),
    }


def test_a_cookie_authenticates_reading_and_with_its_csrf_token_writing(logged_in: FlaskClient) -> None:
    shown = logged_in.get(ME)
    assert (shown.status_code, shown.headers["X-CSRF-Token"]) == (200, csrf(logged_in)["X-CSRF-Token"])
    assert logged_in.post(CLIENTS, json=CLIENT, headers=csrf(logged_in)).status_code == 201


@pytest.mark.parametrize("given", [lambda _: {}, lambda _: {"X-CSRF-Token": "ñ"}, csrf])
def test_a_write_without_the_csrf_token_of_its_session_is_forbidden(
    made: Flask, logged_in: FlaskClient, given: Callable[[FlaskClient], dict[str, str]]
) -> None:
    refused = logged_in.post(CLIENTS, json=CLIENT, headers=given(log_in(made)))
    assert (refused.status_code, refused.get_json()["code"]) == (403, "csrf_token_invalid")
    assert logged_in.post(REFRESH, headers=given(log_in(made))).status_code == 403


def test_a_refresh_and_a_logout_change_the_cookies(logged_in: FlaskClient) -> None:
    before, headers = cookie(logged_in, "refresh_token", REFRESH).value, csrf(logged_in)
    assert logged_in.post(REFRESH, headers=headers).status_code == 200
    assert cookie(logged_in, "refresh_token", REFRESH).value != before
    assert csrf(logged_in) == headers
    assert logged_in.post(LOGOUT, headers=headers).status_code == 200
    assert cookie(logged_in, "access_token") is None
    assert cookie(logged_in, "refresh_token", REFRESH) is None
    assert logged_in.get(ME).status_code == 401


def test_a_header_counts_before_cookies_and_needs_no_csrf_token(made: Flask, logged_in: FlaskClient) -> None:
    user = UserFactory(role="admin").username
    tokens = made.test_client().post(LOGIN, json={"username": user, "password": PASSWORD}).get_json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert logged_in.get(ME, headers=bearer).get_json()["data"]["username"] == user
    assert logged_in.post(CLIENTS, json=CLIENT, headers=bearer).status_code == 201
    assert logged_in.get(ME, headers={"Authorization": "Bearer x"}).status_code == 401


def test_production_sends_cookies_over_https_alone(shared: Variant) -> None:
    browser = shared(auth_cookies=True, app_env="production").test_client()
    user = UserFactory(role="admin").username
    set_by = browser.post(LOGIN, json={"username": user, "password": PASSWORD}).headers.getlist("Set-Cookie")
    assert len([one for one in set_by if "; Secure" in one]) == 3


def test_only_listed_origins_may_call_with_cookies(made: Flask, shared: Variant) -> None:
    def allowed(application: Flask, origin: str) -> tuple[str | None, str | None]:
        headers = application.test_client().get(ME, headers={"Origin": origin}).headers
        return headers.get("Access-Control-Allow-Origin"), headers.get("Access-Control-Allow-Credentials")

    assert allowed(made, OURS) == (OURS, "true")
    assert allowed(made, "https://evil.example") == (None, None)
    assert allowed(shared(cors_origins=(OURS,)), OURS) == (OURS, None)


def test_without_the_setting_no_cookie_is_set_or_read(shared: Variant, logged_in: FlaskClient) -> None:
    browser = shared().test_client()
    browser.set_cookie("access_token", cookie(logged_in, "access_token").value, path="/api")
    assert browser.get(ME).status_code == 401
    user = UserFactory(role="admin").username
    answer = browser.post(LOGIN, json={"username": user, "password": PASSWORD})
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (200, [])
