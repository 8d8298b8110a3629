"""Users over the API."""

import json
from typing import Any

import pytest
from flask import Flask

from app.core.audit.models import AuditEntry
from app.infra.db import db
from tests.factories.auth import PASSWORD, UserFactory
from tests.statements import counted
from tests.support import Caller, sign_in

USERS = "/api/users"
NEW = {"username": "lucia", "email": "lucia@example.com", "password": "a long enough one"}


def test_a_user_is_created_with_defaults_and_a_location(admin: Caller) -> None:
    response = admin.send("POST", USERS, json=NEW)
    made = response.get_json()["data"]
    assert (response.status_code, response.headers["Location"]) == (201, f"{USERS}/{made['id']}")
    assert (made["role"], made["is_active"]) == ("user", True)
    assert admin.get(response.headers["Location"])["data"] == made


def test_a_new_user_logs_in(admin: Caller, anonymous: Caller) -> None:
    admin.post(USERS, {**NEW, "role": "viewer"})
    answer = anonymous.post("/api/auth/login", {"username": "lucia", "password": NEW["password"]}, 200)
    assert answer["user"]["role"] == "viewer"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "LUCIA", "email": "other@example.com"}, "username"),
        ({"username": "other", "email": "Lucia@EXAMPLE.com"}, "email"),
    ],
)
def test_a_taken_name_or_email_is_409_in_any_case(admin: Caller, changes: dict[str, str], field: str) -> None:
    admin.post(USERS, NEW)
    problem = admin.post(USERS, {**NEW, **changes}, 409)
    assert (problem["code"], list(problem["errors"])) == (f"{field}_taken", [field])
    other = UserFactory()
    assert admin.put(f"{USERS}/{other.id}", {field: changes[field]}, 409)["code"] == f"{field}_taken"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("username", "with space"),
        ("username", "with@sign"),
        ("username", "with\nline"),
        ("username", "x" * 81),
        ("username", None),
        ("email", "nobody"),
        ("email", None),
        ("email", "x" * 190 + "@example.com"),
        ("password", "short"),
        ("password", "ñ" * 37),
        ("password", "x" * 73),
        ("password", "1234567890"),
        ("password", "lucia@example.com"),
        ("password", None),
        ("role", "owner"),
        ("role", None),
        ("is_active", "yes"),
        ("is_active", None),
        ("password_hash", "$2b$04$x"),
        ("permissions", ["users:write"]),
    ],
)
def test_a_wrong_field_is_named(admin: Caller, field: str, value: Any) -> None:
    assert list(admin.post(USERS, {**NEW, field: value}, 400)["errors"]) == [field]
    made = admin.post(USERS, NEW)["data"]
    assert list(admin.put(f"{USERS}/{made['id']}", {field: value}, 400)["errors"]) == [field]


def test_a_password_may_not_be_the_user_name(admin: Caller) -> None:
    problem = admin.post(USERS, {**NEW, "username": "lucia.fernanda", "password": "Lucia.Fernanda"}, 400)
    assert list(problem["errors"]) == ["password"]


def test_a_put_changes_what_is_sent_and_read_only_fields_are_ignored(admin: Caller) -> None:
    made = admin.post(USERS, NEW)["data"]
    changed = admin.put(f"{USERS}/{made['id']}", {**made, "id": 1, "created_at": "x", "email": "new@example.com"})
    assert changed["data"] == {**made, "email": "new@example.com", "updated_at": changed["data"]["updated_at"]}


def test_users_are_listed_and_sorted(admin: Caller) -> None:
    for name in ("zoe", "Ábel", "bea"):
        UserFactory(username=name)
    names = [row["username"] for row in admin.get(USERS, sort="username")["data"]]
    assert [name for name in names if name in {"zoe", "Ábel", "bea"}] == ["Ábel", "bea", "zoe"]
    admin.get(USERS, 400, sort="password_hash")


def test_a_deleted_user_is_gone_with_their_sessions(admin: Caller, anonymous: Caller) -> None:
    made = UserFactory()
    caller = anonymous.with_headers(**_bearer(anonymous, made.username))
    assert admin.delete(f"{USERS}/{made.id}") == {"message": "User deleted"}
    admin.get(f"{USERS}/{made.id}", 404)
    caller.get("/api/auth/me", 401)
    anonymous.post("/api/auth/login", {"username": made.username, "password": PASSWORD}, 401)


def _bearer(anonymous: Caller, name: str) -> dict[str, str]:
    tokens = anonymous.post("/api/auth/login", {"username": name, "password": PASSWORD}, 200)
    return {"Authorization": f"Bearer {tokens['access_token']}"}


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({"is_active": False}, True),
        ({"role": "viewer"}, True),
        ({"role": "admin"}, True),
        ({"password": "a completely new one"}, True),
        ({"email": "other@example.com"}, False),
        ({"role": "user", "is_active": True}, False),
        ({}, False),
    ],
)
def test_changes_of_a_users_rights_end_the_sessions(
    admin: Caller, anonymous: Caller, changes: dict[str, Any], ends: bool
) -> None:
    made = UserFactory(role="user")
    caller = anonymous.with_headers(**_bearer(anonymous, made.username))
    admin.put(f"{USERS}/{made.id}", changes)
    caller.get("/api/auth/me", 401 if ends else 200)


