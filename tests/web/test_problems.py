"""Every refusal has one form, problem+json, and says nothing it should not."""

import json
import re
from typing import Any

import pytest
from flask import Flask

from app.infra.db import db
from app.kernel import errors as domain
from app.web.errors import STATUS, first_errors
from tests.factories.clients import ClientFactory
from tests.support import Caller
from tests.web.conftest import Variant

MEMBERS = {"type", "title", "status", "detail", "code", "errors", "request_id"}
NEW = {"name": "Altura", "start_date": "2025-01-01"}
HIDDEN = "do-not-show-this"


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The answer is a problem of this status and code, whole and well formed."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.get_json()
    assert set(body) == MEMBERS
    assert (body["status"], body["code"]) == (status, code)
    assert re.fullmatch(r"[a-z0-9_]+", body["code"])
    assert body["title"]
    assert body["detail"]
    assert isinstance(body["errors"], dict)
    assert body["request_id"] == response.headers["X-Request-ID"]
    return body


REFUSALS = [
    ("GET", "/api/nothing", {}, 404, "not_found"),
    ("GET", "/api", {}, 404, "not_found"),
    ("GET", "/api/", {}, 404, "not_found"),
    ("GET", "//api/clients", {}, 404, "not_found"),
    ("GET", "/api/clients/%00", {}, 404, "not_found"),
    ("GET", "/api/clients/%ff", {}, 404, "not_found"),
    ("GET", "/api/jobs/%00%ff/runs", {}, 404, "not_found"),
    ("GET", "/api/clients/999999", {}, 404, "not_found"),
    ("PUT", "/api/clients/999999", {"json": {}}, 404, "not_found"),
    ("DELETE", "/api/clients/999999", {}, 404, "not_found"),
    ("PATCH", "/api/clients", {}, 405, "method_not_allowed"),
    ("POST", "/api/clients/1", {"json": {}}, 405, "method_not_allowed"),
    ("FOO", "/api/clients", {}, 405, "method_not_allowed"),
    ("POST", "/api/health/live", {}, 405, "method_not_allowed"),
    ("POST", "/api/clients", {"json": {}}, 400, "validation_failed"),
    ("POST", "/api/clients", {"data": b"{"}, 415, "unsupported_media_type"),
    ("POST", "/api/clients", {"data": b"{", "content_type": "application/json"}, 400, "malformed_json"),
    ("GET", "/api/clients?nope=1", {}, 400, "validation_failed"),
    ("GET", "/api/clients?page=1&page=2", {}, 400, "validation_failed"),
    ("POST", "/api/users", {"json": {}}, 400, "validation_failed"),
]


@pytest.mark.parametrize(("method", "path", "options", "status", "code"), REFUSALS)
def test_a_refusal_is_a_problem(
    admin: Caller, method: str, path: str, options: dict[str, Any], status: int, code: str
) -> None:
    assert_problem(admin.send(method, path, **options), status, code)


