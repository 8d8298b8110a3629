"""Migrations: up, down and up again; twice, two at once, and as an owner with few rights."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra import embedded_pg, schema_check
from app.infra.db import APP_ROLE, db
from tests import conftest
from tests.soak import soak_only
from tests.support import ROOT

pytestmark = pytest.mark.long

HEAD = (ROOT / "migrations" / ".current-head").read_text(encoding="utf-8").strip()

_OWN_NAMES = text("""
    SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
        AND relname <> 'alembic_version_pkc'
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT nspname || '.' || relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname = 'tasks'
    UNION ALL SELECT nspname || '.' || proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace
    WHERE nspname = 'tasks'
    UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = 'tasks'
""")


def owner(url: str) -> Engine:
    """Connections with the rights of whoever the address names."""
    return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")


def migrate(url: str, *steps: Any) -> Flask:
    """The application over this database, after these steps."""
    app = create_app(conftest.testing_config(url))
    with app.app_context():
        for step in steps:
            step()
        db.engine.dispose()
    return app


@pytest.fixture
def migrated(cluster: str, empty: str, template: str) -> str:
    """URL of a copy of the migrated database."""
    conftest.recreate(cluster, str(make_url(empty).database), template)
    return empty


def down_to_base() -> None:
    flask_migrate.downgrade(revision="base")


def names(url: str) -> set[str]:
    with owner(url).connect() as connection:
        return set(connection.scalars(_OWN_NAMES))


def test_down_takes_back_all_that_up_made_and_up_works_again(migrated: str) -> None:
    built = names(migrated)
    migrate(migrated, down_to_base)
    assert names(migrated) == set()
    migrate(migrated, flask_migrate.upgrade)
    assert names(migrated) == built


def test_the_migrations_build_what_the_models_say(migrated: str) -> None:
    migrate(migrated, flask_migrate.check)


def test_a_drift_is_noticed(migrated: str) -> None:
    with owner(migrated).connect() as connection:
        connection.execute(text("ALTER TABLE users ADD COLUMN forgotten text"))
    with pytest.raises(SystemExit):
        migrate(migrated, flask_migrate.check)


def test_definitions_that_alembic_does_not_compare_are_the_same_too(migrated: str) -> None:
    with create_engine(migrated, poolclass=NullPool).connect() as connection:
        for question in schema_check.DEFINITIONS.values():
            assert schema_check.definitions(connection, question, "public")
        assert schema_check.problems(connection) == []


def test_migrating_twice_changes_nothing(migrated: str) -> None:
    built = names(migrated)
    migrate(migrated, flask_migrate.upgrade)
    assert names(migrated) == built


@soak_only
def test_two_at_once_both_succeed(empty: str) -> None:
    environ = {**os.environ, "DATABASE_URL": empty, "APP_ENV": "testing", "BCRYPT_ROUNDS": "4"}
    command = [sys.executable, "-m", "flask", "db", "upgrade"]
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    with owner(empty).connect() as connection:
        assert connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [HEAD]


_BEFORE_ATTEMPTS = """
    INSERT INTO users (username, email, password_hash) VALUES ('ana', 'ana@example.com', 'x');
    INSERT INTO sessions (user_id, address, created_at, expires_at)
    SELECT id, '192.0.2.1', '2026-01-02 03:04Z', '2026-02-02 03:04Z' FROM users, generate_series(1, 3);
    INSERT INTO login_failures (account, address, failed_at) VALUES ('ana', '192.0.2.1', '2026-01-02 03:05Z')
