"""API tokens: what they may, how they end, and what is recorded of them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from app.core.identity.rules import BEYOND_TOKENS
from app.infra import clock
from app.infra.db import db
from tests.architecture.routes import protected
from tests.factories.auth import PASSWORD, UserFactory
from tests.support import Caller, sign_in

TOKENS, LOGIN, CLIENTS = "/api/auth/tokens", "/api/auth/login", "/api/clients"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
READS = ["clients:read", "payments:read"]


@pytest.fixture
def at() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def body(at: datetime, permissions: list[str] | None = None, life: timedelta = DAY, **more: Any) -> dict[str, Any]:
    return {"name": "report", "permissions": permissions or READS, "expires_at": (at + life).isoformat(), **more}


def with_token(caller: Caller, made: dict[str, Any]) -> Caller:
    return Caller(caller.client, {"Authorization": f"Bearer {made['token']}"})


def test_a_token_is_shown_once_and_only_its_hash_is_stored(app: Flask, user: Caller, at: datetime) -> None:
    made = user.post(TOKENS, body(at))["data"]
    assert made["token"].startswith("cft_")
    assert (made["name"], made["permissions"], made["last_used_at"]) == ("report", READS, None)
    assert datetime.fromisoformat(made["expires_at"]) == at + DAY
    [listed] = user.get(TOKENS)["data"]
    assert listed == {name: value for name, value in made.items() if name != "token"}
    assert user.get(f"{TOKENS}/{made['id']}")["data"] == listed
    with app.app_context():
        [stored] = db.session.execute(text("SELECT * FROM api_tokens")).mappings()
        audited = str(db.session.execute(text("SELECT * FROM audit_log")).all())
    assert stored["token_hash"] == sha256(made["token"].encode()).hexdigest()
    assert made["token"] not in str(dict(stored)) + audited
    assert stored["token_hash"] not in audited


def test_a_key_of_an_idempotent_request_makes_a_new_token_each_time(user: Caller, at: datetime) -> None:
    made = [user.post(TOKENS, body(at), Idempotency_Key="k")["data"]["token"] for _ in range(2)]
    assert len(set(made)) == 2


def test_a_token_may_what_it_was_given_and_nothing_else(app: Flask, admin: Caller, at: datetime) -> None:
    token = with_token(admin, admin.post(TOKENS, body(at, ["clients:read", "clients:write"]))["data"])
    for route in protected(app):
        status = token.send(route.method, route.address).status_code
        if route.operation.refresh:
            assert status == 401, route.name
        else:
            assert (status == 403) == (route.operation.permission not in {"clients:read", "clients:write"}), route.name
    made = token.post(CLIENTS, {"name": "By a program", "start_date": "2026-01-01"})["data"]
    entries = admin.get("/api/audit", table="clients", row_id=made["id"])["data"]
    assert {entry["user_id"] for entry in entries} == {admin.get("/api/auth/me")["data"]["id"]}


@pytest.mark.parametrize("permission", ["users:read", "users:write", "account:read", "account:write", "roles:write"])
def test_no_token_manages_users_roles_or_accounts(admin: Caller, at: datetime, permission: str) -> None:
    refused = admin.post(TOKENS, body(at, [*READS, permission]), 403)
    assert permission in refused["detail"]


def test_routes_of_accounts_need_permissions_that_no_token_has(app: Flask) -> None:
    own = [route for route in protected(app) if route.path.startswith(("/api/auth/", "/api/users"))]
    assert len(own) > 15
    assert {route.operation.permission.partition(":")[0] for route in own} <= BEYOND_TOKENS


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"permissions": ["clients:read", "payments:write"]}, "permissions"),
        ({"permissions": ["no such thing"]}, "permissions"),
        ({"permissions": []}, "permissions"),
        ({"permissions": "clients:read"}, "permissions"),
        ({"expires_at": None}, "expires_at"),
        ({"expires_at": "2027-01-01"}, "expires_at"),
        ({"expires_at": "2027-01-01T00:00:00"}, "expires_at"),
        ({"expires_at": "0001-01-01T00:00:00+14:00"}, "expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "expires_at"),
        ({"name": " "}, "name"),
    ],
)
def test_a_token_that_can_not_be_is_refused_and_names_the_field(
    viewer: Caller, at: datetime, wrong: dict[str, Any], field: str
) -> None:
    assert list(viewer.post(TOKENS, body(at) | wrong, 400)["errors"]) == [field]


@pytest.mark.parametrize(
    ("life", "status"), [(timedelta(0), 400), (timedelta(seconds=1), 201), (366 * DAY, 201), (367 * DAY, 400)]
)
def test_a_token_lives_a_year_at_most(viewer: Caller, at: datetime, life: timedelta, status: int) -> None:
    with clock.frozen(at):
        viewer.post(TOKENS, body(at, life=life), status)


def test_an_expired_token_is_401(viewer: Caller, at: datetime) -> None:
    token = with_token(viewer, viewer.post(TOKENS, body(at))["data"])
    with clock.frozen(at + DAY - MINUTE):
        token.get(CLIENTS)
    with clock.frozen(at + DAY):
        assert token.get(CLIENTS, 401)["code"] == "token_invalid"


@pytest.mark.parametrize("wrong", ["cft_", "cft_" + "a" * 43, "CFT_" + "a" * 43, "cft_" + "é" * 43, "cft_" + "a" * 44])
def test_a_token_that_is_none_is_401(anonymous: Caller, wrong: str) -> None:
    refused = anonymous.with_headers(Authorization=f"Bearer {wrong}").get(CLIENTS, 401)
    assert refused["code"] == "token_invalid"


def by_revoking(user: Caller, _admin: Caller, _user_id: int, token_id: int) -> None:
    user.delete(f"{TOKENS}/{token_id}")


def by_deactivation(_user: Caller, admin: Caller, user_id: int, _token_id: int) -> None:
    admin.put(f"/api/users/{user_id}", {"is_active": False})
    admin.put(f"/api/users/{user_id}", {"is_active": True})


def by_a_new_password(_user: Caller, admin: Caller, user_id: int, _token_id: int) -> None:
    admin.put(f"/api/users/{user_id}", {"password": "set anew by an admin"})


def by_deletion(_user: Caller, admin: Caller, user_id: int, _token_id: int) -> None:
    admin.delete(f"/api/users/{user_id}")


@pytest.mark.parametrize("end", [by_revoking, by_deactivation, by_a_new_password, by_deletion])
def test_a_token_ends(anonymous: Caller, admin: Caller, at: datetime, end: Callable[..., None]) -> None:
    user = sign_in(anonymous, "user", username="owner")
    other = with_token(admin, admin.post(TOKENS, body(at))["data"])
    made = user.post(TOKENS, body(at))["data"]
    token = with_token(anonymous, made)
    token.get(CLIENTS)
    end(user, admin, user.get("/api/auth/me")["data"]["id"], made["id"])
    token.get(CLIENTS, 401)
    other.get(CLIENTS)


def test_a_token_outlives_the_logout_and_a_change_of_the_own_password(anonymous: Caller, at: datetime) -> None:
    made = UserFactory(username="owner")
    tokens = anonymous.post(LOGIN, {"username": made.username, "password": PASSWORD}, 200)
    user = anonymous.with_headers(Authorization=f"Bearer {tokens['access_token']}")
    token = with_token(anonymous, user.post(TOKENS, body(at))["data"])
    user.post("/api/auth/logout", expect=200)
    token.get(CLIENTS)


def test_a_token_loses_what_its_user_loses(anonymous: Caller, admin: Caller, at: datetime) -> None:
    user = sign_in(anonymous, "user", username="owner")
    user_id = user.get("/api/auth/me")["data"]["id"]
    token = with_token(anonymous, user.post(TOKENS, body(at, ["clients:read", "clients:write"]))["data"])
    admin.put(f"/api/users/{user_id}", {"role": "viewer"})
    token.get(CLIENTS)
    token.post(CLIENTS, {"name": "Refused", "start_date": "2026-01-01"}, 403)


def test_nobody_sees_or_revokes_the_token_of_somebody_else(user: Caller, admin: Caller, at: datetime) -> None:
    made = user.post(TOKENS, body(at))["data"]
    assert admin.get(TOKENS)["data"] == []
    admin.get(f"{TOKENS}/{made['id']}", 404)
    admin.delete(f"{TOKENS}/{made['id']}", 404)
    with_token(user, made).get(CLIENTS)


def test_the_last_use_is_known_to_the_minute_and_written_once_a_minute(
    app: Flask, viewer: Caller, at: datetime
) -> None:
    token = with_token(viewer, viewer.post(TOKENS, body(at))["data"])
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        verb = statement.split(maxsplit=1)[0]
        if "api_token_uses" in statement and verb != "SELECT":
            written.append(verb)

    with app.app_context():
        engine = db.engines[None]
    event.listen(engine, "before_cursor_execute", note)
    try:
        for seconds in (0, 1, 59, 60, 61, 119, 120):
            with clock.frozen(at + timedelta(seconds=seconds)):
                token.get(CLIENTS)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert written == ["INSERT", "UPDATE", "UPDATE"]
    [listed] = viewer.get(TOKENS)["data"]
    assert datetime.fromisoformat(listed["last_used_at"]) == at + 2 * MINUTE


def test_the_use_of_a_token_waits_for_no_other_and_is_kept_though_the_request_is_refused(
    committing: Flask, caller: Caller, at: datetime
) -> None:
    user = sign_in(caller, "viewer")
    made = user.post(TOKENS, body(at))["data"]
    token = with_token(caller, made)
    with clock.frozen(at):
        token.get("/api/users", 403)
    assert datetime.fromisoformat(user.get(TOKENS)["data"][0]["last_used_at"]) == at
    with committing.app_context(), db.engine.connect() as elsewhere:
        elsewhere.execute(text("SELECT FROM api_token_uses FOR UPDATE"))
        with clock.frozen(at + 2 * MINUTE):
            token.get(CLIENTS)
