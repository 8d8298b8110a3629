"""Headers of every response."""

import re
from typing import Any

import pytest
from flask import Flask

from tests.support import Caller
from tests.web.conftest import Variant

ANSWERS = [
    ("GET", "/api/health/live", 200),
    ("GET", "/api/clients", 200),
    ("GET", "/api/docs", 200),
    ("GET", "/api/openapi.json", 200),
    ("GET", "/api/nothing", 404),
    ("GET", "/nothing", 404),
    ("PATCH", "/api/clients", 405),
    ("POST", "/api/clients", 415),
    ("GET", "/api/clients?x=1", 400),
    ("OPTIONS", "/api/clients", 200),
]
OURS = "https://app.example.com"


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_is_guarded(user: Caller, method: str, path: str, status: int) -> None:
    response = user.send(method, path)
    assert response.status_code == status
    headers = response.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Request-ID"])
    assert "Strict-Transport-Security" not in headers
    assert "Set-Cookie" not in headers
    if path.startswith("/api/") and path != "/api/docs":
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("method", "path", "status"), [answer for answer in ANSWERS if answer[2] in {200, 404, 405}])
def test_production_insists_on_https(production: Flask, user: Caller, method: str, path: str, status: int) -> None:
    response = Caller(production.test_client(), user.headers).send(method, path)
    assert response.status_code == status
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.parametrize("given", ["abc", "3f2b-11", "a.b:c_d-e", "x" * 128, "0"])
def test_a_sane_request_id_is_echoed(anonymous: Caller, given: str) -> None:
    for path in ("/api/health/live", "/api/nothing"):
        response = anonymous.send("GET", path, headers={"X-Request-ID": given})
        assert response.headers["X-Request-ID"] == given
        assert response.json.get("request_id", given) == given


@pytest.mark.parametrize(
    "given", ["", " ", "a b", "x" * 129, "<script>", "a,b", "é", "a\tb", "{}", "a\x00", '"a"', "%0a"]
)
def test_a_hostile_request_id_is_replaced(anonymous: Caller, given: str) -> None:
    response = anonymous.send("GET", "/api/nothing", environ_overrides={"HTTP_X_REQUEST_ID": given})
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["X-Request-ID"])
    assert response.json["request_id"] == response.headers["X-Request-ID"]


def test_every_request_has_another_id(anonymous: Caller) -> None:
    ids = {anonymous.send("GET", "/api/health/live").headers["X-Request-ID"] for _ in range(5)}
    assert len(ids) == 5


def test_the_request_id_is_in_the_audit_log(admin: Caller) -> None:
    admin.post("/api/clients", {"name": "a", "start_date": "2025-01-01"}, X_Request_ID="look-here")
    (entry,) = admin.get("/api/audit", table="parties")["data"]
    assert entry["request_id"] == "look-here"


def preflight(app: Flask, origin: str) -> Any:
    """Preflight request of a browser before a POST from another origin."""
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization, if-match"}
    return app.test_client().options("/api/clients/1", headers={"Origin": origin, **asked})


@pytest.mark.parametrize("origin", [OURS, "null", "*"])
def test_no_other_site_may_call_unless_it_is_named(production: Flask, origin: str) -> None:
    answers = [
        preflight(production, origin),
        production.test_client().get("/api/health/live", headers={"Origin": origin}),
    ]
    assert not [name for answer in answers for name in dict(answer.headers) if name.startswith("Access-Control")]


def test_a_named_site_may_call(shared: Variant) -> None:
    made = shared(cors_origins=(OURS, "http://localhost:5173"))
    for path, status in (("/api/health/live", 200), ("/api/clients", 401), ("/api/nothing", 404)):
        response = made.test_client().get(path, headers={"Origin": OURS})
        assert response.status_code == status
        assert response.headers["Access-Control-Allow-Origin"] == OURS
        assert "Origin" in response.headers["Vary"]
        exposed = set(response.headers["Access-Control-Expose-Headers"].split(", "))
        assert {"ETag", "X-Request-ID", "Retry-After", "Content-Disposition"} <= exposed
        assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_named_site_may_send_what_the_api_takes(shared: Variant) -> None:
    response = preflight(shared(cors_origins=(OURS,)), OURS)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == OURS
    assert {"PUT", "PATCH", "DELETE"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))
    assert set(response.headers["Access-Control-Allow-Headers"].lower().split(", ")) == {"authorization", "if-match"}


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example.com", f"{OURS}.evil.com", "http://app.example.com", "null", "https://app-example.com"],
)
def test_a_site_that_is_not_named_may_not_call(shared: Variant, origin: str) -> None:
    made = shared(cors_origins=(OURS,))
    assert "Access-Control-Allow-Origin" not in preflight(made, origin).headers
    answer = made.test_client().get("/api/health/live", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_mask_of_fields_is_not_looked_at(admin: Caller) -> None:
    """RESTX would otherwise let callers choose what is written (X-Fields)."""
    whole = admin.get("/api/users")
    for mask in ("id", "password_hash", "{id", "*", "data{id,password_hash}"):
        assert admin.with_headers(X_Fields=mask).get("/api/users") == whole
