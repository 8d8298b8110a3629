"""The program logs in as somebody who may read and write rows, and nothing else; the owner migrates and backs up."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import flask_migrate
import psycopg2
import pytest
from flask import Flask
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from app import create_app, registry
from app.infra import embedded_pg, logins
from app.infra.db import APP_ROLE, db
from config import Config
from tests.conftest import PASSWORD, at, recreate
from tests.pooler import Pooler, needs_pgbouncer
from tests.soak import SOAK
from tests.support import ROOT, Server

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def program() -> Iterator[Flask]:
    """The program as development starts it, over an embedded server of its own."""
    with tempfile.TemporaryDirectory(prefix="fresco-logins-", ignore_cleanup_errors=True) as folder:
        embedded_pg.start(Path(folder) / "postgres", ephemeral=True)
        made = create_app(Config(app_env="testing", instance_dir=Path(folder), bcrypt_rounds=4, log_level="WARNING"))
        with made.app_context():
            flask_migrate.upgrade()
            yield made
            db.session.remove()
            db.engine.dispose()
        embedded_pg.stop(Path(folder) / "postgres", mode="immediate")


@pytest.fixture(autouse=True)
def no_session_left(program: Flask) -> Iterator[None]:
    """A transaction that stays open is ended by PostgreSQL after 15 s."""
    yield
    db.session.remove()


@pytest.fixture(scope="module")
def owner_url(program: Flask) -> str:
    return str(program.config["OWNER_DATABASE_URI"])


@pytest.fixture(scope="module")
def app_url(program: Flask) -> str:
    return str(program.config["SQLALCHEMY_DATABASE_URI"])


def test_the_program_has_another_login_than_the_owner(program: Flask, owner_url: str) -> None:
    attributes = "rolcanlogin, rolinherit, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
    question = text(f"SELECT current_user, {attributes} FROM pg_roles WHERE rolname = session_user")  # noqa: S608
    found = db.session.execute(question).one()
    db.session.remove()
    assert tuple(found) == (APP_ROLE, True, True, False, False, False, False, False)
    assert make_url(program.config["SQLALCHEMY_DATABASE_URI"]).username == logins.APP_LOGIN
    assert make_url(owner_url).username == "postgres"


REFUSED = [
    "INSERT INTO audit_log (at, action, table_name, row_id) VALUES (now(), 'insert', 'clients', 1)",
    "DELETE FROM audit_log",
    "DELETE FROM audit_seals",
    "ALTER TABLE audit_log DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_update ON clients",
    "UPDATE alembic_version SET version_num = '0001'",
    "CREATE TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE ROLE another SUPERUSER",
    "ALTER ROLE fresco_app SUPERUSER",
    "SELECT * FROM pg_authid",
    "SELECT pg_read_file('postgresql.conf')",
    "COPY clients TO PROGRAM 'cat'",
    "SET log_statement = 'all'",
    "SET session_replication_role = replica",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
]
BACK = ["RESET ROLE", "SET ROLE NONE", "SET LOCAL ROLE NONE", "RESET ALL; RESET ROLE", "RESET SESSION AUTHORIZATION"]


@pytest.mark.parametrize("back", BACK)
@pytest.mark.parametrize("statement", REFUSED)
def test_no_right_is_to_be_had_back(program: Flask, app_url: str, owner_url: str, back: str, statement: str) -> None:
    others = psycopg2.connect(owner_url.replace("+psycopg2", ""))  # somebody of the owner's to be cut off
    connection = psycopg2.connect(app_url.replace("+psycopg2", ""))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {APP_ROLE}")
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(f"{back}; {statement}")
    finally:
        connection.close()
        others.close()


@pytest.mark.parametrize("role", ["postgres", "pg_read_all_data", "pg_database_owner"])
def test_the_program_can_not_take_another_role(program: Flask, role: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        db.session.execute(text(f"RESET ROLE; SET ROLE {role}"))
    db.session.remove()


def test_the_program_has_the_rights_it_needs_and_verify_holds(program: Flask, tmp_path: Path) -> None:
    runner = program.test_cli_runner()
    for command in (
        *([["seed", "demo"]] if SOAK else []),  # 19 s of computing, for rows as others load them with the same rights
        ["seed", "load", "--payments", "200"],
        *(["jobs", "run", job.name] for job in registry.jobs(program.config) if job.name != "fetch-rates"),
        ["sums", "rebuild"],
        ["files", "sweep"],
        ["backup", "create", str(tmp_path / "backup")],
        ["verify"],
    ):
        done = runner.invoke(args=command)
        assert done.exit_code == 0, (command, done.output)
    assert program.test_client().get("/api/health/ready").status_code == 200


def test_a_restore_gives_the_rights_back(program: Flask, owner_url: str, app_url: str, tmp_path: Path) -> None:
    assert program.test_cli_runner().invoke(args=["backup", "create", str(tmp_path / "backup")]).exit_code == 0
    recreate(owner_url, "elsewhere", "template0")
    config = Config(app_env="testing", database_url=at(app_url, "elsewhere"), instance_dir=tmp_path, bcrypt_rounds=4)
    elsewhere = create_app(replace(config, owner_database_url=at(owner_url, "elsewhere")))
    with elsewhere.app_context():
        done = elsewhere.test_cli_runner().invoke(args=["backup", "restore", str(tmp_path / "backup")])
        assert (done.exit_code, done.output.splitlines()[-1]) == (0, "Everything holds."), done.output
        db.session.execute(text("INSERT INTO parties (name) VALUES ('x')"))
        with pytest.raises(DBAPIError, match="permission denied"):
            db.session.execute(text("DELETE FROM audit_seals"))
        db.session.remove()
        db.engine.dispose()


def test_without_the_owner_verify_says_what_it_could_not_see(program: Flask, app_url: str, tmp_path: Path) -> None:
    alone = create_app(Config(app_env="testing", database_url=app_url, instance_dir=tmp_path))
    with alone.app_context():
        done = alone.test_cli_runner().invoke(args=["verify"])
        db.engine.dispose()
    assert (done.exit_code, "OWNER_DATABASE_URL" in done.output) == (1, True)


@needs_pgbouncer
def test_it_serves_leads_and_backs_up_through_a_pooler(
    program: Flask, owner_url: str, app_url: str, tmp_path: Path
) -> None:
    folder = str(program.config["INSTANCE_DIR"])
    with Pooler(app_url) as pooler:
        urls = {"DIRECT_DATABASE_URL": app_url, "OWNER_DATABASE_URL": owner_url}
        environ = {**urls, "SCHEDULER_ENABLED": "true", "INSTANCE_DIR": folder}
        with Server(pooler.url, environ=environ, log=tmp_path / "log") as server:
            arguments = ("users", "create", "pooled", "pooled@example.com", "--role", "admin", "--password-stdin")
            assert server.flask(*arguments, said=f"{PASSWORD}\n").returncode == 0
            headers = server.login("pooled", PASSWORD)
            body = {"name": "a", "start_date": "2026-01-01"}
            assert server.send("POST", "/api/clients", body, headers=headers).status == 201
            made = server.flask("backup", "create", str(tmp_path / "backup"))
            assert made.returncode == 0, made.stderr
            checked = server.flask("verify")
            assert checked.returncode == 0, checked.stderr
        assert "this worker leads" in (tmp_path / "log").read_text(encoding="utf-8")


def test_the_script_of_the_image_makes_the_login_and_may_run_again() -> None:
    with tempfile.TemporaryDirectory(prefix="fresco-script-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "postgres"
        url = make_url(embedded_pg.start(data, "control_fresco", ephemeral=True))
        environ = {
            "PATH": f"{embedded_pg.binaries()}:{os.environ['PATH']}",
            "PGHOST": str(url.query["host"]),
            "POSTGRES_USER": "postgres",
            "POSTGRES_DB": "control_fresco",
            "POSTGRES_APP_PASSWORD": 'it\'s a "secret"',
        }
        script = ["/bin/sh", str(ROOT / "deploy" / "postgres" / "10-logins.sh")]
        for _ in range(2):
            done = subprocess.run(script, env=environ, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        connection = psycopg2.connect(url.set(drivername="postgresql").render_as_string(False))
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls,"
                " rolpassword LIKE 'SCRAM-SHA-256$%',"
                " ARRAY(SELECT roleid::regrole::text FROM pg_auth_members WHERE member = pg_authid.oid)"
                " FROM pg_authid WHERE rolname = 'fresco_app'"
            )
            assert cursor.fetchone() == (True, False, False, False, False, True, [APP_ROLE])
        connection.close()
        embedded_pg.stop(data, mode="immediate")
