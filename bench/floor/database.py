"""One psycopg2 connection for each thread, in autocommit: each text of one or more statements is a transaction."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg2
from flask import current_app

_OPTIONS = "-c timezone=UTC -c work_mem=32MB -c role=control_fresco_app"
_own = threading.local()


def rows(statement: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """All rows of the statement, or of the last one of several."""
    with _connection().cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything inside from one snapshot."""
    with _connection().cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


@contextmanager
def transaction() -> Iterator[None]:
    """Commit everything inside together, or nothing of it."""
    with _connection().cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            yield
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")


def close() -> None:
    """Close this thread's connection."""
    for connection in vars(_own).values():
        connection.close()
    vars(_own).clear()


def _connection() -> Any:
    url = current_app.config["DATABASE_URL"]
    if url not in vars(_own):
        made = psycopg2.connect(url.replace("+psycopg2", ""), options=_OPTIONS, application_name="floor")
        made.autocommit = True
        vars(_own)[url] = made
    return vars(_own)[url]
