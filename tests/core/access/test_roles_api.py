"""Roles over the API: what they give, and who may give it."""

from typing import Any

import jwt
import pytest
from flask import Flask

from app.infra.db import db
from tests.access import ROLE_PERMISSIONS
from tests.factories.access import RoleFactory
from tests.factories.auth import PASSWORD, UserFactory
from tests.support import Caller, sign_in

ROLES, USERS, ME = "/api/roles", "/api/users", "/api/auth/me"
NEW = {"code": "ventas", "name": "Ventas", "permissions": ["clients:write", "clients:read"]}
OWN = ["account:read", "account:write"]
OF_PERSONS = ("files:read", "files:write", "personal:read", "personal:write")


def permitted(anonymous: Caller, *permissions: str) -> Caller:
    """Caller with a role that somebody made, which gives these permissions and the own account."""
    return sign_in(anonymous, RoleFactory(permissions=[*OWN, *permissions]).code)


def token_of(caller: Caller) -> str:
    """Access token of a login of the caller's."""
    login = {"username": caller.get(ME)["data"]["username"], "password": PASSWORD}
    return str(caller.post("/api/auth/login", login, 200)["access_token"])


def claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def test_a_new_role_is_at_its_code(admin: Caller) -> None:
    response = admin.send("POST", ROLES, json=NEW)
    made = response.get_json()["data"]
    assert (response.status_code, response.headers["Location"]) == (201, f"{ROLES}/ventas")
    assert made == admin.get(f"{ROLES}/ventas")["data"]
    assert {name: made[name] for name in ("code", "name", "built_in", "permissions", "two_factor_required")} == {
        "code": "ventas",
        "name": "Ventas",
        "built_in": False,
        "permissions": ["clients:read", "clients:write"],
        "two_factor_required": False,
    }


def test_the_built_in_roles_are_listed_with_their_permissions(admin: Caller) -> None:
    listed = {row["code"]: row for row in admin.get(ROLES)["data"]}
    assert {code: set(row["permissions"]) for code, row in listed.items()} == ROLE_PERMISSIONS
    of_credito = {"Director", "Gerente", "Supervisor", "Titular", "Gestor de cobranza", "Cajero", "Consulta de crédito"}
    of_the_core = {"Administrador", "Usuario", "Consulta", "Persona"}
    assert {row["name"] for row in listed.values()} == of_the_core | of_credito
    assert all(row["built_in"] for row in listed.values())


def test_permissions_are_one_page_with_their_labels(admin: Caller) -> None:
    answer = admin.get("/api/permissions")
    assert answer["pagination"]["pages"] == 1
    listed = {row["name"]: row for row in answer["data"]}
    assert set(listed) == ROLE_PERMISSIONS["admin"]
    assert listed["clients:write"] == {
        "name": "clients:write",
        "label": "Cambiar clientes",
        "suite": "fresco",
        "scoped": False,
    }
    assert listed["roles:write"]["suite"] == "core"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "V"),
        ("code", "ventas!"),
        ("code", "ventas\n"),
        ("code", "1ventas"),
        ("code", "x" * 41),
        ("code", None),
        ("name", " "),
        ("name", "x" * 201),
        ("permissions", "clients:read"),
        ("permissions", ["clients:fly"]),
        ("permissions", ["clients:read", "clients:read"]),
        ("permissions", None),
        ("all_scopes", ["moon"]),
        ("two_factor_required", "perhaps"),
        ("defaults_given", []),
    ],
)
def test_a_wrong_field_is_named(admin: Caller, field: str, value: Any) -> None:
    assert list(admin.post(ROLES, {**NEW, field: value}, 400)["errors"]) == [field]
    address = f"{ROLES}/{RoleFactory().code}"
    assert list(admin.put(address, {field: value}, 400)["errors"]) == [field]


def test_a_code_is_taken_once_and_never_changes(admin: Caller) -> None:
    made = admin.post(ROLES, NEW)["data"]
    assert admin.post(ROLES, NEW, 409)["code"] == "code_taken"
    assert list(admin.put(f"{ROLES}/ventas", {"code": "compras"}, 400)["errors"]) == ["code"]
    changed = admin.put(f"{ROLES}/ventas", {**made, "name": "Ventas y cobros"})["data"]
    assert changed == {**made, "name": "Ventas y cobros", "updated_at": changed["updated_at"]}