"""


@soak_only
def test_sessions_and_failed_logins_of_before_are_kept(empty: str) -> None:
    migrate(empty, lambda: flask_migrate.upgrade(revision="0015"))
    with owner(empty).connect() as connection:
        connection.execute(text(_BEFORE_ATTEMPTS))
        audited = connection.scalar(text("SELECT count(*) FROM audit_log"))
        app = migrate(empty, flask_migrate.upgrade)
        sessions = connection.execute(text("SELECT sid, last_used_at = created_at AS unused FROM sessions")).all()
        assert (len({row.sid for row in sessions}), {row.unused for row in sessions}) == (3, {True})
        attempts = connection.execute(text("SELECT account, address, device, succeeded FROM login_attempts")).all()
        assert attempts == [("ana", "192.0.2.1", None, False)]
        since = "SELECT count(*) FROM audit_log WHERE table_name NOT IN ('company', 'roles', 'books', 'periods')"
        assert connection.scalar(text(since)) == audited, "nobody did anything"
        with app.app_context():
            assert list(connection.execute(text("SELECT * FROM audit_disagreements()"))) == []
            flask_migrate.downgrade(revision="0015")
            db.engine.dispose()
        assert connection.scalars(text("SELECT account FROM login_failures")).all() == ["ana"]


_MADE = '''
revision, down_revision, branch_labels, depends_on = "{revision}", "{before}", None, None

from alembic import op

def upgrade() -> None:
    op.execute("""{up}""")

def downgrade() -> None:
    op.execute("""{down}""")
'''
_THING = "CREATE TABLE things (id bigint GENERATED BY DEFAULT AS IDENTITY, name text, pin text)"
_THINGS = f"{_THING}; COMMENT ON COLUMN things.pin IS 'not audited'", "DROP TABLE things"
_ALTERED = (
    "ALTER TABLE things ADD COLUMN size int, ADD COLUMN code text; COMMENT ON COLUMN things.code IS 'not audited'",
    "ALTER TABLE things DROP COLUMN size, DROP COLUMN code",
)
_HIDDEN = "COMMENT ON COLUMN things.name IS 'not audited'", "COMMENT ON COLUMN things.name IS NULL"
_MORE = "COMMENT ON TABLE things IS 'things'", "COMMENT ON TABLE things IS NULL"
"""The last one: after it all tables are looked at."""
_NAMELESS = "CREATE TABLE pairs (one bigint, other bigint)", "DROP TABLE pairs"


@pytest.fixture
def more_migrations(tmp_path: Path) -> Callable[..., str]:
    """Makes a copy of the migrations with further ones, each a pair of statements; returns its folder."""

    def make(*further: tuple[str, str]) -> str:
        copy = shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
        before = HEAD
        for number, (up, down) in enumerate(further, start=1):
            revision = f"9{number:03}"
            source = _MADE.format(revision=revision, before=before, up=up, down=down)
            (copy / "versions" / f"{revision}_further.py").write_text(source, encoding="utf-8")
            before = revision
        return str(copy)

    return make


def recorded(url: str, statement: str) -> Any:
    """Columns that the audit log has of a row after this statement."""
    newest = text("SELECT audit_after(before, after) FROM audit_log ORDER BY id DESC LIMIT 1")
    with owner(url).connect() as connection:
        connection.execute(text(statement))
        assert list(connection.execute(text("SELECT * FROM audit_disagreements()"))) == []
        return set(connection.scalar(newest))


def test_new_and_altered_tables_are_audited_whatever_their_migration_says(
    migrated: str, more_migrations: Callable[..., str]
) -> None:
    folder = more_migrations(_THINGS, _ALTERED, _HIDDEN, _MORE)
    migrate(migrated, lambda: flask_migrate.upgrade(folder, "9001"))
    assert recorded(migrated, "INSERT INTO things (name, pin) VALUES ('a', '1234')") == {"id", "name"}
    migrate(migrated, lambda: flask_migrate.upgrade(folder, "9002"))
    assert recorded(migrated, "UPDATE things SET size = 1, pin = '9', code = 'x'") == {"id", "name", "size"}
    migrate(migrated, lambda: flask_migrate.upgrade(folder, "9003"))
    assert recorded(migrated, "UPDATE things SET size = 2, name = 'z'") == {"id", "size"}
    migrate(migrated, lambda: flask_migrate.downgrade(folder, "9001"))
    assert recorded(migrated, "UPDATE things SET name = 'b'") >= {"id", "name"}
    assert "audit_update_of_things" in names(migrated)
    migrate(migrated, lambda: flask_migrate.downgrade(folder, HEAD))
    assert "audit_update_of_things" not in names(migrated)


def test_a_table_that_was_detached_is_attached_again_by_an_upgrade(migrated: str) -> None:
    with owner(migrated).connect() as connection:
        connection.execute(text("DROP TRIGGER audit_update ON clients"))
        migrate(migrated, flask_migrate.upgrade)
        assert list(connection.execute(text("SELECT * FROM audit_disagreements()"))) == []


def test_a_table_whose_rows_the_audit_log_could_not_name_is_refused(
    migrated: str, more_migrations: Callable[..., str]
) -> None:
    folder = more_migrations(_NAMELESS)
    with pytest.raises(DBAPIError, match="table pairs has no column id"):
        migrate(migrated, lambda: flask_migrate.upgrade(folder))
    assert "pairs" not in names(migrated), "its migration is taken back"


def written(url: str, folder: str, *arguments: str, **settings: Any) -> Any:
    """Result of `flask migration new`, which writes into this folder."""
    app = create_app(replace(conftest.testing_config(url), **settings))
    app.extensions["migrate"].migrate.directory = folder
    result = app.test_cli_runner().invoke(args=["migration", "new", *arguments])
    with app.app_context():
        db.engine.dispose()
    return result


def files(folder: str) -> set[str]:
    return {path.name for path in (Path(folder) / "versions").glob("*.py")}


def test_a_migration_without_changes_is_not_written_and_the_database_is_upgraded(
    migrated: str, more_migrations: Callable[..., str]
) -> None:
    migrate(migrated, lambda: flask_migrate.downgrade(revision="-1"))
    folder = more_migrations()
    before = files(folder)
    result = written(migrated, folder, "nothing new")
    assert (result.exit_code, files(folder)) == (1, before)
    assert "nothing to migrate" in result.output
    with owner(migrated).connect() as connection:
        assert connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [HEAD]


def test_a_migration_of_what_models_do_not_tell_is_written_by_hand(
    migrated: str, more_migrations: Callable[..., str]
) -> None:
    folder, number = more_migrations(), f"{int(HEAD) + 1:04}"
    before = files(folder)
    result = written(migrated, folder, "functions for reports", "--by-hand")
    assert result.exit_code == 0, result.output
    assert files(folder) - before == {f"{number}_functions_for_reports.py"}
    source = (Path(folder) / "versions" / f"{number}_functions_for_reports.py").read_text(encoding="utf-8")
    assert source.startswith('"""Functions for reports."""')
    assert f'revision = "{number}"\ndown_revision = "{HEAD}"' in source
    assert (Path(folder) / ".current-head").read_text(encoding="utf-8") == f"{number}\n"


def test_no_migration_is_written_in_production(migrated: str, more_migrations: Callable[..., str]) -> None:
    folder = more_migrations()
    before = files(folder)
    result = written(migrated, folder, "functions", "--by-hand", app_env="production")
    assert (result.exit_code, files(folder)) == (1, before)


@pytest.fixture(scope="module")
def other_cluster() -> Iterator[str]:
    """A server of its own: roles are shared by all databases of a server."""
    with tempfile.TemporaryDirectory(prefix="fresco-roles-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "postgres"
        yield embedded_pg.start(data, "postgres", ephemeral=True)
        embedded_pg.stop(data, mode="immediate")


@pytest.fixture
def owned(other_cluster: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database, as an owner with the rights that the test names."""
    with owner(other_cluster).connect() as connection:
        connection.execute(text(f"CREATE ROLE fresco_owner LOGIN {request.param[0]}"))
        if request.param[1]:
            connection.execute(text(f"CREATE ROLE {APP_ROLE} NOLOGIN"))
        connection.execute(text("CREATE DATABASE fresco_owned OWNER fresco_owner TEMPLATE template0"))
        yield make_url(other_cluster).set(username="fresco_owner", database="fresco_owned").render_as_string(False)
        connection.execute(text("DROP DATABASE fresco_owned WITH (FORCE)"))
        connection.execute(text(f"DROP ROLE IF EXISTS {APP_ROLE}"))
        connection.execute(text("DROP ROLE fresco_owner"))


