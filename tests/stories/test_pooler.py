"""PgBouncer in transaction mode changes nothing, and clients inherit no state from each other."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg2
import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app import create_app, registry
from app.infra.backup.folder import BackupFolder
from app.infra.db import APP_ROLE, db, read_only_committed, separate_transaction, take_snapshot
from app.registry import backup
from tests import conftest
from tests.conftest import PASSWORD
from tests.pooler import Pooler, needs_pgbouncer
from tests.support import Server

pytestmark = [pytest.mark.server, needs_pgbouncer]

CLIENT = {"name": "a", "start_date": "2026-01-01"}
SETTINGS = "SELECT current_user, " + ", ".join(
    f"current_setting('{name}')" for name in ("TimeZone", "statement_timeout", "lock_timeout")
)
OURS = (APP_ROLE, "UTC", "400ms", "300ms")


@pytest.fixture(scope="module")
def pooler(server_database: str) -> Iterator[Pooler]:
    """Two connections for all."""
    with Pooler(server_database) as running:
        yield running


@pytest.fixture(scope="module")
def pooled(pooler: Pooler, server_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The production command with its scheduler, through the pooler."""
    environ = {"DIRECT_DATABASE_URL": server_database, "SCHEDULER_ENABLED": "true", "SCHEDULER_POLL_SECONDS": "1"}
    with Server(pooler.url, environ=environ, log=tmp_path_factory.mktemp("pooled") / "log") as running:
        replace(running, database_url=server_database).create_users(PASSWORD)
        yield running


@pytest.fixture
def admin(pooled: Server) -> dict[str, str]:
    return pooled.login("admin", PASSWORD)


@pytest.fixture
def outside(server_database: str) -> Iterator[Connection]:
    """The owner, looking on."""
    with create_engine(server_database, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        yield connection


def test_a_client_comes_changes_and_goes(pooled: Server, admin: dict[str, str]) -> None:
    keyed = {**admin, "Idempotency-Key": "pooled"}
    made, again = (pooled.send("POST", "/api/clients", CLIENT, headers=keyed) for _ in range(2))
    assert (made.status, again.status, again.headers["Idempotent-Replayed"]) == (201, 201, "true")
    assert made.body == again.body
    path = made.headers["Location"]
    assert pooled.send("PUT", path, {"name": "b"}, headers={**admin, "If-Match": made.headers["ETag"]}).status == 200
    assert pooled.send("PUT", path, {"name": "c"}, headers={**admin, "If-Match": made.headers["ETag"]}).status == 412
    assert pooled.send("GET", path, headers=admin).json["data"]["name"] == "b"
    assert pooled.send("GET", "/api/reports/summary", headers=admin).status == 200
    assert pooled.send("DELETE", path, headers=admin).status == 200
    assert pooled.send("GET", path, headers=admin).status == 404


def test_a_file_is_read_to_its_end_a_piece_at_a_time(
    pooled: Server, admin: dict[str, str], outside: Connection
) -> None:
    many = """
        WITH made AS (INSERT INTO parties (name) SELECT 'many' FROM generate_series(1, 2500) RETURNING id)
        INSERT INTO clients (id, start_date) SELECT id, '2026-01-01' FROM made
    """
    outside.execute(text(many))
    written = pooled.send("GET", "/api/clients", headers=admin, query={"format": "csv"})
    assert written.status == 200
    assert written.body.count(b"many") == 2500
    outside.execute(text("DELETE FROM clients WHERE id IN (SELECT id FROM parties WHERE name = 'many')"))
    outside.execute(text("DELETE FROM parties WHERE name = 'many'"))


def test_of_many_who_write_at_once_each_signs_for_his_own(
    pooled: Server, admin: dict[str, str], outside: Connection
) -> None:
    sessions = {}
    for number in range(6):
        name = f"writer-{number}"
        body = {"username": name, "email": f"{name}@example.com", "role": "user", "password": PASSWORD}
        made = pooled.send("POST", "/api/users", body, headers=admin)
        sessions[made.json["data"]["id"]] = pooled.login(name, PASSWORD)

    def write(number: int) -> int:
        user_id, headers = list(sessions.items())[number % 6]
        return pooled.send("POST", "/api/clients", {**CLIENT, "name": f"of-{user_id}"}, headers=headers).status

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(write, range(90))) == {201}
    signed = (
        "SELECT after ->> 'name', user_id, count(*) FROM audit_log WHERE after ->> 'name' LIKE 'of-%' GROUP BY 1, 2"
    )
    assert sorted(outside.execute(text(signed)).all()) == sorted((f"of-{user}", user, 15) for user in sessions)


