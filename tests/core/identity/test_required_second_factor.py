"""A role may require two factors: until they are set up, nothing else is possible."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask

from tests.architecture.routes import Route, protected
from tests.factories.auth import PASSWORD, UserFactory
from tests.support import Caller, sign_in

LOGIN, SETUP, CONFIRM, DISABLE = (
    "/api/auth/login",
    "/api/auth/2fa/setup",
    "/api/auth/2fa/confirm",
    "/api/auth/2fa/disable",
)
ALLOWED = {
    "GET /api/auth/me",
    "POST /api/auth/logout",
    "POST /api/auth/change-password",
    "POST /api/auth/2fa/setup",
    "POST /api/auth/2fa/confirm",
}


@pytest.fixture
def careful(caller: Caller) -> Caller:
    """A caller with everything, whose role requires two factors, which are not set up."""
    admin = sign_in(caller, "admin")
    permissions = admin.get("/api/auth/me")["data"]["permissions"]
    code = f"careful{UserFactory().id}"
    body = {"code": code, "name": "Careful", "permissions": permissions, "two_factor_required": True}
    admin.post("/api/roles", body)
    return sign_in(caller, code)


def status(caller: Caller, route: Route) -> int:
    answer = caller.send(route.method, route.address)
    if answer.status_code == 403:
        assert answer.get_json()["code"] == "two_factor_setup_required", route.name
    return int(answer.status_code)


def test_until_it_is_set_up_everything_else_is_403(committing: Flask, careful: Caller) -> None:
    last = [route for route in protected(committing) if route.path == "/api/auth/logout"]
    others = [route for route in protected(committing) if not route.operation.refresh and route not in last]
    allowed = {route.name for route in [*others, *last] if status(careful, route) != 403}
    assert allowed == ALLOWED


def test_a_refresh_is_no_way_around(caller: Caller, careful: Caller) -> None:
    role = careful.get("/api/auth/me")["data"]["role"]
    made = UserFactory(role=role)
    tokens = caller.post(LOGIN, {"username": made.username, "password": PASSWORD}, 200)
    refresh = caller.with_headers(Authorization=f"Bearer {tokens['refresh_token']}")
    assert refresh.post("/api/auth/refresh", expect=403)["code"] == "two_factor_setup_required"


def test_once_it_is_set_up_everything_is_as_ever_and_it_stays_on(careful: Caller) -> None:
    now = datetime.now(UTC)
    totp = pyotp.TOTP(careful.post(SETUP, expect=200)["secret"])
    careful.get("/api/clients", 403)
    careful.post(CONFIRM, {"code": totp.at(now)}, 200)
    careful.get("/api/clients")
    code = totp.at(now + timedelta(seconds=30))
    assert careful.post(DISABLE, {"password": PASSWORD, "code": code}, 409)["code"] == "two_factor_required"


def test_a_role_that_requires_it_from_now_on_acts_at_once_on_api_tokens_too(caller: Caller) -> None:
    admin = sign_in(caller, "admin")
    code = f"later{UserFactory().id}"
    admin.post(
        "/api/roles", {"code": code, "name": "Later", "permissions": ["clients:read", "account:read", "account:write"]}
    )
    user = sign_in(caller, code)
    expires = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    token = user.post("/api/auth/tokens", {"name": "x", "permissions": ["clients:read"], "expires_at": expires})["data"]
    bearer = Caller(caller.client, {"Authorization": f"Bearer {token['token']}"})
    for one in (user, bearer):
        one.get("/api/clients")
    admin.put(f"/api/roles/{code}", {"two_factor_required": True})
    for one in (user, bearer):
        assert one.get("/api/clients", 403)["code"] == "two_factor_setup_required"


def test_somebody_of_fewer_rights_can_not_remove_the_factor_of_an_admin(caller: Caller) -> None:
    admin = sign_in(caller, "admin")
    code = f"clerk{UserFactory().id}"
    admin.post("/api/roles", {"code": code, "name": "Clerk", "permissions": ["users:read", "users:write"]})
    clerk = sign_in(caller, code)
    clerk.delete(f"/api/users/{UserFactory(role='admin').id}/2fa", expect=403)
    clerk.delete(f"/api/users/{UserFactory(role=code).id}/2fa")
