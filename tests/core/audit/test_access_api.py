"""Failed logins and refused requests: recorded, bounded, read by admins, gone after 90 days."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from app.core.audit.models import AccessRefusal
from app.infra import clock
from app.infra.db import db
from app.infra.scheduler import run_job
from app.kernel.addresses import limiting_key
from app.kernel.refusals import Refusal, RefusalKind
from app.web.refusals import MOST_ROWS, MOST_SOURCES, PAUSE_SECONDS, Recorder
from tests.factories.auth import PASSWORD, UserFactory
from tests.support import Caller, Server

ACCESS, LOGIN = "/api/audit/access", "/api/auth/login"
WRONG = "wrong"
NOW = datetime(2026, 3, 31, 8, 40, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh(app: Flask) -> Iterator[None]:
    """A recorder that has counted nothing yet."""
    before = app.extensions["refusals"]
    app.extensions["refusals"] = Recorder(before._record)
    yield
    app.extensions["refusals"] = before


def refused(admin: Caller, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = admin.get(ACCESS, **query)["data"]
    return found


def log_in(caller: Caller, name: str, password: str = WRONG, address: str = "203.0.113.7", **headers: str) -> Any:
    return caller.send(
        "POST",
        LOGIN,
        json={"username": name, "password": password},
        headers={key.replace("_", "-"): value for key, value in headers.items()},
        environ_overrides={"REMOTE_ADDR": address},
    )


def test_a_failed_login_is_recorded_with_the_name_tried(admin: Caller, anonymous: Caller) -> None:
    log_in(anonymous, "Somebody", User_Agent="probe/1.0", X_Request_ID="r-1")
    [row] = refused(admin)
    assert {key: row[key] for key in row.keys() - {"id", "at"}} == {
        "kind": "login_failed",
        "status": 401,
        "code": "invalid_credentials",
        "username": "Somebody",
        "user_id": None,
        "address": "203.0.113.7",
        "user_agent": "probe/1.0",
        "method": "POST",
        "path": LOGIN,
        "request_id": "r-1",
        "times": 1,
    }


def test_a_login_that_has_to_wait_is_recorded_as_that(admin: Caller, anonymous: Caller) -> None:
    assert [log_in(anonymous, "somebody").status_code for _ in range(6)][-1] == 429
    assert [row["kind"] for row in refused(admin)] == ["too_many_tries"] + ["login_failed"] * 5


def test_refusals_are_recorded_with_their_requests(admin: Caller, viewer: Caller, anonymous: Caller) -> None:
    anonymous.get("/api/clients", 401, q="secret-name")
    viewer.post("/api/clients", {"name": "x"}, 403)
    me = viewer.get("/api/auth/me")["data"]["id"]
    forbidden, unknown = refused(admin)
    assert [forbidden[key] for key in ("kind", "status", "user_id", "method", "path")] == [
        "forbidden", 403, me, "POST", "/api/clients",
    ]  # fmt: skip
    assert [unknown[key] for key in ("kind", "code", "user_id", "username", "path")] == [
        "unauthenticated", "token_invalid", None, None, "/api/clients",
    ]  # fmt: skip


def test_successes_and_other_failures_are_not_recorded(admin: Caller, user: Caller) -> None:
    user.get("/api/clients")
    user.get("/api/clients/999", 404)
    user.post("/api/clients", {}, 400)
    assert log_in(user, UserFactory().username, PASSWORD).status_code == 200
    assert refused(admin) == []


def test_the_user_agent_is_truncated_and_cleaned(admin: Caller, anonymous: Caller) -> None:
    log_in(anonymous, "a\r\nforged\u2028line\x1b[31m", User_Agent="x" * 1000)
    log_in(anonymous, "n" * 200)
    long, cleaned = refused(admin)
    assert (cleaned["username"], len(cleaned["user_agent"])) == ("aforgedline[31m", 300)
    assert long["username"] == "n" * 200


def test_no_password_is_recorded(app: Flask, admin: Caller, anonymous: Caller) -> None:
    log_in(anonymous, "somebody", "my-very-own-password")
    with app.app_context():
        assert "my-very-own-password" not in str(db.session.scalar(text("SELECT json_agg(r) FROM access_refusals r")))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "login_failed"}, 2),
        ({"kind": "forbidden"}, 0),
        ({"username": "SOMEBODY"}, 1),
        ({"address": "198.51.100.1"}, 1),
        ({"user_id": 1}, 0),
        ({"date_from": "2026-03-31", "date_to": "2026-03-31"}, 2),
        ({"date_to": "2026-03-30"}, 0),
        ({"sort": "at"}, 2),
    ],
)
def test_refusals_are_filtered(admin: Caller, anonymous: Caller, query: dict[str, Any], found: int) -> None:
    with clock.frozen(NOW):
        log_in(anonymous, "Somebody")
        log_in(anonymous, "other", address="198.51.100.1")
    assert admin.get(ACCESS, **query)["pagination"]["total"] == found


@pytest.mark.parametrize("query", [{"kind": "x"}, {"user_id": 0}, {"nope": 1}, {"date_from": "2026-02-30"}])
def test_a_wrong_filter_is_named(admin: Caller, query: dict[str, Any]) -> None:
    assert list(admin.get(ACCESS, 400, **query)["errors"]) == list(query)


def test_only_admins_read_it(user: Caller, viewer: Caller) -> None:
    for caller in (user, viewer):
        caller.get(ACCESS, 403)


def rows_of(refusals: list[Refusal]) -> list[tuple[str, int]]:
    return [(one.address, one.times) for one in refusals]


class Stored:
    """Store of refusals that may fail, and a clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rows: list[Refusal] = []
        self.is_away = False
        self.now = 600.0
        monkeypatch.setattr("app.web.refusals.time.monotonic", lambda: self.now)
        self.recorder = Recorder(self.record)

    def record(self, refusals: Any) -> None:
        if self.is_away:
            raise ConnectionError
        self.rows.extend(refusals)

    def refuse(self, address: str = "203.0.113.7", count: int = 1) -> None:
        for _ in range(count):
            self.recorder.add(
                Refusal(NOW, RefusalKind.UNAUTHENTICATED, 401, "x", None, None, address, "", "GET", "/", "r")
            )


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> Stored:
    return Stored(monkeypatch)


