"""Sign-in by Google, against an issuer of the tests' own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.infra import clock
from app.infra.db import db
from app.infra.openid import OpenIdProvider
from tests import conftest
from tests.core.identity.test_second_factors import set_up
from tests.factories.auth import UserFactory
from tests.openid_issuer import CLIENT_ID, Issuer
from tests.support import Caller, logs_kept, sign_in

NONCE, GOOGLE, LINK = "/api/auth/sso/google/nonce", "/api/auth/sso/google", "/api/auth/sso/google/link"
Token = Callable[..., str]


@pytest.fixture
def issuer(app: Flask, database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    with Issuer() as running:
        provider = OpenIdProvider(running.url, f"{running.url}/keys", CLIENT_ID)
        monkeypatch.setitem(app.extensions, "google", provider)
        yield running


@pytest.fixture
def token(issuer: Issuer, anonymous: Caller) -> Token:
    """Makes a token with a new nonce, and other claims as told."""

    def make(**changed: Any) -> str:
        given = anonymous.post(NONCE, expect=200)
        assert given["expires_in"] == 600
        return issuer.token(**{"nonce": given["nonce"], **changed})

    return make


def enter(caller: Caller, id_token: str, expect: int = 200) -> Any:
    return caller.post(GOOGLE, {"id_token": id_token}, expect)


def link(caller: Caller, id_token: str, expect: int = 200) -> Any:
    return caller.post(LINK, {"id_token": id_token}, expect)


def test_a_linked_account_opens_a_session(anonymous: Caller, user: Caller, token: Token) -> None:
    link(user, token())
    entered = enter(anonymous, token())
    assert set(entered) == {"access_token", "refresh_token", "device_token", "user", "financial_summary"}
    own = anonymous.with_headers(Authorization=f"Bearer {entered['access_token']}")
    assert own.get("/api/auth/me")["data"]["id"] == user.get("/api/auth/me")["data"]["id"]


def test_an_equal_address_is_no_link(anonymous: Caller, token: Token) -> None:
    made = UserFactory()
    assert enter(anonymous, token(email=made.email), 401)["code"] == "sso_not_linked"


def test_the_account_counts_and_not_its_address(anonymous: Caller, user: Caller, token: Token) -> None:
    link(user, token())
    enter(anonymous, token(email="renamed@brisa.example"))
    enter(anonymous, token(sub="1002"), 401)


def test_a_nonce_counts_once_whether_the_login_succeeds_or_not(anonymous: Caller, user: Caller, token: Token) -> None:
    used = token()
    enter(anonymous, used, 401)
    link(user, token())
    assert enter(anonymous, used, 401)["code"] == "id_token_invalid"
    again = token()
    enter(anonymous, again)
    enter(anonymous, again, 401)


def test_a_nonce_that_was_not_given_here_or_too_long_ago_is_refused(
    anonymous: Caller, user: Caller, token: Token
) -> None:
    link(user, token())
    enter(anonymous, token(nonce="my own"), 401)
    with clock.frozen(clock.now()):
        late = token()
    with clock.frozen(clock.now() + timedelta(minutes=10, seconds=1)):
        enter(anonymous, late, 401)


def test_a_bad_token_of_a_linked_account_is_refused_and_ends_no_session(
    anonymous: Caller, user: Caller, token: Token
) -> None:
    link(user, token())
    for changed in ({"aud": "another"}, {"iss": "https://evil.example"}, {"email_verified": False}, {"key": "another"}):
        assert enter(anonymous, token(**changed), 401)["code"] == "id_token_invalid"
        assert link(user, token(**changed), 400)["code"] == "id_token_invalid"


def test_an_inactive_user_does_not_come_in(admin: Caller, anonymous: Caller, user: Caller, token: Token) -> None:
    link(user, token())
    admin.put(f"/api/users/{user.get('/api/auth/me')['data']['id']}", {"is_active": False})
    enter(anonymous, token(), 401)


def test_an_account_belongs_to_one_user_and_a_user_has_one(
    anonymous: Caller, user: Caller, viewer: Caller, token: Token
) -> None:
    link(user, token())
    link(user, token())
    assert link(viewer, token(), 409)["code"] == "sso_account_taken"
    assert link(user, token(sub="1002"), 409)["code"] == "sso_account_taken"
    user.delete(LINK)
    user.delete(LINK, 404)
    enter(anonymous, token(), 401)
    link(viewer, token())
    enter(anonymous, token())


def test_a_password_that_changes_leaves_the_link(anonymous: Caller, token: Token) -> None:
    caller = sign_in(anonymous, "user")
    link(caller, token())
    body = {"current_password": "correct horse battery", "new_password": "a new and better one"}
    caller.post("/api/auth/change-password", body, 200)
    enter(anonymous, token())


def test_two_factors_are_needed_all_the_same(anonymous: Caller, token: Token) -> None:
    now = datetime.now(UTC)
    user = set_up(anonymous, now)
    link(user.signed_in, token())
    waiting = enter(anonymous, token())
    assert waiting["two_factor_required"] is True
    assert "access_token" not in waiting
    user.second(waiting["two_factor_token"], user.code(now))


def test_nonces_have_a_limit_by_address(anonymous: Caller, issuer: Issuer) -> None:
    with clock.frozen(clock.now()):
        for _ in range(60):
            anonymous.post(NONCE, expect=200)
        anonymous.post(NONCE, expect=429)


def test_meta_names_google_and_its_client(anonymous: Caller, issuer: Issuer) -> None:
    assert anonymous.get("/api/meta")["data"]["sso"] == [{"name": "google", "client_id": CLIENT_ID}]


def test_without_a_client_there_are_no_such_addresses(cluster: str, template: str, app: Flask) -> None:
    config = replace(conftest.testing_config(app.config["DATABASE_URL"]), google_client_id="")
    with logs_kept():
        off = create_app(config)
    rules = {rule.rule for rule in off.url_map.iter_rules()}
    assert not any("/sso/" in rule for rule in rules)
    for method, path in (("POST", NONCE), ("POST", GOOGLE), ("POST", LINK), ("DELETE", LINK)):
        assert off.test_client().open(path, method=method).status_code == 404
    with off.app_context():
        db.engine.dispose()
