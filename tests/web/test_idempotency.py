"""A repeated request is executed once and answered twice."""

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.infra import clock
from app.infra.db import db
from app.infra.idempotency import IdempotencyKey, Use
from app.web.idempotency import PATTERN
from tests.factories.auth import PASSWORD, UserFactory
from tests.support import Caller, sign_in
from tests.web.conftest import Variant

CLIENTS = "/api/clients"
NEW = {"name": "Altura", "start_date": "2025-01-01"}


def post(caller: Caller, key: str, body: Any = NEW, path: str = CLIENTS) -> Any:
    """A POST under a key."""
    return caller.send("POST", path, json=body, headers={"Idempotency-Key": key})


def post_raw(caller: Caller, key: str, raw: str) -> Any:
    """Send the request with explicit bytes."""
    headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
    return caller.send("POST", CLIENTS, data=raw.encode(), headers=headers)


def count(caller: Caller) -> int:
    """Number of clients."""
    total: int = caller.get(CLIENTS)["pagination"]["total"]
    return total


def test_the_first_answer_is_given_again(user: Caller) -> None:
    first, again = post(user, "k"), post(user, "k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    for name in ("Location", "ETag", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert count(user) == 1


def test_the_answer_is_the_first_even_if_the_thing_changed(user: Caller) -> None:
    first = post(user, "k")
    user.put(first.headers["Location"], {"name": "other"})
    user.delete(first.headers["Location"])
    assert post(user, "k").data == first.data
    assert count(user) == 0


def test_a_replay_has_a_request_id_of_its_own(user: Caller) -> None:
    assert post(user, "k").headers["X-Request-ID"] != post(user, "k").headers["X-Request-ID"]


def test_the_spelling_of_the_body_does_not_matter(user: Caller) -> None:
    post_raw(user, "k", '{"name": "Álamo", "start_date": "2025-01-01"}')
    again = post_raw(user, "k", r'{"start_date":"2025-01-01",  "name":"\u00c1lamo"}')
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("body", [{**NEW, "name": "Baja"}, {**NEW, "notes": None}, {}, [], None, {**NEW, "name": 5}])
def test_another_body_is_422_and_does_nothing(user: Caller, body: Any) -> None:
    post(user, "k")
    response = post_raw(user, "k", user.client.application.json.dumps(body))
    assert (response.status_code, response.json["code"]) == (422, "idempotency_key_reused")
    assert response.json["detail"] == "This Idempotency-Key was used for another request."
    assert count(user) == 1


def test_another_query_is_another_request(user: Caller) -> None:
    post(user, "k")
    assert post(user, "k", path=f"{CLIENTS}?x=1").status_code == 422


def test_another_user_has_keys_of_their_own(anonymous: Caller, user: Caller) -> None:
    first, other = post(user, "k"), post(sign_in(anonymous, "user"), "k")
    assert other.status_code == 201
    assert other.headers["Location"] != first.headers["Location"]
    assert "Idempotent-Replayed" not in other.headers


@pytest.mark.parametrize("other", ["/api/users", "/api/incomes", f"{CLIENTS}/1"])
def test_another_path_is_another_request(app: Flask, admin: Caller, other: str) -> None:
    post(admin, "k")
    with app.app_context():  # the bodies of two paths may well be alike
        db.session.query(IdempotencyKey).update({"path": other})
        db.session.commit()
    response = post(admin, "k")
    assert (response.status_code, response.json["code"]) == (422, "idempotency_key_reused")
    assert count(admin) == 1


def test_a_key_used_for_another_path_is_refused_and_nothing_is_done(admin: Caller) -> None:
    post(admin, "k")
    new = {"username": "ana", "email": "ana@example.com", "password": "a fine long one"}
    assert post(admin, "k", new, "/api/users").status_code == 422
    assert "ana" not in {made["username"] for made in admin.get("/api/users")["data"]}


def test_another_method_is_another_request(app: Flask, user: Caller) -> None:
    post(user, "k")
    with app.app_context():
        db.session.query(IdempotencyKey).update({"method": "PUT"})
        db.session.commit()
    assert post(user, "k").status_code == 422


def test_another_key_is_another_request(user: Caller) -> None:
    for key in ("k", "K", "k, l", "k,l", "k ~!\"#$%&'()*+-./:;<=>?@[]^_`{|}", "k" * 255):
        assert post(user, key).status_code == 201
    assert count(user) == 6


@pytest.mark.parametrize("key", ["", "k" * 256, "a\x00b", "\x00", "clé", "ключ", "a\tb", "a\x7f"])
def test_an_invalid_key_is_400_and_does_nothing(user: Caller, key: str) -> None:
    environ = {"HTTP_IDEMPOTENCY_KEY": key.encode().decode("latin-1")}
    response = user.send("POST", CLIENTS, json=NEW, environ_overrides=environ)
    assert response.status_code == 400
    assert response.json["errors"] == {"Idempotency-Key": ["One key of 1 to 255 printable ASCII characters."]}
    assert count(user) == 0


@pytest.mark.parametrize("body", [{}, {**NEW, "name": ""}, {**NEW, "start_date": "no"}, [], {**NEW, "x": 1}])
def test_a_refused_request_leaves_its_key_free(user: Caller, body: Any) -> None:
    assert post(user, "k", body).status_code == 400
    assert post(user, "k").status_code == 201
    assert count(user) == 1


def test_a_conflict_leaves_its_key_free(admin: Caller) -> None:
    UserFactory(username="ana")
    new = {"username": "ana", "email": "other@example.com", "password": "a fine long one"}
    assert post(admin, "k", new, "/api/users").status_code == 409
    assert post(admin, "k", {**new, "username": "eva"}, "/api/users").status_code == 201


def test_a_forbidden_request_leaves_no_key(app: Flask, viewer: Caller) -> None:
    assert post(viewer, "k").status_code == 403
    with app.app_context():
        assert db.session.query(IdempotencyKey).count() == 0


@pytest.mark.parametrize(
    "raw",
    [
        r'{"name": "\ud800", "start_date": "2025-01-01"}',
        '{"name": 18446744073709551616, "start_date": "2025-01-01"}',
        '{"name": ' + "9" * 100 + ', "start_date": "2025-01-01"}',
        '{"name": -9223372036854775809, "start_date": "2025-01-01"}',
        '{"name": 1e400, "start_date": "2025-01-01"}',
        r'{"name": "\u0000", "start_date": "2025-01-01"}',
    ],
)
def test_a_body_that_is_hard_to_fingerprint_is_refused_as_without_a_key(user: Caller, raw: str) -> None:
    for _ in range(2):
        response = post_raw(user, "k", raw)
        assert response.status_code == 400
        assert list(response.json["errors"]) == ["name"]


@pytest.mark.parametrize(
    ("age", "status", "made"),
    [(timedelta(hours=23, minutes=59), 201, 1), (timedelta(hours=24, seconds=1), 201, 2)],
)
def test_a_key_is_forgotten_after_a_day(user: Caller, age: timedelta, status: int, made: int) -> None:
    began = datetime.now(UTC)
    with clock.frozen(began - age):
        token = sign_in(Caller(user.client), "user")
        first = post(token, "k")
    with clock.frozen(began):
        fresh = Caller(user.client, sign_in_again(token))
        again = post(fresh, "k")
        assert (again.status_code, count(fresh)) == (status, made)
        assert (again.data == first.data) is (made == 1)


def sign_in_again(caller: Caller) -> dict[str, str]:
    """Headers of a new session of the same user: the old one's token has expired meanwhile."""
    with caller.client.application.app_context():
        name = db.session.execute(db.text("SELECT username FROM users ORDER BY id DESC LIMIT 1")).scalar_one()
    tokens = caller.post("/api/auth/login", {"username": name, "password": PASSWORD}, expect=200)
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def test_an_old_key_may_carry_another_body_and_is_then_kept_anew(app: Flask, user: Caller) -> None:
    post(user, "k")
    expire(app)
    second = post(user, "k", {**NEW, "name": "Baja"})
    assert second.json["data"]["name"] == "Baja"
    assert post(user, "k", {**NEW, "name": "Baja"}).data == second.data
    assert post(user, "k").status_code == 422


def expire(app: Flask, **changes: str) -> None:
    """Make every key older than a day, and as if used for another request."""
    with app.app_context():
        db.session.query(IdempotencyKey).update({"created_at": clock.now() - timedelta(hours=25), **changes})
        db.session.commit()


def test_an_old_key_may_be_used_for_another_path_and_is_then_kept_for_that(app: Flask, user: Caller) -> None:
    post(user, "k")
    expire(app, path="/api/incomes", method="PUT")
    second = post(user, "k")
    assert second.status_code == 201
    assert post(user, "k").data == second.data
    assert count(user) == 2


def test_an_old_answer_is_not_given_while_another_request_renews_its_key(app: Flask, user: Caller) -> None:
    user_id = user.get("/api/auth/me")["data"]["id"]
    day_old = {"method": "POST", "path": CLIENTS, "created_at": clock.now() - timedelta(hours=25)}
    with app.app_context():
        db.session.add(IdempotencyKey(user_id=user_id, key="k", fingerprint=b"", status=201, body=b"", **day_old))
        db.session.commit()
    with running_elsewhere(app, user_id, "k"):
        assert post(user, "k").json["code"] == "request_in_progress"


def test_a_kept_answer_that_was_damaged_is_not_given_and_nothing_is_done_again(app: Flask, user: Caller) -> None:
    post(user, "k")
    with app.app_context():
        db.session.query(IdempotencyKey).update({"body": b"damaged"})
        db.session.commit()
    lost = post(user, "k")
    assert (lost.status_code, lost.json["code"]) == (409, "answer_lost")
    assert lost.json["detail"] == "The request was executed, but its response can't be read any more."
    assert count(user) == 1


def test_recorded_responses_cant_be_read_in_the_database(app: Flask, admin: Caller) -> None:
    secret = {"username": "hidden", "email": "hidden@example.com", "password": "a fine long one"}
    first, again = post(admin, "k", secret, "/api/users"), post(admin, "k", secret, "/api/users")
    assert again.data == first.data
    with app.app_context():
        stored = db.session.execute(db.text("SELECT idempotency_keys::text, body FROM idempotency_keys")).one()
    for word in secret.values():
        assert word not in stored[0]
        assert word.encode() not in bytes(stored[1])


def fingerprints(app: Flask) -> list[bytes]:
    """All stored keys."""
    with app.app_context():
        return [bytes(stored) for (stored,) in db.session.query(IdempotencyKey.fingerprint).order_by("id")]


def test_a_fingerprint_reveals_nothing_without_the_secret(app: Flask, variant: Variant, user: Caller) -> None:
    """A keyless hash would allow to guess short secrets in a body from the database."""
    headers = dict(user.headers)
    post(user, "k")
    other = variant(secret_key="another secret of a good length, for a while")
    other.extensions["genuine_claims"] = app.extensions["genuine_claims"]  # it takes the same token
    assert post(Caller(other.test_client(), headers), "l").status_code == 201
    ours, theirs = fingerprints(app)
    assert ours != theirs
    plain = json.dumps([[], NEW, None], default=repr, sort_keys=True).encode()
    unkeyed = {
        hashlib.blake2b(plain).digest(),
        hashlib.blake2b(plain, key=b"").digest(),
        hashlib.sha512(plain).digest(),
    }
    assert not unkeyed & {ours, theirs}


LOGIN = "/api/auth/login"


def credentials() -> dict[str, str]:
    """Credentials of a new user."""
    return {"username": UserFactory().username, "password": PASSWORD}


def test_a_key_of_nobody_is_ignored(app: Flask, anonymous: Caller) -> None:
    known = credentials()
    answers = [post(anonymous, "k", known, LOGIN) for _ in range(2)]
    wrong = post(anonymous, "k", {**known, "password": "another password"}, LOGIN)
    assert [answer.status_code for answer in (*answers, wrong)] == [200, 200, 401]
    assert answers[0].json["access_token"] != answers[1].json["access_token"]
    assert "Idempotent-Replayed" not in answers[1].headers
    assert fingerprints(app) == []


def test_a_key_of_a_refresh_a_logout_and_a_new_password_is_ignored(app: Flask, anonymous: Caller) -> None:
    known = credentials()
    tokens = anonymous.post(LOGIN, known, expect=200)
    refreshing = anonymous.with_headers(Authorization=f"Bearer {tokens['refresh_token']}")
    mine = anonymous.with_headers(Authorization=f"Bearer {tokens['access_token']}")
    refused = {"current_password": "wrong", "new_password": "a quite other one"}
    assert [post(refreshing, "k", None, "/api/auth/refresh").status_code for _ in range(2)] == [200, 200]
    assert post(mine, "k", refused, "/api/auth/change-password").status_code == 400
    changed = post(mine, "k", {**refused, "current_password": PASSWORD}, "/api/auth/change-password")
    assert (changed.status_code, "Idempotent-Replayed" in changed.headers) == (200, False)
    again = anonymous.post(LOGIN, {**known, "password": "a quite other one"}, expect=200)
    leaving = anonymous.with_headers(Authorization=f"Bearer {again['access_token']}")
    assert [post(leaving, "k", None, "/api/auth/logout").status_code for _ in range(2)] == [200, 401]
    assert fingerprints(app) == []


@pytest.mark.parametrize("key", ["", "k" * 256, "\x00"])
def test_an_invalid_key_is_ignored_where_keys_are(anonymous: Caller, key: str) -> None:
    environ = {"HTTP_IDEMPOTENCY_KEY": key}
    assert anonymous.send("POST", LOGIN, json=credentials(), environ_overrides=environ).status_code == 200


def test_the_document_says_the_pattern_where_keys_count_and_nothing_where_they_dont(anonymous: Caller) -> None:
    paths = anonymous.get("/api/openapi.json")["paths"]
    keyed = {
        path: parameter["schema"]["pattern"]
        for path, methods in paths.items()
        for parameter in methods.get("post", {}).get("parameters", ())
        if parameter["name"] == "Idempotency-Key"
    }
    without = {path for path, methods in paths.items() if "post" in methods} - keyed.keys()
    assert set(keyed.values()) == {PATTERN} == {"^[\\x20-\\x7e]{1,255}$"}
    two_factors = {f"2fa/{name}" for name in ("setup", "confirm", "disable", "recovery-codes")}
    names = {"login", "login/2fa", "refresh", "logout", "change-password", "tokens", "restore"} | two_factors
    mailed = {"forgot-password", "reset-password", "send-verification", "verify-email", "change-email"}
    secrets = {"/api/webhooks", "/api/personal/books/{book_id}/invitations"}
    people = {"register", "invitations", "sso/google", "sso/google/nonce", "sso/google/link"}
    assert without == {f"/api/auth/{name}" for name in names | mailed | people} | secrets


@contextmanager
def running_elsewhere(app: Flask, user_id: int, key: str) -> Iterator[None]:
    """Another connection holds the key's lock, as a request that runs under it does."""
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)
    with engine.connect() as connection:
        lock = {"lock": Use(user_id, "POST", CLIENTS, key, b"").lock_id()}
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), lock)
        yield


