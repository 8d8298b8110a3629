"""The rows: read as of one moment, and put into an empty database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.infra.backup import BackupError, programs, removals
from app.infra.db import APP_ADDS_ONLY, APP_READS_ONLY, APP_ROLE, network_limits
from app.infra.owner import analyze

_TABLES = text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")
_IN_USE = text("""
    SELECT EXISTS (
        SELECT FROM pg_namespace n WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND (
            EXISTS (SELECT FROM pg_class WHERE relnamespace = n.oid)
            OR EXISTS (SELECT FROM pg_proc WHERE pronamespace = n.oid)
        )
    )
""")
# What the migrations do: a dump has no roles, and where it goes the owner may be another. Granted by default, so that
# the tables have their rights from the transaction on that brings them.
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
_FEWER_RIGHTS = """
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
# A schema with nothing in it: it stays whatever a dump brings, goes with the database, and needs no right to be seen.
_UNFINISHED = "control_fresco_unfinished_restore"


@dataclass(frozen=True)
class Snapshot:
    """The database as of one moment, however long the backup takes."""

    connection: Connection
    url: str
    name: str
    server: int
    migration: str
    tables: dict[str, int]

    def dump(self, target: Path) -> int:
        """Write all of it to a file; the version of pg_dump that did."""
        target.touch(mode=0o600, exist_ok=False)  # pg_dump writes into what is there, and goes by the umask otherwise
        pair = programs.for_dump(programs.installed(), self.server)
        pair.run("pg_dump", self.url, "--format=custom", f"--snapshot={self.name}", f"--file={target}")
        return pair.major


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """The rows as they are now; while the block lasts the bytes that they name stay too."""
    engine = _owner(url)
    with engine.connect() as guard, removals.paused(guard.execution_options(isolation_level="AUTOCOMMIT")):
        reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with reading.connect() as connection:
            name = connection.scalar(text("SELECT pg_export_snapshot()"))
            if not connection.scalar(text("SELECT to_regclass('public.alembic_version') IS NOT NULL")):
                raise BackupError("There is nothing to back up: the database was never migrated.")
            migration = connection.scalar(text("SELECT version_num FROM public.alembic_version"))
            yield Snapshot(connection, url, str(name), _server(connection), str(migration), counts(connection))


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    quote = connection.dialect.identifier_preparer.quote
    return {
        name: connection.scalar(text(f"SELECT count(*) FROM public.{quote(name)}")) or 0  # noqa: S608 - our own tables
        for name in sorted(connection.scalars(_TABLES))
    }


def check_target(url: str, taken_from: int) -> int:
    """The server's version, once it is known that the backup can go there: nothing there is overwritten."""
    with _owner(url).connect() as connection:
        server = _server(connection)
        if server < taken_from:
            raise BackupError(
                f"The backup is of PostgreSQL {taken_from}, the server is {server}: it must not be older."
            )
        if connection.scalar(_IN_USE):
            if is_unfinished(connection):
                raise BackupError("A restore into this database was broken off: drop it, and restore into a new one.")
            raise BackupError("The database is not empty: restore into a new one, and set DATABASE_URL to it.")
        return server


def is_unfinished(connection: Connection | Session) -> bool:
    """Whether a restore into it has begun and was never finished, however it ended."""
    return bool(connection.scalar(text(f"SELECT to_regnamespace('{_UNFINISHED}') IS NOT NULL")))


def load(url: str, dump: Path, pair: programs.Programs) -> dict[str, int]:
    """Bring the rows in, all or none, with the rights that the migrations give; the number of each table's.

    pg_restore lives on when we are killed, and commits: until `finish` the database is marked, and not served.
    """
    engine = _owner(url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {_UNFINISHED}"))
        connection.execute(text(_ROLE.format(role=APP_ROLE)))
    pair.run("pg_restore", url, "--single-transaction", "--no-owner", "--no-acl", str(dump))
    with engine.begin() as connection:
        reads_only, adds_only = (", ".join(f"'{name}'" for name in names) for names in (APP_READS_ONLY, APP_ADDS_ONLY))
        fewer = _FEWER_RIGHTS.format(role=APP_ROLE, reads_only=reads_only, adds_only=adds_only)
        connection.execute(text(fewer))
        return counts(connection)


def finish(url: str) -> None:
    """All came back: the database is one to serve from."""
    with _owner(url).begin() as connection:
        analyze(connection)
        connection.execute(text(f"DROP SCHEMA {_UNFINISHED}"))


def _server(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT current_setting('server_version_num')")) or 0) // 10_000


def _owner(url: str) -> Engine:
    """Whoever the address names: the application's own connections act as a role that may not see all."""
    options = "-c timezone=UTC -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
    connect_args = {**network_limits(), "options": options, "application_name": "fresco-backup"}
    return create_engine(url, poolclass=NullPool, connect_args=connect_args)
