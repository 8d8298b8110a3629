"""Requests wait for a working place before they have a connection, and what needs none is answered meanwhile."""

import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool, QueuePool

from app import create_app
from app.infra import bulkhead
from app.infra.bulkhead import Bulkhead, Work
from app.infra.db import db
from tests import conftest
from tests.support import Caller, Server, until

NEW = {"name": "Altura", "start_date": "2025-01-01"}


def form(name: str = "a.txt") -> dict[str, Any]:
    return {"data": {"file": (io.BytesIO(b"text"), name)}}


@contextmanager
def all_places_taken(app: Flask, work: Work) -> Iterator[None]:
    """Take all places for this work, as other callers."""
    places: Bulkhead = app.extensions["bulkhead"]
    count = {Work.READ: 8, Work.WRITE: 6, Work.PASSWORD: 4, Work.UPLOAD: 3, Work.EXPORT: 2}[work]
    with ExitStack() as held:
        for number in range(count):
            held.enter_context(places.place(work, f"other {number}"))
        yield


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a place."""
    monkeypatch.setattr(bulkhead, "WAIT_SECONDS", 0.1)


def test_reads_have_places_whatever_else_is_done(app: Flask, user: Caller) -> None:
    with all_places_taken(app, Work.WRITE):
        user.get("/api/clients")
        user.get("/api/clients", format="json")


def test_health_needs_no_place(app: Flask, anonymous: Caller) -> None:
    with all_places_taken(app, Work.READ):
        anonymous.get("/api/health/live")
        anonymous.get("/api/health/ready")
        anonymous.get("/api/openapi.json")


def test_a_caller_without_a_genuine_token_is_refused_without_a_place(app: Flask, anonymous: Caller) -> None:
    with all_places_taken(app, Work.READ):
        anonymous.get("/api/clients", expect=401)
        anonymous.post("/api/clients", NEW, expect=401)
        assert anonymous.send("POST", "/api/upload", **form()).status_code == 401


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    ("work", "method", "path", "options"),
    [
        (Work.WRITE, "POST", "/api/clients", {"json": NEW}),
        (Work.WRITE, "PUT", "/api/clients/1", {"json": {}}),
        (Work.WRITE, "DELETE", "/api/clients/1", {}),
        (Work.WRITE, "POST", "/api/auth/logout", {}),
        (Work.PASSWORD, "POST", "/api/auth/login", {"json": {"username": "a", "password": "b"}}),
        (Work.PASSWORD, "POST", "/api/auth/change-password", {"json": {}}),
        (Work.PASSWORD, "POST", "/api/users", {"json": {}}),
        (Work.PASSWORD, "PUT", "/api/users/1", {"json": {}}),
        (Work.UPLOAD, "POST", "/api/upload", "form"),
        (Work.UPLOAD, "POST", "/api/expenses", "form"),
    ],
)
def test_a_request_that_waits_too_long_for_a_place_is_503_and_nothing_is_done(
    app: Flask, admin: Caller, work: Work, method: str, path: str, options: Any
) -> None:
    with all_places_taken(app, work):
        refused = admin.send(method, path, **(form() if options == "form" else options))
    assert (refused.status_code, refused.json["code"]) == (503, "busy")
    assert refused.headers["Retry-After"] == "1"


def exported(user: Caller, form: str) -> int:
    """The status of an export that is read to its end."""
    with user.send("GET", "/api/clients", query_string={"format": form}) as response:
        status: int = response.status_code
        return status


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_without_a_place_is_429_and_so_is_a_second_of_a_user(app: Flask, user: Caller, form: str) -> None:
    mine = user.get("/api/auth/me")["data"]["id"]
    for held in (all_places_taken(app, Work.EXPORT), app.extensions["bulkhead"].export(mine)):
        with held:
            refused = user.send("GET", "/api/clients", query_string={"format": form})
        assert (refused.status_code, refused.json["code"]) == (429, "too_many_exports")
        assert refused.headers["Retry-After"] == "5"
    for _ in range(3):
        assert exported(user, form) == 200


@pytest.mark.parametrize("wrong", ["format=csv&x=1", "format=csv&q=%FF", "q=%FF", "format=none"])
def test_an_export_that_fails_gives_its_places_back(user: Caller, wrong: str) -> None:
    for _ in range(3):
        assert user.send("GET", f"/api/clients?{wrong}").status_code == 400
    assert exported(user, "csv") == 200


# Over real connections


@pytest.fixture
def real(server_database: str, logs_as_before: None) -> Iterator[Flask]:
    """An application with a pool of connections, and a user of each role."""
    made = create_app(replace(conftest.testing_config(server_database), log_level="CRITICAL"))
    Server(server_database).create_users(conftest.PASSWORD)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.mark.server
def test_a_request_that_waits_for_a_place_holds_no_connection_and_is_served_in_the_end(
    real: Flask, server_database: str
) -> None:
    def caller(role: str) -> Caller:
        made = Caller(real.test_client())
        tokens = made.post("/api/auth/login", {"username": role, "password": conftest.PASSWORD}, expect=200)
        return made.with_headers(Authorization=f"Bearer {tokens['access_token']}")

    def change(number: int) -> int:
        status: int = (
            Caller(real.test_client(), user.headers).send("PUT", path, json={"notes": f"{number}"}).status_code
        )
        return status

    user, other = caller("user"), caller("admin")
    path = f"/api/clients/{user.post('/api/clients', NEW)['data']['id']}"
    with real.app_context():
        pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    with create_engine(server_database, poolclass=NullPool).connect() as lock, ThreadPoolExecutor(30) as threads:
        lock.execute(text("SELECT 1 FROM clients FOR UPDATE"))
        sent = [threads.submit(change, number) for number in range(30)]
        until(lambda: pool.checkedout() == 5)
        time.sleep(0.3)
        assert pool.checkedout() == 5  # of the six for writes one is left to other callers
        began = time.monotonic()
        assert other.get("/api/clients")["data"]
        assert other.post("/api/clients", NEW)["data"]
        assert time.monotonic() - began < 1.5
        lock.rollback()
        assert [one.result(30) for one in sent] == [200] * 30
    assert pool.checkedout() == 0