def test_a_key_whose_request_is_running_is_409_at_once_and_free_when_that_ends(app: Flask, user: Caller) -> None:
    user_id = user.get("/api/auth/me")["data"]["id"]
    with running_elsewhere(app, user_id, "k"):
        began = time.monotonic()
        refused = post(user, "k")
        assert time.monotonic() - began < 2.5  # a lock is waited for for 3 s, before another refusal
        assert (refused.status_code, refused.json["code"]) == (409, "request_in_progress")
        assert refused.json["detail"] == "The request under this key is still running."
        assert refused.headers["Retry-After"] == "1"
        assert post(user, "l").status_code == 201
    assert post(user, "k").status_code == 201


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}])
def test_responses_are_never_mixed_up(user: Caller, headers: dict[str, str]) -> None:
    post(user, "k")
    response = post(Caller(user.client, headers), "k")
    assert response.status_code == 401
    assert "Idempotent-Replayed" not in response.headers


def test_a_session_that_ended_is_given_no_answer(user: Caller) -> None:
    post(user, "k")
    user.post("/api/auth/logout", expect=200)
    assert post(user, "k").status_code == 401


def test_an_answer_sealed_with_another_secret_is_not_given_and_nothing_is_done_twice(
    variant: Variant, anonymous: Caller
) -> None:
    other = variant(secret_key="another secret of a good length, for a while")
    made = UserFactory()
    credentials = {"username": made.username, "password": PASSWORD}
    old = Caller(other.test_client())
    old = old.with_headers(
        Authorization=f"Bearer {old.post('/api/auth/login', credentials, expect=200)['access_token']}"
    )
    new = anonymous.with_headers(
        Authorization=f"Bearer {anonymous.post('/api/auth/login', credentials, expect=200)['access_token']}"
    )
    assert post(old, "k").status_code == 201
    assert post(new, "k").status_code in {409, 422}
    assert count(new) == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE", "GET"])
def test_the_key_of_another_method_is_ignored(user: Caller, method: str) -> None:
    path = user.post(CLIENTS, NEW)["data"]["id"]
    response = user.send(method, f"{CLIENTS}/{path}", json={}, headers={"Idempotency-Key": "\x01"})
    assert response.status_code == 200