OWNER, APP = ("fresco_owner", "never allowed"), (APP_ROLE, "permission denied")
"""Role as which the program acts, and the refusal to change the audit log, to which an owner has the right."""


def acting_role(app: Flask) -> str:
    with app.app_context(), db.engine.connect() as connection:
        return str(connection.scalar(text("SELECT current_user")))


@pytest.mark.parametrize(
    ("owned", "acts_as", "refusal"),
    [
        pytest.param(("NOCREATEROLE", False), *OWNER, id="may not create the role", marks=soak_only),
        pytest.param(("NOCREATEROLE", True), *OWNER, id="finds the role of others"),
        pytest.param(("CREATEROLE", False), *APP, id="creates the role", marks=soak_only),
        pytest.param(("SUPERUSER", False), *APP, id="superuser", marks=soak_only),  # as of all other tests
    ],
    indirect=["owned"],
)
def test_an_owner_migrates_with_the_rights_it_has_and_changes_nothing_that_is_recorded(
    owned: str, acts_as: str, refusal: str
) -> None:
    app = migrate(owned, flask_migrate.upgrade)
    assert acting_role(app) == acts_as
    assert app.test_client().get("/api/health/ready").status_code == 200
    for statement in ("UPDATE audit_log SET at = at", "DELETE FROM audit_log", "TRUNCATE audit_log"):
        with app.app_context(), db.engine.connect() as connection, pytest.raises(DBAPIError, match=refusal):
            connection.execute(text(statement))
    migrate(owned, down_to_base)
    assert names(owned) == set()