def test_an_unknown_role_is_404(admin: Caller) -> None:
    for code in ("nobody", "Admin", "ad min"):
        admin.get(f"{ROLES}/{code}", 404)
        admin.put(f"{ROLES}/{code}", {"name": "x"}, 404)
        admin.delete(f"{ROLES}/{code}", 404)


def test_the_role_admin_is_as_the_program_says(admin: Caller) -> None:
    for changes in ({"permissions": OWN}, {"name": "Jefe"}, {}):
        assert admin.put(f"{ROLES}/admin", changes, 409)["code"] == "role_unchangeable"


@pytest.mark.parametrize("code", ["admin", "user", "viewer", "person"])
def test_a_built_in_role_is_not_deleted(admin: Caller, code: str) -> None:
    assert admin.delete(f"{ROLES}/{code}", 409)["code"] == "role_built_in"


def test_a_role_that_a_user_has_is_not_deleted(admin: Caller) -> None:
    role = RoleFactory()
    made = UserFactory(role=role.code, is_active=False)
    assert admin.delete(f"{ROLES}/{role.code}", 409)["code"] == "role_in_use"
    admin.delete(f"{USERS}/{made.id}")
    assert admin.delete(f"{ROLES}/{role.code}") == {"message": "Role deleted"}
    admin.get(f"{ROLES}/{role.code}", 404)


def test_a_stale_change_of_a_role_is_412_and_changes_nothing(admin: Caller) -> None:
    address = f"{ROLES}/{RoleFactory().code}"
    etag = admin.send("GET", address).headers["ETag"]
    admin.put(address, {"permissions": ["clients:read", "clients:write"]}, If_Match=etag)
    admin.put(address, {"permissions": []}, 412, If_Match=etag)
    admin.delete(address, 412, If_Match=etag)
    assert admin.get(address)["data"]["permissions"] == ["clients:read", "clients:write"]


def test_a_change_of_a_role_applies_to_the_next_request(admin: Caller, anonymous: Caller) -> None:
    role = RoleFactory(permissions=[*OWN, "clients:read"])
    seller = sign_in(anonymous, role.code)
    seller.get("/api/clients")
    for permissions, status in ((OWN, 403), ([*OWN, "clients:read"], 200)):
        admin.put(f"{ROLES}/{role.code}", {"permissions": permissions})
        seller.get("/api/clients", status)
        assert seller.get(ME)["data"]["permissions"] == sorted(permissions)


def test_a_change_of_a_role_is_in_the_audit_log(admin: Caller) -> None:
    role = RoleFactory()
    admin.put(f"{ROLES}/{role.code}", {"permissions": ["payments:read"]})
    entry = admin.get("/api/audit", table="roles", row_id=role.id)["data"][0]
    assert (entry["action"], entry["user_id"]) == ("update", admin.get(ME)["data"]["id"])
    assert (entry["before"]["permissions"], entry["after"]["permissions"]) == (["clients:read"], ["payments:read"])


def test_nobody_makes_or_widens_a_role_beyond_what_they_have(anonymous: Caller) -> None:
    clerk = permitted(anonymous, "roles:read", "roles:write", "clients:read")
    wide = RoleFactory(permissions=["payments:read"])
    for permissions in (["payments:read"], ["clients:read", "audit:read"]):
        assert clerk.post(ROLES, {**NEW, "permissions": permissions}, 403)["code"] == "permission_not_held"
    clerk.put(f"{ROLES}/user", {"permissions": ["users:write"]}, 403)
    clerk.post(ROLES, {**NEW, "permissions": ["clients:read"]})
    # What a role has already is not given anew, and may be taken away.
    clerk.put(f"{ROLES}/{wide.code}", {"permissions": ["payments:read", "clients:read"]})
    clerk.put(f"{ROLES}/{wide.code}", {"permissions": []})
    clerk.put(f"{ROLES}/{wide.code}", {"permissions": ["payments:read"]}, 403)


def test_nobody_gives_a_role_of_which_they_lack_a_permission(anonymous: Caller) -> None:
    clerk = permitted(anonymous, "users:read", "users:write", "clients:read", *OF_PERSONS)
    narrow = RoleFactory(permissions=["clients:read"])
    made = UserFactory(role=narrow.code)
    new = {"username": "lucia", "email": "lucia@example.com", "password": "a long enough one"}
    assert clerk.post(USERS, {**new, "role": "admin"}, 403)["code"] == "permission_not_held"
    clerk.post(USERS, new, 403)  # the default, user
    clerk.post(USERS, {**new, "role": narrow.code})
    for role in ("admin", "viewer"):
        clerk.put(f"{USERS}/{made.id}", {"role": role}, 403)
    clerk.put(f"{USERS}/{made.id}", {"role": "person"})


