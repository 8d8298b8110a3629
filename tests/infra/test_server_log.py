"""Log of the embedded PostgreSQL: no values of failing statements."""

import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from app.infra import embedded_pg
from tests.support import ROOT

TABLE = """
    CREATE TABLE IF NOT EXISTS kept (
        id bigint PRIMARY KEY, hash text UNIQUE, short varchar(5), CONSTRAINT small CHECK (length(hash) < 40)
    )
"""


@dataclass
class Started:
    """A server of ours, and its log."""

    url: str
    log: Path

    def connect(self) -> Any:
        return psycopg2.connect(self.url.replace("+psycopg2", ""), options="-c statement_timeout=3s")

    def refuse(self, statement: str) -> str:
        """The error of the statement."""
        connection = self.connect()
        try:
            with connection, connection.cursor() as cursor, pytest.raises(psycopg2.Error) as refused:
                cursor.execute(statement)
        finally:
            connection.close()
        return str(refused.value.pgcode)


@pytest.fixture(scope="module")
def started() -> Iterator[Started]:
    with tempfile.TemporaryDirectory(prefix="fresco-log-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "postgres"
        made = Started(embedded_pg.start(data, "postgres", ephemeral=True), data / "server.log")
        connection = made.connect()
        with connection, connection.cursor() as cursor:
            cursor.execute(TABLE)
            cursor.execute("INSERT INTO kept VALUES (1, 's3cret-of-ana'), (2, 'other')")
        connection.close()
        yield made
        embedded_pg.stop(data, mode="immediate")


def deadlock(started: Started) -> str:
    """Two sessions that change two rows in opposite order."""
    first, second = started.connect(), started.connect()
    failed: list[str] = []
    met = threading.Barrier(2)

    def change(connection: Any, *ids: int) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE kept SET short = 'a' WHERE id = %s AND hash <> 's3cret-of-ana1'", ids[:1])
                met.wait()
                cursor.execute("UPDATE kept SET short = 'b' WHERE id = %s AND hash <> 's3cret-of-ana2'", ids[1:])
        except psycopg2.Error as error:
            failed.append(str(error.pgcode))
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=given) for given in ((first, 1, 2), (second, 2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return failed[0]


@pytest.mark.parametrize(
    ("provoke", "code"),
    [
        (lambda it: it.refuse("INSERT INTO kept VALUES (3, 's3cret-of-ana')"), "23505"),
        (lambda it: it.refuse("INSERT INTO kept VALUES (3, 's3cret-of-ana-who-has-more-than-forty-letters')"), "23514"),
        (lambda it: it.refuse("INSERT INTO kept VALUES (NULL, 's3cret-of-ana3')"), "23502"),
        (lambda it: it.refuse("INSERT INTO kept VALUES (3, 'x', 's3cret-of-ana')"), "22001"),
        (lambda it: it.refuse("SELECT 's3cret-of-ana'::bigint"), "22P02"),
        (lambda it: it.refuse("SELECT s3cret_of_ana"), "42703"),
        (lambda it: it.refuse("SELECT * FROM kept WHERE hash = 's3cret-of-ana' FRUM"), "42601"),
        (lambda it: it.refuse("SELECT 's3cret-of-ana"), "42601"),
        (lambda it: it.refuse("SELECT pg_sleep(9), 's3cret-of-ana'"), "57014"),
        (lambda it: it.refuse("DO $$ BEGIN RAISE 'it was s3cret-of-ana'; END $$"), "P0001"),
        (deadlock, "40P01"),
    ],
    ids=["unique", "check", "null", "too long", "no number", "no column", "syntax", "open quote", "time-out", "raised",
         "deadlock"],
)  # fmt: skip
def test_no_failing_statement_leaves_its_values_in_the_log(
    started: Started, provoke: Callable[[Started], str], code: str
) -> None:
    assert provoke(started) == code
    written = started.log.read_text(encoding="utf-8", errors="replace")
    assert "s3cret" not in written
    assert "database system is ready" in written  # the log is this one, and it is written to


def test_a_connection_that_is_refused_is_still_logged(started: Started) -> None:
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(started.url.replace("+psycopg2", "").replace("/postgres?", "/nowhere?"))
    assert 'FATAL:  database "nowhere" does not exist' in started.log.read_text(encoding="utf-8")


def test_compose_starts_the_server_with_the_same_settings() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    parsed = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    command = parsed["services"]["db"]["command"]
    assert command[0] == "postgres"
    given = dict(argument.split("=", 1) for argument in command[1:] if argument != "-c")
    assert {name: given.get(name) for name in embedded_pg.QUIET} == embedded_pg.QUIET