def test_a_reactivated_user_logs_in_anew(admin: Caller, anonymous: Caller) -> None:
    made = UserFactory()
    before = anonymous.with_headers(**_bearer(anonymous, made.username))
    admin.put(f"{USERS}/{made.id}", {"is_active": False})
    anonymous.post("/api/auth/login", {"username": made.username, "password": PASSWORD}, 401)
    admin.put(f"{USERS}/{made.id}", {"is_active": True})
    before.get("/api/auth/me", 401)
    anonymous.with_headers(**_bearer(anonymous, made.username)).get("/api/auth/me")


def only_admin(anonymous: Caller) -> tuple[Caller, str]:
    caller = sign_in(anonymous, "admin", username="the.only.one")
    return caller, f"{USERS}/{caller.get('/api/auth/me')['data']['id']}"


@pytest.mark.parametrize("changes", [{"role": "user"}, {"role": "viewer"}, {"is_active": False}])
def test_the_last_active_admin_is_neither_demoted_nor_deactivated(anonymous: Caller, changes: dict[str, Any]) -> None:
    caller, address = only_admin(anonymous)
    UserFactory(role="admin", is_active=False)
    assert caller.put(address, changes, 409)["code"] == "last_admin"
    caller.get("/api/auth/me")
    UserFactory(role="admin")
    caller.put(address, changes)


def test_the_last_active_admin_is_not_deleted(anonymous: Caller) -> None:
    caller, address = only_admin(anonymous)
    UserFactory(role="admin", is_active=False)
    assert caller.delete(address, 409)["code"] == "last_admin"
    UserFactory(role="admin")
    caller.delete(address)


def test_the_last_admin_may_change_anything_else(anonymous: Caller) -> None:
    caller, address = only_admin(anonymous)
    caller.put(address, {"email": "new@example.com", "role": "admin", "is_active": True})


def test_a_stale_change_of_a_user_is_412_and_changes_nothing(admin: Caller) -> None:
    made = UserFactory()
    etag = admin.send("GET", f"{USERS}/{made.id}").headers["ETag"]
    admin.put(f"{USERS}/{made.id}", {"email": "first@example.com"}, If_Match=etag)
    admin.put(f"{USERS}/{made.id}", {"email": "second@example.com"}, 412, If_Match=etag)
    assert admin.get(f"{USERS}/{made.id}")["data"]["email"] == "first@example.com"


def test_no_answer_and_no_audit_entry_has_a_hash_in_it(app: Flask, admin: Caller) -> None:
    made = admin.post(USERS, NEW)["data"]
    address = f"{USERS}/{made['id']}"
    answers = [admin.put(address, {"password": "another long one"}), admin.get(address), admin.get(USERS)]
    answers += [admin.get("/api/auth/me"), admin.get("/api/audit", per_page=100)]
    admin.delete(address)
    with app.app_context():
        recorded = [[entry.before, entry.after] for entry in db.session.query(AuditEntry)]
    written = json.dumps([made, answers, recorded], default=str)
    assert "lucia@example.com" in written
    assert "$2b$" not in written
    assert "password_hash" not in written
    assert "another long one" not in written


def test_my_account_costs_two_statements_the_caller_and_the_account(admin: Caller) -> None:
    """None reads the company's settings, whose revision comes with the caller."""
    admin.get("/api/auth/me")
    with counted() as sent:
        admin.get("/api/auth/me")
    assert len(sent) == 2, sent


def test_the_statement_that_identifies_the_caller_names_them_to_the_audit_log(app: Flask, admin: Caller) -> None:
    own, made = admin.get("/api/auth/me")["data"]["id"], UserFactory()
    with counted() as sent:
        admin.put(f"{USERS}/{made.id}", {"email": "new@example.com"}, X_Request_ID="my-request")
    assert sum("set_config" in statement for statement in sent) == 1
    with app.app_context():
        entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
        assert entry is not None
        assert (entry.table_name, entry.user_id, entry.request_id) == ("users", own, "my-request")


def test_a_user_has_a_full_name_or_none(admin: Caller) -> None:
    body = {"username": "lucia", "email": "lucia@example.com", "password": "una frase bien larga"}
    made = admin.post("/api/users", body)["data"]
    assert made["full_name"] is None
    changed = admin.put(f"/api/users/{made['id']}", {"full_name": "Lucía Gómez Ríos"})["data"]
    assert changed["full_name"] == "Lucía Gómez Ríos"
    tokens = admin.post("/api/auth/login", {"username": "lucia", "password": body["password"]}, 200)
    assert tokens["user"]["full_name"] == "Lucía Gómez Ríos"
    signed_in = admin.with_headers(Authorization=f"Bearer {tokens['access_token']}")
    assert signed_in.get("/api/auth/me")["data"]["full_name"] == "Lucía Gómez Ríos"