def test_beyond_sixty_a_minute_refusals_are_counted_and_stored_as_one(stored: Stored) -> None:
    stored.refuse(count=1000)
    assert rows_of(stored.rows) == [("203.0.113.7", 1)] * MOST_ROWS
    stored.now += 60
    stored.refuse("198.51.100.1")
    assert rows_of(stored.rows[MOST_ROWS:]) == [("203.0.113.7", 1000 - MOST_ROWS), ("198.51.100.1", 1)]


def test_addresses_without_number_share_the_rows_of_one(stored: Stored) -> None:
    for number in range(5000):
        stored.refuse(f"2001:db8:{number:x}::1")
    assert len(stored.rows) == MOST_SOURCES + MOST_ROWS
    stored.now += 60
    stored.refuse()
    assert sum(row.times for row in stored.rows) == 5001


def test_an_ipv6_address_counts_by_its_64(stored: Stored) -> None:
    for number in range(MOST_ROWS + 1):
        stored.refuse(f"2001:db8::{number:x}")
    assert len(stored.rows) == MOST_ROWS
    assert limiting_key("unknown") == "unknown"


def test_while_it_cant_be_stored_refusals_are_counted_and_not_tried_again_at_once(stored: Stored) -> None:
    stored.is_away = True
    stored.refuse()
    stored.is_away = False
    stored.refuse(count=5)
    assert stored.rows == []
    stored.now += 60 + PAUSE_SECONDS
    stored.refuse()
    assert rows_of(stored.rows) == [("203.0.113.7", 6), ("203.0.113.7", 1)]


def test_a_failure_to_record_changes_no_answer(
    app: Flask, admin: Caller, anonymous: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_refusals: Any) -> None:
        raise ConnectionError

    app.extensions["refusals"] = Recorder(fail)
    assert log_in(anonymous, "somebody").json["code"] == "invalid_credentials"
    assert refused(admin) == []


def insert_row(at: datetime) -> None:
    values = {"at": at, "kind": "forbidden", "status": 403, "code": "forbidden", "address": "x", "times": 1}
    more = {"user_agent": "", "method": "GET", "path": "/", "request_id": "r"}
    db.session.execute(insert(AccessRefusal).values(**values, **more))


def test_after_90_days_refusals_are_gone(app: Flask, database: None) -> None:
    now = clock.machine_time()
    [job] = [job for job in app.extensions["scheduler"].jobs if job.name == "purge-refusals"]
    with app.app_context():
        for age in (89, 91):
            insert_row(now - timedelta(days=age))
        db.session.commit()
        run_job(job, slot=now)
        [left] = db.session.scalars(select(AccessRefusal))
        assert (now - left.at).days == 89


@pytest.mark.parametrize("statement", ["UPDATE access_refusals SET times = 2", "DELETE FROM access_refusals"])
def test_the_application_changes_and_removes_none(app: Flask, database: None, statement: str) -> None:
    with app.app_context():
        insert_row(NOW)
        with pytest.raises(DBAPIError, match="permission denied"):
            db.session.execute(text(statement))
        db.session.rollback()


@pytest.mark.server
def test_with_one_connection_many_refusals_at_once_wait_for_none(server_database: str) -> None:
    environ = {"DB_POOL_SIZE": "1", "DB_POOL_TIMEOUT_SECONDS": "5", "WEB_THREADS": "8"}
    with Server(server_database, workers=1, environ=environ) as server, ThreadPoolExecutor(16) as threads:
        server.create_users(PASSWORD)
        viewer, admin = (server.login(role, PASSWORD) for role in ("viewer", "admin"))
        began = time.monotonic()
        sent = [threads.submit(server.send, "POST", "/api/clients", {}, headers=viewer) for _ in range(40)]
        assert [reply.result().status for reply in sent] == [403] * 40
        assert time.monotonic() - began < 5
        found = server.send("GET", ACCESS, headers=admin, query={"kind": "forbidden"}).json
        assert found["pagination"]["total"] == 40