def test_every_kind_of_refusal_has_a_status() -> None:
    kinds = set(domain.DomainError.__subclasses__())
    assert kinds == set(STATUS)
    assert len({kind.code for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("kind", STATUS, ids=lambda kind: kind.__name__)
def test_every_kind_of_refusal_is_written_the_same_way(variant: Variant, kind: type[domain.DomainError]) -> None:
    def refuse() -> str:
        raise kind("Why not.", errors={"a": {"b": ["c"]}}, retry_after=7)

    made = variant()
    made.add_url_rule("/api/refuse", view_func=refuse)
    response = made.test_client().get("/api/refuse")
    body = assert_problem(response, STATUS[kind], kind.code)
    assert (body["detail"], body["errors"]) == ("Why not.", {"a": {"b": ["c"]}})
    assert response.headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/clients", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("/api/clients/1", {"DELETE", "GET", "HEAD", "OPTIONS", "PUT"}),
        ("/api/auth/login", {"OPTIONS", "POST"}),
        ("/api/health/live", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_405_names_the_methods_that_are_allowed(anonymous: Caller, path: str, allowed: set[str]) -> None:
    response = anonymous.send("PATCH", path)
    assert_problem(response, 405, "method_not_allowed")
    assert set(response.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer a.b.c", "Bearer é", "Basic YTpi", "Bearer a b", "x"]
)
def test_a_bad_token_is_401(anonymous: Caller, header: str) -> None:
    response = anonymous.with_headers(Authorization=header).send("GET", "/api/clients")
    assert_problem(response, 401, "token_invalid")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_no_token_is_401_before_anything_is_read(anonymous: Caller) -> None:
    for path in ("/api/clients", "/api/users"):
        response = anonymous.send("POST", path, data=b"\xff", headers={"Idempotency-Key": "\x00"})
        assert_problem(response, 401, "token_invalid")


def test_not_allowed_is_403_before_anything_is_read(viewer: Caller) -> None:
    assert_problem(viewer.send("POST", "/api/clients", data=b"\xff"), 403, "forbidden")


def test_a_conflict_names_its_field(admin: Caller) -> None:
    new = {"username": "ana", "email": "ana@example.com", "password": "a fine long one"}
    admin.post("/api/users", new)
    body = assert_problem(
        admin.send("POST", "/api/users", json={**new, "email": "b@example.com"}), 409, "username_taken"
    )
    assert list(body["errors"]) == ["username"]


def test_a_constraint_without_a_name_in_business_is_409(variant: Variant) -> None:
    def violate() -> str:
        db.session.execute(db.text("INSERT INTO parties (name) VALUES (' ')"))
        raise AssertionError("the database took it")

    made = variant(log_level="ERROR")
    made.add_url_rule("/api/violate", view_func=violate)
    assert_problem(made.test_client().get("/api/violate"), 409, "conflict")


class TestProduction:
    """Production settings give the same problems: no 500, and no echo of the request."""

    @pytest.fixture
    def caller(self, production: Flask) -> Caller:
        assert not production.testing
        assert not production.debug
        return Caller(production.test_client())

    @pytest.fixture
    def user(self, production: Flask, user: Caller) -> Caller:
        return Caller(production.test_client(), user.headers)

    @pytest.mark.parametrize(
        "header",
        [
            None,
            "",
            "Bearer",
            f"Bearer {HIDDEN}",
            f"Basic {HIDDEN}",
            f"Bearer {HIDDEN}.{HIDDEN}.{HIDDEN}",
            "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
            "Bearer eyJhbGciOjF9.eyJzdWIiOjF9.eA",
            "Bearer W10.W10.eA",
        ],
    )
    def test_a_bad_token_is_401(self, caller: Caller, header: str | None) -> None:
        response = caller.send("GET", "/api/clients", headers={} if header is None else {"Authorization": header})
        assert_problem(response, 401, "token_invalid")
        assert HIDDEN not in response.text

    @pytest.mark.parametrize(
        "body",
        [
            {"username": "ana", "password": [HIDDEN]},
            {"username": "ana", "password": {"x": HIDDEN}},
            {"username": [], "password": HIDDEN},
            {"username": "ana", "password": f"{HIDDEN}\x00"},
            {"username": "ana", "password": HIDDEN * 100},
            {"password": HIDDEN},
            {"username": "ana", "password": HIDDEN, "x": HIDDEN},
            [HIDDEN],
            HIDDEN,
        ],
    )
    def test_a_bad_body_is_400_and_not_sent_back(self, caller: Caller, body: object) -> None:
        response = caller.send("POST", "/api/auth/login", json=body)
        assert_problem(response, 400, "validation_failed")
        assert HIDDEN not in response.text

    def test_malformed_json_is_400_and_not_sent_back(self, caller: Caller) -> None:
        response = caller.send("POST", "/api/auth/login", data=f'{{"{HIDDEN}', content_type="application/json")
        assert_problem(response, 400, "malformed_json")
        assert HIDDEN not in response.text

    def test_a_wrong_login_is_401_and_not_sent_back(self, caller: Caller) -> None:
        response = caller.send("POST", "/api/auth/login", json={"username": HIDDEN, "password": HIDDEN})
        assert_problem(response, 401, "invalid_credentials")
        assert HIDDEN not in response.text

    @pytest.mark.parametrize(
        ("method", "path", "status", "code"),
        [
            ("GET", "/api/clients/999999", 404, "not_found"),
            ("GET", "/api/nothing", 404, "not_found"),
            ("PATCH", "/api/clients", 405, "method_not_allowed"),
            ("GET", "/api/users", 403, "forbidden"),
            ("GET", "/api/clients?page=0", 400, "validation_failed"),
        ],
    )
    def test_a_refusal_is_a_problem(self, user: Caller, method: str, path: str, status: int, code: str) -> None:
        assert_problem(user.send(method, path), status, code)

    def test_a_stale_version_is_412(self, user: Caller) -> None:
        client = ClientFactory()
        response = user.send("PUT", f"/api/clients/{client.id}", json={}, headers={"If-Match": '"0-0"'})
        assert_problem(response, 412, "stale_version")


def broken(variant: Variant) -> Caller:
    """Calls of an application with an address that fails as nobody foresaw."""

    def view() -> str:
        raise RuntimeError(HIDDEN)

    made = variant(app_env="production", public_url="https://app.example.com")  # without it, a warning is logged
    made.add_url_rule("/api/broken", view_func=view)
    return Caller(made.test_client())


def test_the_unexpected_is_500_without_a_trace(variant: Variant) -> None:
    response = broken(variant).send("GET", "/api/broken")
    assert_problem(response, 500, "internal_error")
    for word in (HIDDEN, "Traceback", "RuntimeError", ".py"):
        assert word not in response.text


def test_the_trace_of_the_unexpected_is_logged_under_its_request_id(
    variant: Variant, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(variant).send("GET", "/api/broken", headers={"X-Request-ID": "find-me"})
    (line,) = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (line["request_id"], line["level"]) == ("find-me", "ERROR")
    assert f"RuntimeError: {HIDDEN}" in line["trace"]


def test_of_a_flood_of_unknown_keys_the_first_twenty_are_named(user: Caller) -> None:
    flood = {f"k{number}": 1 for number in range(60_000)}
    response = user.send("POST", "/api/clients", json={**NEW, **flood})
    problem = assert_problem(response, 400, "validation_failed")
    assert list(problem["errors"]) == [f"k{number}" for number in range(20)]
    assert problem["detail"] == "The request is not valid. 59980 more errors are not shown."
    assert len(response.data) < 2_000


def test_up_to_twenty_wrong_fields_are_all_named(user: Caller) -> None:
    problem = user.post("/api/clients", {**NEW, **{f"k{number}": 1 for number in range(20)}}, expect=400)
    assert (len(problem["errors"]), problem["detail"]) == (20, "The request is not valid.")


def test_the_first_twenty_count_over_all_levels() -> None:
    errors = {"amount": ["Wrong."], "items": {place: {"name": ["Wrong."], "day": ["Wrong."]} for place in range(1000)}}
    shown, left_out = first_errors(errors)
    assert (shown["amount"], len(shown["items"]), shown["items"][9], left_out) == (
        ["Wrong."], 10, {"name": ["Wrong."]}, 1981,
    )  # fmt: skip


def test_the_name_of_an_unknown_field_is_not_sent_back_without_end(user: Caller) -> None:
    response = user.send("POST", "/api/clients", json={**NEW, "k" * 900_000: 1})
    assert list(assert_problem(response, 400, "validation_failed")["errors"]) == ["k" * 200 + "..."]