def test_nothing_is_left_on_a_connection_that_another_gets(pooled: Server, pooler: Pooler) -> None:
    left = f"{SETTINGS}, current_setting('work_mem'), current_setting('fresco.user_id', true), pg_backend_pid()"
    found: list[tuple[Any, ...]] = []
    with ExitStack() as held:  # each in a transaction, so that all connections of the pooler are seen
        for _ in range(pooler.size):
            connection = psycopg2.connect(pooler.url)
            held.callback(connection.close)
            cursor = connection.cursor()
            cursor.execute(left)
            found.append(cursor.fetchone() or ())
    assert len({row[-1] for row in found}) == pooler.size
    for user, _zone, statement, lock, memory, actor, _pid in found:
        assert user != APP_ROLE
        assert (statement, lock, memory, actor or "") == ("0", "0", "4MB", "")


def test_one_worker_leads_and_the_jobs_are_done(pooled: Server, outside: Connection) -> None:
    deadline = time.monotonic() + 20
    while not outside.scalar(text("SELECT count(*) > 5 FROM job_runs WHERE slot IS NOT NULL AND outcome = 'done'")):
        assert time.monotonic() < deadline, "no job was done"
        time.sleep(0.1)
    time.sleep(1.5)  # the others have looked again by then
    assert pooled.log is not None
    assert len(re.findall("this worker leads", pooled.log.read_text())) == 1


# What PostgreSQL is told


@pytest.fixture
def application(pooler: Pooler, server_database: str, logs_as_before: None) -> Iterator[Flask]:
    """The program in this process."""
    limits = {"statement_timeout_ms": 400, "lock_timeout_ms": 300}
    config = replace(conftest.testing_config(pooler.url), direct_database_url=server_database, **limits)
    made = create_app(config)
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def test_each_transaction_of_each_kind_has_its_role_and_limits(application: Flask) -> None:
    for begin in (lambda _session: None, take_snapshot, read_only_committed):
        session = db.session()
        begin(session)
        assert tuple(session.execute(text(SETTINGS)).one()) == OURS
        session.rollback()
        assert tuple(session.execute(text(SETTINGS)).one()) == OURS
        db.session.remove()
    with separate_transaction() as separate:
        assert tuple(separate.execute(text(SETTINGS)).one()) == OURS


@pytest.mark.parametrize("begin", [take_snapshot, read_only_committed])
def test_a_read_only_request_can_not_write(application: Flask, begin: Any) -> None:
    begin(db.session())
    with pytest.raises(DBAPIError, match="read-only"):
        db.session.execute(text("INSERT INTO parties (name) VALUES ('x')"))


def test_a_statement_is_given_up_in_time(application: Flask) -> None:
    began = time.monotonic()
    with pytest.raises(DBAPIError, match="statement timeout"):
        db.session.execute(text("SELECT pg_sleep(30)"))
    assert time.monotonic() - began < 10


def test_migrations_backups_and_checks_work_and_leave_no_lock(
    application: Flask, outside: Connection, tmp_path: Path
) -> None:
    held = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'"
    others = text(f"{held} AND application_name <> 'control-fresco-leader'")
    flask_migrate.upgrade()
    assert backup.create_backup(BackupFolder(tmp_path / "backup")).tables["users"] > 0
    assert registry.broken_rules() == []
    db.session.rollback()
    assert outside.scalar(others) == 0


def test_the_audit_log_can_not_be_changed(application: Flask) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        db.session.execute(text("DELETE FROM audit_log"))
