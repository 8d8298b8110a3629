"""While the database is away the program says so and waits; when it is back, so is the program."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from app import create_app
from app.infra import embedded_pg
from app.infra.db import db
from app.kernel.identity import Identity
from app.web.auth import access_token
from tests import conftest
from tests.support import Caller, Server, copied

SOMEBODY = Identity(1, UUID(int=1), "admin", frozenset())


@pytest.fixture
def away(logs_as_before: None, tmp_path: Path) -> Caller:
    """Calls with a token of an application whose database does not answer."""
    nowhere = replace(conftest.testing_config(f"postgresql://nobody@/nothing?host={tmp_path}"), log_level="CRITICAL")
    made = create_app(nowhere)
    with made.app_context():
        token = access_token(SOMEBODY)
    return Caller(made.test_client(), {"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/clients", None),
        ("POST", "/api/clients", {"name": "a"}),
        ("PUT", "/api/clients/1", {"name": "a"}),
        ("DELETE", "/api/clients/1", None),
        ("POST", "/api/auth/login", {"username": "a", "password": "b"}),
        ("GET", "/api/health/ready", None),
    ],
)
def test_without_its_database_it_answers_503_and_when_to_return(
    away: Caller, method: str, path: str, body: object
) -> None:
    response = away.send(method, path, json=body)
    assert response.status_code == 503
    assert response.json["code"] == "database_unavailable"
    assert int(response.headers["Retry-After"]) >= 1


def test_without_its_database_the_process_is_alive(away: Caller) -> None:
    assert away.get("/api/health/live")["data"] == {"status": "live"}


def test_a_database_without_migrations_is_not_ready(logs_as_before: None, empty: str) -> None:
    made = create_app(conftest.testing_config(empty))
    assert Caller(made.test_client()).get("/api/health/ready", expect=503)["code"] == "not_migrated"
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def folder(migrated_data: Path) -> Iterator[Path]:
    """The data of a server that this test alone uses."""
    made = Path(tempfile.mkdtemp(prefix="fresco-own-"))
    yield copied(migrated_data, made / "postgres")
    embedded_pg.stop(made / "postgres", mode="immediate")
    shutil.rmtree(made, ignore_errors=True)  # the server is still tidying up


@pytest.mark.server
def test_a_database_that_was_restarted_costs_no_request(logs_as_before: None, folder: Path) -> None:
    url = embedded_pg.start(folder, conftest.MIGRATED)
    with Server(url) as server:
        server.create_users(conftest.PASSWORD)
        headers = server.login("admin", conftest.PASSWORD)
        assert server.send("GET", "/api/clients", headers=headers).status == 200
        embedded_pg.stop(folder, mode="immediate")
        embedded_pg.start(folder)
        assert [server.send("GET", "/api/clients", headers=headers).status for _ in range(60)] == [200] * 60

        embedded_pg.stop(folder, mode="immediate")
        gone = [server.send("GET", path, headers=headers) for path in ("/api/clients", "/api/health/ready")]
        assert [reply.status for reply in gone] == [503, 503]
        assert all("Retry-After" in reply.headers for reply in gone)
        assert server.send("GET", "/api/health/live").status == 200

        embedded_pg.start(folder)
        assert server.send("GET", "/api/clients", headers=headers).status == 200