def test_a_role_that_stays_is_not_given(anonymous: Caller) -> None:
    clerk, made = permitted(anonymous, "users:read", "users:write"), UserFactory(role="user")
    clerk.put(f"{USERS}/{made.id}", {"role": "user", "username": "other", "is_active": False})


@pytest.mark.parametrize("changes", [{"password": "a long enough one"}, {"email": "mine@example.com"}])
def test_nobody_takes_over_an_account_that_may_do_more(anonymous: Caller, changes: dict[str, str]) -> None:
    clerk = permitted(anonymous, "users:read", "users:write", *OF_PERSONS)
    boss = UserFactory(role="admin")
    clerk.put(f"{USERS}/{boss.id}", changes, 403)
    anonymous.post("/api/auth/login", {"username": boss.username, "password": PASSWORD}, 200)
    clerk.put(f"{USERS}/{UserFactory(role='person').id}", changes)


@pytest.mark.parametrize("role", ["owner", "Admin", "admin ", "x" * 41])
def test_an_unknown_role_of_a_user_is_400(admin: Caller, role: str) -> None:
    new = {"username": "lucia", "email": "lucia@example.com", "password": "a long enough one", "role": role}
    assert list(admin.post(USERS, new, 400)["errors"]) == ["role"]
    assert list(admin.put(f"{USERS}/{UserFactory().id}", {"role": role}, 400)["errors"]) == ["role"]


def test_the_claims_of_an_admin_are_a_star(admin: Caller) -> None:
    assert claims(token_of(admin))["permissions"] == ["*"]
    assert set(admin.get(ME)["data"]["permissions"]) == ROLE_PERMISSIONS["admin"]


def test_claims_beyond_three_kilobytes_are_left_out(app: Flask, anonymous: Caller) -> None:
    catalog = app.config["CATALOG"]
    many = {f"a-resource-with-a-long-name-{number}:read" for number in range(100)}
    more = {one: catalog.permissions["clients:read"] for name in many for one in (name, name + "-and-write")}
    catalog.permissions.update(more)
    try:
        caller = permitted(anonymous, *many)
        token = token_of(caller)
        told = claims(token)
        assert ("permissions" in told, told["permissions_in_me"]) == (False, True)
        assert len(token) < 1000
        assert many <= set(caller.get(ME)["data"]["permissions"])
    finally:
        for name in more:
            del catalog.permissions[name]


def test_a_permission_of_what_is_switched_off_gives_nothing_and_stays(app: Flask, admin: Caller) -> None:
    role = RoleFactory(permissions=["clients:read", "erp.stock:read"])
    assert admin.get(f"{ROLES}/{role.code}")["data"]["permissions"] == ["clients:read"]
    admin.put(f"{ROLES}/{role.code}", {"permissions": ["payments:read"]})
    with app.app_context():
        stored = db.session.get(type(role), role.id)
        assert stored is not None
        assert stored.permissions == ["erp.stock:read", "payments:read"]


def administrator(anonymous: Caller) -> tuple[Caller, Any]:
    """The only one who may write users and roles, by a role that somebody made."""
    role = RoleFactory(permissions=sorted(ROLE_PERMISSIONS["admin"]))
    return sign_in(anonymous, role.code), role


def test_somebody_active_keeps_administering_users_and_roles(anonymous: Caller) -> None:
    caller, role = administrator(anonymous)
    own = f"{USERS}/{caller.get(ME)['data']['id']}"
    UserFactory(role="admin", is_active=False)
    without = sorted(ROLE_PERMISSIONS["admin"] - {"roles:write"})
    for send in (
        lambda: caller.put(f"{ROLES}/{role.code}", {"permissions": without}, 409),
        lambda: caller.put(own, {"role": "user"}, 409),
        lambda: caller.put(own, {"is_active": False}, 409),
        lambda: caller.delete(own, 409),
    ):
        assert send()["code"] == "last_admin"
    UserFactory(role="admin")
    caller.put(f"{ROLES}/{role.code}", {"permissions": without})


def test_the_permission_to_write_users_alone_makes_no_administrator(anonymous: Caller) -> None:
    caller, _role = administrator(anonymous)
    UserFactory(role=RoleFactory(permissions=["users:write"]).code)
    UserFactory(role=RoleFactory(permissions=["roles:write"]).code)
    assert caller.delete(f"{USERS}/{caller.get(ME)['data']['id']}", 409)["code"] == "last_admin"
