"""Dump the rows as of one moment, and load them into an empty database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.infra.backup import BackupError, programs, removals
from app.infra.db import (
    APP_ADDS_ONLY,
    APP_DELETES_NOT,
    APP_READS_ONLY,
    APP_ROLE,
    APP_UPDATES_COLUMNS,
    network_limits,
)
from app.infra.owner import analyze

_TABLES = text("""
    SELECT CASE nspname WHEN 'public' THEN '' ELSE nspname || '.' END || relname AS name, nspname, relname
    FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname IN ('public', 'tasks') AND relkind IN ('r', 'p') ORDER BY name
""")
_IN_USE = text("""
    SELECT EXISTS (
        SELECT FROM pg_namespace n WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND (
            EXISTS (SELECT FROM pg_class WHERE relnamespace = n.oid)
            OR EXISTS (SELECT FROM pg_proc WHERE pronamespace = n.oid)
        )
    )
""")
# The grants of the migrations: a dump has no roles, and the target's owner may be another. As default privileges they
# apply to the tables in the transaction that creates them.
_ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} NOLOGIN;
    END IF;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT {role} TO %I', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
    RAISE NOTICE 'the role {role} stays as it is';
END
$$;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        GRANT USAGE ON SCHEMA public TO {role};
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {role};
    END IF;
END
$$
"""
_GRANT_TASKS = """
DO $$
BEGIN
    -- A dump may be older than the schema, and then the migrations make it.
    IF to_regnamespace('tasks') IS NOT NULL AND EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        GRANT USAGE ON SCHEMA tasks TO {role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA tasks TO {role};
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA tasks TO {role};
    END IF;
END
$$
"""
_REVOKE_WRITES = """
DO $$
DECLARE
    limited record;  -- a dump may be older than a table
BEGIN
    FOR limited IN
        SELECT relname AS name, relname = ANY (ARRAY[{adds_only}]) AS may_add FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname = ANY (ARRAY[{reads_only}, {adds_only}])
          AND EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')
    LOOP
        EXECUTE format('REVOKE %s UPDATE, DELETE ON public.%I FROM {role}',
                       CASE WHEN limited.may_add THEN '' ELSE 'INSERT,' END, limited.name);
    END LOOP;
END
$$
"""
_GRANT_COLUMNS = """
DO $$
BEGIN
    IF to_regclass('public.{table}') IS NOT NULL AND EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        REVOKE {withheld} ON public.{table} FROM {role};
        GRANT UPDATE ({columns}) ON public.{table} TO {role};
    END IF;
END
$$
"""
# An empty schema as mark: no dump removes it, it is dropped with the database, and any role can see it.
_UNFINISHED = "control_fresco_unfinished_restore"


@dataclass(frozen=True)
class Snapshot:
    """An exported snapshot: the database as of one moment, however long the backup takes."""

    connection: Connection
    url: str
    name: str
    server: int
    migration: str
    tables: dict[str, int]

    def dump(self, target: Path) -> int:
        """Dump the database to a file; returns the major version of pg_dump."""
        target.touch(mode=0o600, exist_ok=False)  # pg_dump keeps the mode of an existing file, else the umask decides
        pair = programs.for_dump(programs.installed(), self.server)
        pair.run("pg_dump", self.url, "--format=custom", f"--snapshot={self.name}", f"--file={target}")
        return pair.major


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """Export a snapshot; until the block ends, no file that its rows name is removed."""
    engine = _owner_engine(url)
    with engine.connect() as guard, removals.paused(guard.execution_options(isolation_level="AUTOCOMMIT")):
        reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with reading.connect() as connection:
            name = connection.scalar(text("SELECT pg_export_snapshot()"))
            if not connection.scalar(text("SELECT to_regclass('public.alembic_version') IS NOT NULL")):
                raise BackupError("There is nothing to back up: the database was never migrated.")
            migration = connection.scalar(text("SELECT version_num FROM public.alembic_version"))
            yield Snapshot(connection, url, str(name), _server_version(connection), str(migration), counts(connection))


def counts(connection: Connection) -> dict[str, int]:
    """Number of rows of each table; those of the schema `tasks` are named with it."""
    quote = connection.dialect.identifier_preparer.quote
    return {
        one.name: connection.scalar(text(f"SELECT count(*) FROM {one.nspname}.{quote(one.relname)}")) or 0  # noqa: S608 - our own tables
        for one in connection.execute(_TABLES).all()
    }


def check_target(url: str, taken_from: int) -> int:
    """Raise unless the backup can be restored there: into an empty database. Returns the server's major version."""
    with _owner_engine(url).connect() as connection:
        server = _server_version(connection)
        if server < taken_from:
            raise BackupError(
                f"The backup is of PostgreSQL {taken_from}, the server is {server}: it must not be older."
            )
        if connection.scalar(_IN_USE):
            if is_unfinished(connection):
                raise BackupError("A restore into this database was interrupted: drop it, and restore into a new one.")
            raise BackupError("The database is not empty: restore into a new one, and set DATABASE_URL to it.")
        return server


def is_unfinished(connection: Connection | Session) -> bool:
    """Whether a restore into the database was started and not finished."""
    return bool(connection.scalar(text(f"SELECT to_regnamespace('{_UNFINISHED}') IS NOT NULL")))


def load(url: str, dump: Path, pair: programs.Programs) -> dict[str, int]:
    """Restore the rows, all or none, and the grants of the migrations; returns the number of rows of each table.

    pg_restore survives this process and commits: until `finish` a mark keeps the database from being served.
    """
    engine = _owner_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {_UNFINISHED}"))
        connection.execute(text(_ROLE.format(role=APP_ROLE)))
    pair.run("pg_restore", url, "--single-transaction", "--no-owner", "--no-acl", str(dump))
    with engine.begin() as connection:
        reads_only, adds_only = (", ".join(f"'{name}'" for name in names) for names in (APP_READS_ONLY, APP_ADDS_ONLY))
        revoke = _REVOKE_WRITES.format(role=APP_ROLE, reads_only=reads_only, adds_only=adds_only)
        connection.execute(text(revoke))
        connection.execute(text(_GRANT_TASKS.format(role=APP_ROLE)))
        for table, columns in APP_UPDATES_COLUMNS.items():
            withheld = "UPDATE, DELETE" if table in APP_DELETES_NOT else "UPDATE"
            granted = _GRANT_COLUMNS.format(role=APP_ROLE, table=table, withheld=withheld, columns=", ".join(columns))
            connection.execute(text(granted))
        return counts(connection)


def finish(url: str) -> None:
    """Remove the mark of an unfinished restore: the database may be served."""
    with _owner_engine(url).begin() as connection:
        analyze(connection)
        connection.execute(text(f"DROP SCHEMA {_UNFINISHED}"))


def _server_version(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT current_setting('server_version_num')")) or 0) // 10_000


def _owner_engine(url: str) -> Engine:
    """An engine with the login of the URL itself: the application's role may not read everything."""
    options = "-c timezone=UTC -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
    connect_args = {**network_limits(), "options": options, "application_name": "fresco-backup"}
    return create_engine(url, poolclass=NullPool, connect_args=connect_args)
